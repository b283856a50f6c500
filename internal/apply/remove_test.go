// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package apply_test

import (
	"context"
	"slices"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	corev1ac "k8s.io/client-go/applyconfigurations/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/internal/apply"
)

func spareNone(client.Object) bool { return false }

func describePrune(server *api) {
	Describe("Pruning", func() {
		configMap := func() []schema.GroupVersionKind {
			return []schema.GroupVersionKind{corev1.SchemeGroupVersion.WithKind("ConfigMap")}
		}
		// settle creates the family's namespace and ConfigMaps of these names.
		settle := func(ctx context.Context, e *engine, names ...string) family {
			GinkgoHelper()

			f := server.newFamily(ctx)
			objects := f.objects()[:1]

			for _, name := range names {
				objects = append(objects, sealed(f, corev1ac.ConfigMap(name, f.name)))
			}

			Expect(e.Apply(ctx, f.owner, objects)).To(HaveLen(1 + len(names)))
			e.awaitConfigMaps(ctx, f, names...)

			return f
		}
		remaining := func(ctx context.Context, f family) []string {
			GinkgoHelper()

			list := &corev1.ConfigMapList{}
			Expect(server.List(ctx, list, client.InNamespace(f.name))).To(Succeed())

			var names []string
			for i := range list.Items {
				names = append(names, list.Items[i].Name)
			}

			return names
		}

		It("deletes what is neither kept nor spared, and only the owner's", func(ctx SpecContext) {
			engine := server.start()
			f := settle(ctx, engine, "kept", "spared", "old")
			neighbour := family{name: f.name, owner: server.newFamily(ctx).owner}
			Expect(engine.Client.Apply(ctx, sealed(neighbour, corev1ac.ConfigMap("neighbours", f.name)))).To(Succeed())
			Expect(server.Create(ctx, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{
				Namespace: f.name, Name: "nobodys", Labels: map[string]string{labelManaged: "true"},
			}})).To(Succeed())

			engine.awaitConfigMaps(ctx, f, "kept", "spared", "old", "neighbours", "nobodys")

			keep := []apply.Reference{apply.ReferenceTo(corev1ac.ConfigMap("kept", f.name))}
			spare := func(object client.Object) bool { return object.GetName() == "spared" }

			Expect(engine.Prune(ctx, f.owner, keep, spare, configMap())).To(Equal([]apply.Change{{
				Object: apply.ReferenceTo(corev1ac.ConfigMap("old", f.name)),
				Action: apply.Deleted,
			}}))
			Expect(remaining(ctx, f)).To(ConsistOf("kept", "spared", "neighbours", "nobodys"))
			engine.awaitConfigMaps(ctx, f, "kept", "spared", "neighbours", "nobodys")

			engine.expectQuiet(func() {
				Expect(engine.Prune(ctx, f.owner, keep, spare, configMap())).To(BeEmpty())
			})
		})

		It("does not delete again what is being deleted", func(ctx SpecContext) {
			engine := server.start()
			f := settle(ctx, engine, "held")
			server.hold(ctx, engine, f, "held")

			Expect(engine.Prune(ctx, f.owner, nil, spareNone, configMap())).To(HaveLen(1))
			Eventually(ctx, func() (*metav1.Time, error) {
				held := &corev1.ConfigMap{}
				err := engine.Client.Get(ctx, client.ObjectKey{Namespace: f.name, Name: "held"}, held)

				return held.DeletionTimestamp, err
			}).ShouldNot(BeNil())
			engine.expectQuiet(func() {
				Expect(engine.Prune(ctx, f.owner, nil, spareNone, configMap())).To(BeEmpty())
			})
		})

		It("deletes the very object that it read, and no other that took its place", func(ctx SpecContext) {
			engine := server.start()
			f := settle(ctx, engine, "replaced")
			engine.Client = beforeDelete(engine.Client, func() {
				Expect(server.Delete(ctx, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: f.name, Name: "replaced"}})).To(Succeed())
				Expect(server.Create(ctx, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: f.name, Name: "replaced"}})).To(Succeed())
			})

			changes, err := engine.Prune(ctx, f.owner, nil, spareNone, configMap())
			Expect(changes).To(BeEmpty())
			Expect(err).To(MatchError(HavePrefix("deleting ConfigMap %s/replaced, which changed meanwhile", f.name)))
			Expect(apierrors.IsConflict(err)).To(BeTrue())
			Expect(remaining(ctx, f)).To(ConsistOf("replaced"))
		})

		It("does not delete what somebody else took over in between", func(ctx SpecContext) {
			engine := server.start()
			f := settle(ctx, engine, "taken")
			engine.Client = beforeDelete(engine.Client, func() {
				taken := &corev1.ConfigMap{}
				Expect(server.Get(ctx, client.ObjectKey{Namespace: f.name, Name: "taken"}, taken)).To(Succeed())
				taken.OwnerReferences = nil
				Expect(server.Update(ctx, taken)).To(Succeed())
			})

			Expect(engine.Prune(ctx, f.owner, nil, spareNone, configMap())).Error().To(Satisfy(apierrors.IsConflict))
			Expect(remaining(ctx, f)).To(ConsistOf("taken"))
		})
	})
}

func describeTeardown(server *api) {
	Describe("Tearing down", func() {
		It("deletes stage by stage, and each only when the one before is gone", func(ctx SpecContext) {
			engine := server.start()
			f := server.settle(ctx, engine)
			stages := inStages("Deployment", "Service", "IngressClass")
			key := f.name + "/" + f.name

			Expect(engine.Teardown(ctx, f.owner, stages)).To(Equal([]string{"Deployment " + key, "Service " + key}))
			Expect(engine.Teardown(ctx, f.owner, stages)).To(Equal([]string{"Deployment " + key}),
				"a Deployment is gone when its pods are")

			engine.expectQuiet(func() {
				Expect(engine.Teardown(ctx, f.owner, stages)).To(Equal([]string{"Deployment " + key}))
			})

			deployed := &appsv1.Deployment{}
			Expect(server.Get(ctx, f.key(), deployed)).To(Succeed())
			Expect(deployed.Finalizers).To(ConsistOf(metav1.FinalizerDeleteDependents))
			deployed.Finalizers = nil
			Expect(server.Update(ctx, deployed)).To(Succeed())
			Eventually(ctx, func() error { return engine.Client.Get(ctx, f.key(), deployed) }).Should(Satisfy(apierrors.IsNotFound))

			Expect(engine.Teardown(ctx, f.owner, stages)).To(Equal([]string{"IngressClass " + f.name}))
			Expect(engine.Teardown(ctx, f.owner, stages)).To(BeEmpty())
			server.live(ctx, f.references()[0]) // Its kind is in no stage.
		})

		It("goes on where another process was stopped", func(ctx SpecContext) {
			engine := server.start()
			f := server.settle(ctx, engine)
			stages := inStages("Service", "ConfigMap", "IngressClass")

			Expect(engine.Teardown(ctx, f.owner, stages)).To(HaveLen(2))

			another := server.start()
			Expect(another.Teardown(ctx, f.owner, stages)).To(HaveLen(1))
			Expect(another.Teardown(ctx, f.owner, stages)).To(BeEmpty())
		})
	})
}

// inStages has the last kind in a stage of its own, after all others.
func inStages(names ...string) [][]schema.GroupVersionKind {
	find := func(names []string) []schema.GroupVersionKind {
		return slices.DeleteFunc(kinds(), func(kind schema.GroupVersionKind) bool { return !slices.Contains(names, kind.Kind) })
	}

	return [][]schema.GroupVersionKind{find(names[:len(names)-1]), find(names[len(names)-1:])}
}

// awaitConfigMaps waits until the engine's cache holds these ConfigMaps of the
// family's namespace. Pruning asks the cache as it is.
func (e *engine) awaitConfigMaps(ctx context.Context, f family, names ...string) {
	GinkgoHelper()

	Eventually(ctx, func() ([]corev1.ConfigMap, error) {
		list := &corev1.ConfigMapList{}
		err := e.Client.List(ctx, list, client.InNamespace(f.name))

		return list.Items, err
	}).Should(WithTransform(func(items []corev1.ConfigMap) []string {
		var found []string
		for i := range items {
			found = append(found, items[i].Name)
		}

		return found
	}, ConsistOf(names)))
}

// hold gives a ConfigMap a finalizer.
func (a *api) hold(ctx context.Context, e *engine, f family, name string) {
	GinkgoHelper()

	held := &corev1.ConfigMap{}
	Expect(a.Get(ctx, client.ObjectKey{Namespace: f.name, Name: name}, held)).To(Succeed())
	held.Finalizers = []string{"example.com/hold"}
	Expect(a.Update(ctx, held)).To(Succeed())
	e.awaitVersion(ctx, specimens()[2], held)
}

// beforeDelete does something between what the engine reads and what it deletes.
func beforeDelete(next client.Client, do func()) client.Client {
	return intercepted{Client: next, before: do}
}

type intercepted struct {
	client.Client

	before func()
}

func (i intercepted) Delete(ctx context.Context, object client.Object, options ...client.DeleteOption) error {
	i.before()

	return i.Client.Delete(ctx, object, options...)
}
