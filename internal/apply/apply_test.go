// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package apply_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	corev1ac "k8s.io/client-go/applyconfigurations/core/v1"

	"github.com/ingresstenant/ingress-tenant-operator/internal/apply"
	"github.com/ingresstenant/ingress-tenant-operator/test/apiserver"
)

func describeApply(server *api) {
	Describe("Applying", func() {
		It("creates every object, in order, with one request each", func(ctx SpecContext) {
			engine, f := server.start(), server.newFamily(ctx)

			changes, err := engine.Apply(ctx, f.owner, f.objects())
			Expect(err).NotTo(HaveOccurred())

			want := make([]apply.Change, 0, len(specimens()))
			for _, reference := range f.references() {
				want = append(want, apply.Change{Object: reference, Action: apply.Created})
			}

			Expect(changes).To(Equal(want))
			Expect(engine.requests.Writes()).To(HaveLen(len(want)))
			Expect(engine.requests.Writes()).To(HaveEach(HaveField("Verb", "patch")))

			for _, reference := range f.references() {
				server.live(ctx, reference)
			}
		})

		It("asks nothing about a namespace that does not exist yet", func(ctx SpecContext) {
			engine, f := server.start(), server.newFamily(ctx)

			Expect(engine.Apply(ctx, f.owner, f.objects())).Error().NotTo(HaveOccurred())
			Expect(engine.requests.All()).NotTo(ContainElement(And(
				HaveField("Verb", "get"), HaveField("Namespace", f.name))))
		})

		It("sends nothing the second time", func(ctx SpecContext) {
			engine := server.start()
			f := server.settle(ctx, engine)

			engine.expectQuiet(func() {
				Expect(engine.Apply(ctx, f.owner, f.objects())).To(BeEmpty())
			})
		})

		It("sends nothing from another process", func(ctx SpecContext) {
			f := server.settle(ctx, server.start())

			another := server.start()
			another.expectQuiet(func() {
				Expect(another.Apply(ctx, f.owner, f.objects())).To(BeEmpty())
				Expect(another.Prune(ctx, f.owner, f.references(), spareNone, kinds())).To(BeEmpty())
			})
		})

		It("goes on where another process was stopped", func(ctx SpecContext) {
			f := server.newFamily(ctx)
			Expect(server.start().Apply(ctx, f.owner, f.objects()[:4])).To(HaveLen(4))
			Expect(server.start().Apply(ctx, f.owner, f.objects())).To(HaveLen(len(specimens()) - 4))
		})

		It("does not create what is about an object that exists", func(ctx SpecContext) {
			engine, f := server.start(), server.newFamily(ctx)
			about := func(uid types.UID) []apply.Object {
				return []apply.Object{f.objects()[0], sealed(f, corev1ac.ConfigMap(f.name, f.name).WithUID(uid).WithData(map[string]string{"key": "value"}))}
			}

			Expect(engine.Apply(ctx, f.owner, f.objects()[:1])).To(HaveLen(1))
			Expect(engine.Apply(ctx, f.owner, about("gone"))).To(BeEmpty())

			config := &corev1.ConfigMap{}
			Expect(apierrors.IsNotFound(server.Get(ctx, f.key(), config))).To(BeTrue())

			Expect(engine.Apply(ctx, f.owner, []apply.Object{f.objects()[0], sealed(f, corev1ac.ConfigMap(f.name, f.name))})).To(HaveLen(1))
			Expect(server.Get(ctx, f.key(), config)).To(Succeed())
			Expect(engine.Apply(ctx, f.owner, about(config.UID))).To(HaveExactElements(HaveField("Action", apply.Configured)))
			engine.expectQuiet(func() { Expect(engine.Apply(ctx, f.owner, about(config.UID))).To(BeEmpty()) })
			Expect(engine.Apply(ctx, f.owner, about("another"))).To(BeEmpty())
		})

		It("takes away a field that is no longer desired", func(ctx SpecContext) {
			engine, f := server.start(), server.newFamily(ctx)
			with := func(data map[string]string) []apply.Object {
				return []apply.Object{f.objects()[0], sealed(f, corev1ac.ConfigMap(f.name, f.name).WithData(data))}
			}

			Expect(engine.Apply(ctx, f.owner, with(map[string]string{"kept": "1", "dropped": "2"}))).To(HaveLen(2))
			Expect(engine.Apply(ctx, f.owner, with(map[string]string{"kept": "1"}))).To(HaveExactElements(
				HaveField("Action", apply.Configured)))

			config := &corev1.ConfigMap{}
			Expect(server.Get(ctx, f.key(), config)).To(Succeed())
			Expect(config.Data).To(Equal(map[string]string{"kept": "1"}))

			engine.expectQuiet(func() {
				Expect(engine.Apply(ctx, f.owner, with(map[string]string{"kept": "1"}))).To(BeEmpty())
			})
		})

		It("says which object changed, and why", func(ctx SpecContext) {
			engine, f := server.start(), server.newFamily(ctx)
			with := func(value string) []apply.Object {
				return []apply.Object{f.objects()[0], sealed(f, corev1ac.ConfigMap(f.name, f.name).WithData(map[string]string{"key": value}))}
			}

			Expect(engine.Apply(ctx, f.owner, with("1"))).To(HaveLen(2))
			engine.requests.Forget()
			Expect(engine.Apply(ctx, f.owner, with("2"))).To(Equal([]apply.Change{{
				Object: apply.ReferenceTo(corev1ac.ConfigMap(f.name, f.name)),
				Action: apply.Configured,
			}}))
			Expect(engine.requests.All()).To(Equal([]apiserver.Request{
				{Verb: "patch", Resource: "configmaps", Namespace: f.name, Name: f.name},
			}))
		})
	})
}
