// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package apply_test

import (
	"context"
	"errors"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	schedulingv1 "k8s.io/api/scheduling/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	corev1ac "k8s.io/client-go/applyconfigurations/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/internal/apply"
)

func describeOwnership(server *api) {
	Describe("An object of somebody else in the way", func() {
		for _, s := range specimens() {
			It("stays as it is, and nothing else is written: "+s.String(), func(ctx SpecContext) {
				engine, f := server.start(), server.newFamily(ctx)
				reference := apply.ReferenceTo(s.desired(f))
				server.plant(ctx, engine, f, s)
				before := server.live(ctx, reference)

				engine.requests.Forget()
				changes, err := engine.Apply(ctx, f.owner, f.objects())
				Expect(changes).To(BeEmpty())
				Expect(err).To(MatchError(ContainSubstring(reference.String() + " exists already and was not created for this tenant")))

				var conflict *apply.NotOwnedError

				Expect(errors.As(err, &conflict)).To(BeTrue())
				Expect(conflict.Object).To(Equal(reference))
				Expect(engine.requests.Writes()).To(BeEmpty())

				Expect(engine.Prune(ctx, f.owner, nil, spareNone, []schema.GroupVersionKind{s.gvk})).To(BeEmpty())
				Expect(server.live(ctx, reference)).To(Equal(before))
			})
		}

		It("is named with its owner, and each of several is", func(ctx SpecContext) {
			engine, f, other := server.start(), server.newFamily(ctx), server.newFamily(ctx)
			Expect(engine.Apply(ctx, f.owner, f.objects()[:1])).To(HaveLen(1))

			foreign := family{name: f.name, owner: other.owner}
			Expect(engine.Client.Apply(ctx, sealed(foreign, corev1ac.ConfigMap(f.name, f.name)))).To(Succeed())
			Expect(server.Create(ctx, &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: f.name, Name: f.name}})).To(Succeed())

			Expect(engine.Apply(ctx, f.owner, f.objects())).Error().To(MatchError(And(
				ContainSubstring("ConfigMap %s/%s exists already and belongs to PriorityClass %s", f.name, f.name, other.name),
				ContainSubstring("ServiceAccount %s/%s exists already and was not created for this tenant", f.name, f.name),
			)))
		})

		It("is one without the engine's marks whose owner was another of the same name", func(ctx SpecContext) {
			engine := server.start()
			f := server.settle(ctx, engine)
			server.change(ctx, engine, f, specimenOf("Service"), func(object client.Object) {
				object.SetLabels(map[string]string{labelManaged: "true"})
			})

			successor := server.replaceOwner(ctx, f)

			engine.requests.Forget()
			Expect(engine.Apply(ctx, successor.owner, successor.objects())).Error().To(MatchError(
				ContainSubstring("Service %s/%s exists already and belongs to PriorityClass %s", f.name, f.name, f.name)))
			Expect(engine.Teardown(ctx, successor.owner, [][]schema.GroupVersionKind{{specimenOf("Service").gvk}})).To(BeEmpty())
			Expect(engine.requests.Writes()).To(BeEmpty())
		})

		It("is one that the owner owns beside its controller", func(ctx SpecContext) {
			engine, f := server.start(), server.newFamily(ctx)
			Expect(engine.Apply(ctx, f.owner, f.objects()[:1])).To(HaveLen(1))
			Expect(server.Create(ctx, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{
				Namespace: f.name, Name: f.name, Labels: map[string]string{labelManaged: "true"},
				OwnerReferences: []metav1.OwnerReference{{
					APIVersion: schedulingv1.SchemeGroupVersion.String(), Kind: "PriorityClass", Name: f.owner.Name, UID: f.owner.UID,
				}},
			}})).To(Succeed())

			Expect(engine.Apply(ctx, f.owner, f.objects())).Error().To(MatchError(ContainSubstring("ConfigMap " + f.name)))
		})
	})

	Describe("An object that permits it", func() {
		desired := func(f family) []apply.Object {
			return []apply.Object{corev1ac.Namespace(f.name).
				WithLabels(map[string]string{labelManaged: "true"}).
				WithAnnotations(map[string]string{hashAnnotation: "1"})}
		}
		create := func(ctx context.Context, e *engine, name, permits string) *corev1.Namespace {
			GinkgoHelper()

			namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
				Name:        name,
				Labels:      map[string]string{"theirs": "1"},
				Annotations: map[string]string{adoptAnnotation: permits},
			}}
			Expect(server.Create(ctx, namespace)).To(Succeed())
			e.awaitVersion(ctx, specimens()[0], namespace)

			return namespace
		}

		It("takes the fields, belongs to nobody, and is given back", func(ctx SpecContext) {
			engine, f := server.start(), server.newFamily(ctx)
			before := create(ctx, engine, f.name, f.owner.Name)

			Expect(engine.Apply(ctx, f.owner, desired(f))).To(HaveLen(1))
			engine.expectQuiet(func() { Expect(engine.Apply(ctx, f.owner, desired(f))).To(BeEmpty()) })

			after := &corev1.Namespace{}
			Expect(server.Get(ctx, client.ObjectKeyFromObject(before), after)).To(Succeed())
			Expect(after.OwnerReferences).To(BeEmpty())
			Expect(after.Labels).To(And(HaveKeyWithValue("theirs", "1"), HaveKeyWithValue(labelManaged, "true")))

			Expect(engine.Teardown(ctx, f.owner, [][]schema.GroupVersionKind{kinds()})).To(BeEmpty())
			Expect(engine.Release(ctx, corev1ac.Namespace(f.name), nil)).To(Succeed())
			Expect(server.Get(ctx, client.ObjectKeyFromObject(before), after)).To(Succeed())
			Expect(after.Labels).To(Equal(before.Labels))
			Expect(after.Annotations).To(Equal(before.Annotations))
		})

		It("is given back with the labels that somebody else applied as well, and no others", func(ctx SpecContext) {
			engine, f := server.start(), server.newFamily(ctx)
			before := create(ctx, engine, f.name, f.owner.Name)
			Expect(engine.Apply(ctx, f.owner, desired(f))).To(HaveLen(1))

			copied := corev1ac.Namespace(f.name).WithLabels(map[string]string{labelManaged: "true", "copied": "1"})
			Expect(server.Apply(ctx, copied, client.FieldOwner("copier"))).To(Succeed())

			release := func(labels map[string]string) map[string]string {
				GinkgoHelper()
				Expect(engine.Release(ctx, corev1ac.Namespace(f.name).WithUID(before.UID), labels)).To(Succeed())

				after := &corev1.Namespace{}
				Expect(server.Get(ctx, client.ObjectKeyFromObject(before), after)).To(Succeed())

				return after.Labels
			}

			Expect(release(map[string]string{labelManaged: "false"})).To(HaveKeyWithValue(labelManaged, "true"))
			Expect(release(map[string]string{labelManaged: "true", "never": "there"})).To(And(
				HaveKeyWithValue("theirs", "1"), HaveKeyWithValue("copied", "1"), Not(HaveKey(labelManaged))))
		})

		It("is not made anew by being given back", func(ctx SpecContext) {
			engine, f := server.start(), server.newFamily(ctx)
			gone := corev1ac.Namespace(f.name).WithUID("7f6e5d4c-0000-0000-0000-000000000000")

			Expect(engine.Release(ctx, gone, nil)).NotTo(Succeed())
			Expect(apierrors.IsNotFound(server.Get(ctx, client.ObjectKey{Name: f.name}, &corev1.Namespace{}))).To(BeTrue())
		})

		It("is in the way of everybody else", func(ctx SpecContext) {
			engine, f := server.start(), server.newFamily(ctx)
			create(ctx, engine, f.name, "somebody-else")

			engine.requests.Forget()
			Expect(engine.Apply(ctx, f.owner, desired(f))).Error().To(MatchError(ContainSubstring("Namespace " + f.name)))
			Expect(engine.requests.Writes()).To(BeEmpty())
		})

		It("is in the way of an object that claims it", func(ctx SpecContext) {
			engine, f := server.start(), server.newFamily(ctx)
			create(ctx, engine, f.name, f.owner.Name)

			engine.requests.Forget()
			Expect(engine.Apply(ctx, f.owner, f.objects())).Error().To(MatchError(ContainSubstring("Namespace " + f.name)))
			Expect(engine.requests.Writes()).To(BeEmpty())
		})
	})
}

// plant creates a family's object of a kind, as somebody else's.
func (a *api) plant(ctx context.Context, e *engine, f family, s specimen) {
	GinkgoHelper()

	// What is in the namespace needs the namespace, which is the family's own.
	if s.gvk.Kind != "Namespace" {
		Expect(e.Apply(ctx, f.owner, f.objects()[:1])).To(HaveLen(1))
	}

	object := s.empty()
	Expect(a.Apply(ctx, s.desired(f), client.ForceOwnership)).To(Succeed())
	Expect(a.Get(ctx, apply.ReferenceTo(s.desired(f)).ObjectKey, object)).To(Succeed())
	object.SetLabels(nil)
	object.SetAnnotations(nil)
	object.SetOwnerReferences(nil)
	Expect(a.Update(ctx, object)).To(Succeed())
	e.awaitVersion(ctx, s, object)
}

// replaceOwner deletes a family's owner and creates another of its name.
func (a *api) replaceOwner(ctx context.Context, f family) family {
	GinkgoHelper()

	Expect(a.Delete(ctx, f.owner)).To(Succeed())

	owner := &schedulingv1.PriorityClass{ObjectMeta: metav1.ObjectMeta{Name: f.owner.Name}}
	Expect(a.Create(ctx, owner)).To(Succeed())
	Expect(owner.UID).NotTo(Equal(f.owner.UID))

	return family{name: f.name, owner: owner}
}
