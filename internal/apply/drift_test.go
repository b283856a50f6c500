// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package apply_test

import (
	"slices"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/internal/apply"
)

func describeDrift(server *api) {
	Describe("Drift", func() {
		for _, s := range specimens() {
			describeDriftOf(server, s)
		}

		It("is healed in an object that lost the engine's label, which its cache no longer sees", func(ctx SpecContext) {
			engine := server.start()
			f := server.settle(ctx, engine)

			for _, s := range specimens() {
				server.change(ctx, engine, f, s, func(object client.Object) { object.SetLabels(nil) })
			}

			uids := f.uids(ctx, server)

			Expect(engine.Apply(ctx, f.owner, f.objects())).To(HaveEach(HaveField("Action", apply.Healed)))
			Expect(f.uids(ctx, server)).To(Equal(uids))

			for _, reference := range f.references() {
				Expect(server.live(ctx, reference).GetLabels()).To(HaveKeyWithValue(labelManaged, "true"))
			}

			engine.expectQuiet(func() {
				Expect(engine.Apply(ctx, f.owner, f.objects())).To(BeEmpty())
			})
		})

		It("is none where somebody writes the same value otherwise", func(ctx SpecContext) {
			engine := server.start()
			f := server.settle(ctx, engine)

			server.change(ctx, engine, f, specimens()[4], on(func(d *appsv1.Deployment) {
				resources := &d.Spec.Template.Spec.Containers[0].Resources
				resources.Requests = corev1.ResourceList{
					corev1.ResourceCPU:    resource.MustParse("500m"),
					corev1.ResourceMemory: resource.MustParse("512Mi"),
				}
				resources.Limits = corev1.ResourceList{
					corev1.ResourceCPU:    resource.MustParse("1"),
					corev1.ResourceMemory: resource.MustParse("1Gi"),
				}
			}))

			_, err := engine.Apply(ctx, f.owner, f.objects())
			Expect(err).NotTo(HaveOccurred())
			engine.expectQuiet(func() {
				Expect(engine.Apply(ctx, f.owner, f.objects())).To(BeEmpty())
			})
		})

		It("is healed where somebody deleted an object", func(ctx SpecContext) {
			engine := server.start()
			f := server.settle(ctx, engine)
			service := &corev1.Service{}
			Expect(server.Get(ctx, f.key(), service)).To(Succeed())
			Expect(server.Delete(ctx, service)).To(Succeed())
			Eventually(ctx, func() error { return engine.Client.Get(ctx, f.key(), &corev1.Service{}) }).ShouldNot(Succeed())

			Expect(engine.Apply(ctx, f.owner, f.objects())).To(HaveExactElements(HaveField("Action", apply.Created)))
		})
	})
}

func describeDriftOf(server *api, s specimen) {
	Describe("of a "+s.String(), func() {
		It("is healed, and nothing else is written", func(ctx SpecContext) {
			engine := server.start()
			f := server.settle(ctx, engine)
			reference := apply.ReferenceTo(s.desired(f))
			before := server.live(ctx, reference)

			server.change(ctx, engine, f, s, s.drift)
			Expect(content(server.live(ctx, reference))).NotTo(Equal(content(before)))

			engine.requests.Forget()
			Expect(engine.Apply(ctx, f.owner, f.objects())).To(Equal([]apply.Change{{Object: reference, Action: apply.Healed}}))
			Expect(engine.requests.All()).To(HaveLen(1))
			Expect(content(server.live(ctx, reference))).To(Equal(content(before)))
		})

		It("is no drift where the field is somebody else's", func(ctx SpecContext) {
			engine := server.start()
			f := server.settle(ctx, engine)
			reference := apply.ReferenceTo(s.desired(f))

			server.change(ctx, engine, f, s, func(object client.Object) {
				object.SetAnnotations(with(object.GetAnnotations(), "cloud.example.com/zone", "a"))
				object.SetLabels(with(object.GetLabels(), "injected.example.com/revision", "1"))
				object.SetFinalizers(append(object.GetFinalizers(), "cloud.example.com/cleanup"))
				s.extras(object)
			})

			extended := server.live(ctx, reference)

			engine.expectQuiet(func() {
				Expect(engine.Apply(ctx, f.owner, f.objects())).To(BeEmpty())
			})
			Expect(server.live(ctx, reference)).To(Equal(extended))

			// Nor does healing what is beside it touch it.
			server.change(ctx, engine, f, s, s.drift)
			Expect(engine.Apply(ctx, f.owner, f.objects())).To(HaveLen(1))
			Expect(content(server.live(ctx, reference))).To(Equal(content(extended)))
		})

		if s.strays == nil {
			return
		}

		It("is put right where somebody sets what the engine does not", func(ctx SpecContext) {
			engine := server.start()
			f := server.settle(ctx, engine)
			reference := apply.ReferenceTo(s.desired(f))
			before := server.live(ctx, reference)

			server.change(ctx, engine, f, s, s.strays)
			Expect(content(server.live(ctx, reference))).NotTo(Equal(content(before)))

			Expect(engine.Apply(ctx, f.owner, f.objects())).To(Equal([]apply.Change{{Object: reference, Action: apply.Healed}}))
			Expect(allocated(content(server.live(ctx, reference)))).To(Equal(allocated(content(before))))
			engine.awaitVersion(ctx, s, server.live(ctx, reference))
			engine.expectQuiet(func() { Expect(engine.Apply(ctx, f.owner, f.objects())).To(BeEmpty()) })
		})

		It("is put right where nobody knows who set it", func(ctx SpecContext) {
			engine := server.start()
			f := server.settle(ctx, engine)
			reference := apply.ReferenceTo(s.desired(f))
			before := server.live(ctx, reference)

			server.change(ctx, engine, f, s, func(object client.Object) {
				s.strays(object)
				object.SetManagedFields([]metav1.ManagedFieldsEntry{{}})
			})

			Expect(engine.Apply(ctx, f.owner, f.objects())).To(HaveLen(1))
			Expect(allocated(content(server.live(ctx, reference)))).To(Equal(allocated(content(before))))
		})

		// Of other kinds the API server does not take both together.
		if !slices.Contains([]string{"ConfigMap", "IngressClass", "NetworkPolicy", "HorizontalPodAutoscaler"}, s.String()) {
			return
		}

		It("is put right where somebody applies what the engine does not", func(ctx SpecContext) {
			engine := server.start()
			f := server.settle(ctx, engine)
			reference := apply.ReferenceTo(s.desired(f))
			before := server.live(ctx, reference)

			// Somebody's apply of all that they see, as by kubectl apply --server-side.
			object := s.empty()
			Expect(server.Get(ctx, reference.ObjectKey, object)).To(Succeed())
			s.strays(object)
			object.SetManagedFields(nil)
			object.SetResourceVersion("")
			object.SetUID("")

			raw, err := runtime.DefaultUnstructuredConverter.ToUnstructured(object)
			Expect(err).NotTo(HaveOccurred())
			delete(raw, "status")

			applied := &unstructured.Unstructured{Object: raw}
			applied.SetGroupVersionKind(s.gvk)
			Expect(server.Apply(ctx, client.ApplyConfigurationFromUnstructured(applied), client.ForceOwnership)).To(Succeed())
			engine.awaitVersion(ctx, s, server.live(ctx, reference))

			Expect(engine.Apply(ctx, f.owner, f.objects())).To(HaveLen(1))
			Expect(allocated(content(server.live(ctx, reference)))).To(Equal(allocated(content(before))))
		})
	})
}

// allocated leaves out what the API server allocates anew for a port that was gone.
func allocated(content map[string]any) map[string]any {
	ports, _, err := unstructured.NestedSlice(content, "spec", "ports")
	Expect(err).NotTo(HaveOccurred())

	for _, port := range ports {
		if fields, ok := port.(map[string]any); ok {
			delete(fields, "nodePort")
		}
	}

	if len(ports) > 0 {
		Expect(unstructured.SetNestedSlice(content, ports, "spec", "ports")).To(Succeed())
	}

	return content
}
