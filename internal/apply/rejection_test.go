// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package apply_test

import (
	"errors"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	corev1ac "k8s.io/client-go/applyconfigurations/core/v1"

	"github.com/ingresstenant/ingress-tenant-operator/internal/apply"
)

func describeRejection(server *api) {
	Describe("An object that the API server refuses", func() {
		It("is named, and the others are applied", func(ctx SpecContext) {
			engine, f := server.start(), server.newFamily(ctx)
			objects := f.objects()
			objects[2] = sealed(f, corev1ac.ConfigMap(f.name, f.name).WithData(map[string]string{"no key": ""}))

			changes, err := engine.Apply(ctx, f.owner, objects)
			Expect(changes).To(HaveLen(len(objects) - 1))
			Expect(err).To(MatchError(And(
				HavePrefix("the API server refused ConfigMap %s/%s: ", f.name, f.name), ContainSubstring("no key"))))

			var rejected *apply.RejectedError

			Expect(errors.As(err, &rejected)).To(BeTrue())
			Expect(rejected.Object).To(Equal(f.references()[2]))
			Expect(apierrors.IsInvalid(err)).To(BeTrue())
		})

		It("keeps those that need it from being applied, until it is", func(ctx SpecContext) {
			engine, f := server.start(), server.newFamily(ctx)
			configMaps, deployments := specimens()[2].gvk.GroupKind(), specimens()[4].gvk.GroupKind()
			engine.Prerequisites = map[schema.GroupKind][]schema.GroupKind{deployments: {configMaps}}
			objects := f.objects()
			objects[2] = sealed(f, corev1ac.ConfigMap(f.name, f.name).WithData(map[string]string{"no key": ""}))

			changes, err := engine.Apply(ctx, f.owner, objects)
			Expect(changes).To(HaveLen(len(objects) - 2))
			Expect(err).To(MatchError(HavePrefix("the API server refused ConfigMap %s/%s: ", f.name, f.name)))
			Expect(server.Get(ctx, f.key(), &appsv1.Deployment{})).To(Satisfy(apierrors.IsNotFound))

			Expect(engine.Apply(ctx, f.owner, f.objects())).To(HaveLen(2))
			Expect(server.Get(ctx, f.key(), &appsv1.Deployment{})).To(Succeed())
		})

		It("is refused for a quota that is spent", func(ctx SpecContext) {
			engine, f := server.start(), server.newFamily(ctx)
			Expect(engine.Apply(ctx, f.owner, f.objects()[:1])).To(HaveLen(1))

			quota := &corev1.ResourceQuota{
				ObjectMeta: metav1.ObjectMeta{Namespace: f.name, Name: "none"},
				Spec:       corev1.ResourceQuotaSpec{Hard: corev1.ResourceList{corev1.ResourceServices: resource.MustParse("0")}},
			}
			Expect(server.Create(ctx, quota)).To(Succeed())
			quota.Status = corev1.ResourceQuotaStatus{Hard: quota.Spec.Hard, Used: quota.Spec.Hard}
			Expect(server.Status().Update(ctx, quota)).To(Succeed())

			// The quota reaches the API server's admission by a watch.
			Eventually(ctx, func() error {
				_, err := engine.Apply(ctx, f.owner, f.objects())

				return err
			}).Should(MatchError(And(HavePrefix("the API server refused Service"), ContainSubstring("exceeded quota"))))
		})

		It("keeps those in it from being tried if it is a namespace", func(ctx SpecContext) {
			engine, f := server.start(), server.newFamily(ctx)
			objects := f.objects()
			objects[0] = corev1ac.Namespace(f.name).WithLabels(map[string]string{"no key": ""})

			changes, err := engine.Apply(ctx, f.owner, objects)
			Expect(changes).To(BeEmpty())
			Expect(err).To(MatchError(HavePrefix("the API server refused Namespace " + f.name)))
			Expect(engine.requests.Writes()).To(HaveLen(1))
		})
	})

	Describe("An object in a namespace that is being deleted", func() {
		It("is not refused for good", func(ctx SpecContext) {
			engine, f := server.start(), server.newFamily(ctx)
			Expect(engine.Apply(ctx, f.owner, f.objects()[:1])).To(HaveLen(1))
			Expect(server.Delete(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: f.name}})).To(Succeed())

			_, err := engine.Apply(ctx, f.owner, f.objects()[:2])
			Expect(err).To(MatchError(HavePrefix("applying ServiceAccount %s/%s: ", f.name, f.name)))

			var rejected *apply.RejectedError

			Expect(errors.As(err, &rejected)).To(BeFalse())
		})
	})
}
