// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/types"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	corev1ac "k8s.io/client-go/applyconfigurations/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

func describeConflicts(c *cluster) {
	Describe("An object of somebody else in a tenant's way", func() {
		for _, kind := range managedKinds() {
			It("stays as it is, is named, and holds up what the tenant changes until it is gone: "+kind.String(), func(ctx SpecContext) {
				operator, t := c.settled(ctx)

				// Whoever strips an object of its owner makes it their own.
				object := c.objects(ctx, t, kind)[0]
				object.SetOwnerReferences(nil)
				object.SetLabels(nil)
				Expect(c.Update(ctx, &object)).To(Succeed())

				taken := object.DeepCopy()
				versions := c.versions(ctx, t)
				Eventually(ctx, c.now(ctx, t)).Should(beRefused(v1alpha1.ReasonNameConflict,
					ContainSubstring(nameOf(taken)+" exists already and was not created for this tenant. It is left as it is")))
				Expect(t).To(And(
					haveCondition(v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonNameConflict),
					stillAvailable(kind),
					haveCondition(v1alpha1.ConditionProgressing, metav1.ConditionFalse, v1alpha1.ReasonStalled),
				))

				change(ctx, c, t, func(t *v1alpha1.IngressTenant) { t.Spec.Controller.LogLevel = v1alpha1.LogDebug })
				Eventually(ctx, c.now(ctx, t)).Should(HaveField("Status.ObservedGeneration", t.Generation))
				operator.expectQuiet(ctx)
				Expect(c.versions(ctx, t)).To(Equal(versions))
				Expect(c.Get(ctx, client.ObjectKeyFromObject(&object), &object)).To(Succeed())
				Expect(object.Object).To(Equal(taken.Object))

				Expect(c.Delete(ctx, &object)).To(Succeed())

				if kind.String() == "Namespace" {
					c.finalize(ctx, namespaceOf(t))
				}

				// What has no label of the operator's is looked for every minute.
				c.poke(ctx, t)
				Eventually(ctx, c.now(ctx, t)).Should(beAccepted())
				Expect(c.objects(ctx, t, kind)).To(ContainElement(HaveField("GetName()", taken.GetName())))
			})
		}

		It("is a namespace that was there before, until it is gone", func(ctx SpecContext) {
			operator := c.startOperator(ctx)

			t := c.newTenant(ctx)
			inTheWay := namespaceOf(t)
			Expect(c.Create(ctx, inTheWay)).To(Succeed())
			Expect(c.Create(ctx, t)).To(Succeed())
			Eventually(ctx, c.now(ctx, t)).Should(beRefused(v1alpha1.ReasonNameConflict, And(
				HavePrefix("Namespace %s exists already and was not created for this tenant.", inTheWay.Name),
				ContainSubstring("annotate the namespace ingresstenant.io/adopt with the tenant's name"))))
			Expect(t).To(haveCondition(v1alpha1.ConditionAvailable, metav1.ConditionFalse, v1alpha1.ReasonNotDeployed))
			operator.expectQuiet(ctx)
			Expect(c.children(ctx, t)).To(BeEmpty())

			Expect(c.Delete(ctx, inTheWay)).To(Succeed())
			c.finalize(ctx, inTheWay)
			Eventually(ctx, c.now(ctx, t)).Should(beAccepted())
		})

		It("is an IngressClass that was there before, until it is gone", func(ctx SpecContext) {
			c.startOperator(ctx)

			t := c.newTenant(ctx)
			inTheWay := classOf(t)
			inTheWay.Spec.Controller = "example.com/other"
			Expect(c.Create(ctx, inTheWay)).To(Succeed())
			Expect(c.Create(ctx, t)).To(Succeed())
			Eventually(ctx, c.now(ctx, t)).Should(beRefused(v1alpha1.ReasonNameConflict, And(
				HavePrefix("IngressClass %s exists already", t.Name), ContainSubstring("give the tenant another spec.ingressClass.name"))))
			Expect(c.children(ctx, t)).To(BeEmpty())

			found := &networkingv1.IngressClass{}
			Expect(c.Get(ctx, client.ObjectKeyFromObject(inTheWay), found)).To(Succeed())
			Expect(found).To(Equal(inTheWay))

			Expect(c.Delete(ctx, inTheWay)).To(Succeed())
			Eventually(ctx, c.now(ctx, t)).Should(beAccepted())
		})

		It("does not keep the tenant from being deleted, and survives it", func(ctx SpecContext) {
			c.startOperator(ctx)

			t := c.newTenant(ctx)
			inTheWay := namespaceOf(t)
			Expect(c.Create(ctx, inTheWay)).To(Succeed())
			Expect(c.Create(ctx, t)).To(Succeed())
			Eventually(ctx, c.now(ctx, t)).Should(beRefused(v1alpha1.ReasonNameConflict))

			Expect(c.Delete(ctx, t)).To(Succeed())
			Eventually(ctx, c.gone(ctx, t)).Should(BeTrue())

			found := &corev1.Namespace{}
			Expect(c.Get(ctx, client.ObjectKeyFromObject(inTheWay), found)).To(Succeed())
			Expect(found).To(Equal(inTheWay))
		})
	})
}

// stillAvailable matches a tenant whose controller runs on after somebody took an
// object of a kind, unless what they took is the controller.
func stillAvailable(kind managedKind) types.GomegaMatcher {
	if kind.String() == "Deployment" {
		return haveCondition(v1alpha1.ConditionAvailable, metav1.ConditionFalse, v1alpha1.ReasonNotDeployed)
	}

	return haveCondition(v1alpha1.ConditionAvailable, metav1.ConditionTrue, v1alpha1.ReasonMinimumReplicasAvailable)
}

func describeAdoption(c *cluster) {
	Describe("A namespace that permits a tenant to move in", func() {
		adoptable := func(t *v1alpha1.IngressTenant, by string) *corev1.Namespace {
			namespace := namespaceOf(t)
			namespace.Labels = map[string]string{"team": "blog"}
			namespace.Annotations = map[string]string{"ingresstenant.io/adopt": by}

			return namespace
		}

		It("is used, belongs to nobody, and is given back", func(ctx SpecContext) {
			operator := c.startOperator(ctx)

			t := c.newTenant(ctx)
			namespace := adoptable(t, t.Name)
			Expect(c.Create(ctx, namespace)).To(Succeed())
			c.create(ctx, t)
			operator.expectQuiet(ctx)

			found := &corev1.Namespace{}
			Expect(c.Get(ctx, client.ObjectKeyFromObject(namespace), found)).To(Succeed())
			Expect(found.OwnerReferences).To(BeEmpty())
			Expect(found.Labels).To(And(HaveKeyWithValue("team", "blog"), HaveKeyWithValue("ingresstenant.io/tenant", t.Name)))

			Expect(c.Delete(ctx, t)).To(Succeed())
			Eventually(ctx, c.deleting(ctx, deploymentOf(t))).Should(BeTrue())
			c.collect(ctx, deploymentOf(t))
			Eventually(ctx, c.gone(ctx, t)).Should(BeTrue())

			Expect(c.Get(ctx, client.ObjectKeyFromObject(namespace), found)).To(Succeed())
			Expect(found.DeletionTimestamp).To(BeNil())
			Expect(found.Labels).To(Equal(namespace.Labels))
			Expect(found.Annotations).To(Equal(namespace.Annotations))
		})

		It("keeps the labels of its owner's tools", func(ctx SpecContext) {
			operator := c.startOperator(ctx)

			t := c.newTenant(ctx)
			namespace := adoptable(t, t.Name)
			namespace.Labels = map[string]string{
				tenant.LabelManagedBy: "argocd", tenant.LabelName: "edge", tenant.LabelInstance: "edge",
				"pod-security.kubernetes.io/enforce": "baseline",
			}
			Expect(c.Create(ctx, namespace)).To(Succeed())
			c.create(ctx, t)
			operator.expectQuiet(ctx)

			found := c.namespaceNow(ctx, t)
			Expect(found.Annotations).To(Equal(namespace.Annotations))
			Expect(found.Labels).To(HaveKeyWithValue(tenant.LabelTenant, t.Name))
			delete(found.Labels, tenant.LabelTenant)
			Expect(found.Labels).To(Equal(namespace.Labels))

			change(ctx, c, namespace, func(n *corev1.Namespace) { n.Labels[tenant.LabelManagedBy] = "Helm" })
			c.poke(ctx, t)
			operator.expectQuiet(ctx)
			Expect(c.namespaceNow(ctx, t).Labels).To(HaveKeyWithValue(tenant.LabelManagedBy, "Helm"))

			// Nobody serves it, whatever the labels of its owner.
			other := c.newTenant(ctx)
			other.Spec.Namespaces = &v1alpha1.NamespacesSpec{Names: []string{namespace.Name}}
			Expect(c.Create(ctx, other)).To(Succeed())
			Eventually(ctx, c.now(ctx, other)).Should(HaveField("Status.Namespaces", ConsistOf(
				v1alpha1.NamespaceStatus{Name: namespace.Name, State: v1alpha1.NamespaceReserved})))
		})

		It("is left running when its permission goes, and the tenant says so", func(ctx SpecContext) {
			operator := c.startOperator(ctx)

			t := c.newTenant(ctx)
			namespace := adoptable(t, t.Name)
			Expect(c.Create(ctx, namespace)).To(Succeed())
			c.create(ctx, t)
			operator.expectQuiet(ctx)

			versions := c.versions(ctx, t)

			change(ctx, c, namespace, func(n *corev1.Namespace) { n.Annotations = nil })
			Eventually(ctx, c.now(ctx, t)).Should(beRefused(v1alpha1.ReasonNameConflict, And(
				HavePrefix("Namespace %s no longer permits the tenant to be there", namespace.Name),
				ContainSubstring("kubectl annotate namespace %s ingresstenant.io/adopt=%s", namespace.Name, t.Name),
				ContainSubstring("delete the tenant"),
				Not(ContainSubstring("delete it,")),
			)))
			Expect(t).To(haveCondition(v1alpha1.ConditionAvailable, metav1.ConditionTrue, v1alpha1.ReasonMinimumReplicasAvailable))
			operator.expectQuiet(ctx)
			Expect(c.versions(ctx, t)).To(Equal(versions))
			Expect(c.namespaceNow(ctx, t).Labels).To(HaveKeyWithValue(tenant.LabelTenant, t.Name))

			change(ctx, c, namespace, func(n *corev1.Namespace) {
				n.Annotations = map[string]string{tenant.AnnotationAdopt: t.Name}
			})
			Eventually(ctx, c.now(ctx, t)).Should(beAccepted())
		})

		It("is given back, though its permission went before", func(ctx SpecContext) {
			c.startOperator(ctx)

			t := c.newTenant(ctx)
			namespace := adoptable(t, t.Name)
			Expect(c.Create(ctx, namespace)).To(Succeed())
			c.create(ctx, t)

			change(ctx, c, namespace, func(n *corev1.Namespace) { n.Annotations = nil })
			Eventually(ctx, c.now(ctx, t)).Should(beRefused(v1alpha1.ReasonNameConflict))
			c.vacate(ctx, t)

			found := c.namespaceNow(ctx, t)
			Expect(found.DeletionTimestamp).To(BeNil())
			Expect(found.Labels).To(Equal(map[string]string{"team": "blog", corev1.LabelMetadataName: found.Name}))
		})

		It("is given back, though others say what the operator said there", func(ctx SpecContext) {
			c.startOperator(ctx)

			t := c.newTenant(ctx)
			namespace := adoptable(t, t.Name)
			Expect(c.Create(ctx, namespace)).To(Succeed())
			c.create(ctx, t)

			copied := corev1ac.Namespace(namespace.Name).WithLabels(map[string]string{tenant.LabelTenant: t.Name, "copied": "1"})
			Expect(c.Apply(ctx, copied, client.FieldOwner("copier"))).To(Succeed())
			c.vacate(ctx, t)

			Expect(c.namespaceNow(ctx, t).Labels).To(Equal(map[string]string{
				"team": "blog", "copied": "1", corev1.LabelMetadataName: namespace.Name,
			}))
		})

		It("is given back with all that the operator ever marked it with", func(ctx SpecContext) {
			first := c.startOperator(ctx)

			t := c.newTenant(ctx)
			namespace := adoptable(t, t.Name)
			Expect(c.Create(ctx, namespace)).To(Succeed())
			c.create(ctx, t)
			first.stop()

			all := corev1ac.Namespace(namespace.Name).WithLabels(tenant.Labels(t)).
				WithAnnotations(map[string]string{tenant.AnnotationDesiredHash: "hash"})
			Expect(c.Apply(ctx, all, client.FieldOwner(tenant.Operator))).To(Succeed())
			copied := corev1ac.Namespace(namespace.Name).WithLabels(map[string]string{tenant.LabelManagedBy: tenant.Operator})
			Expect(c.Apply(ctx, copied, client.FieldOwner("copier"))).To(Succeed())

			c.startOperator(ctx)
			c.vacate(ctx, t)

			found := c.namespaceNow(ctx, t)
			Expect(found.Labels).To(Equal(map[string]string{"team": "blog", corev1.LabelMetadataName: found.Name}))
			Expect(found.Annotations).To(Equal(map[string]string{tenant.AnnotationAdopt: t.Name}))
		})

		It("is in the way of another, until it permits that one", func(ctx SpecContext) {
			c.startOperator(ctx)

			t := c.newTenant(ctx)
			namespace := adoptable(t, "another")
			Expect(c.Create(ctx, namespace)).To(Succeed())
			Expect(c.Create(ctx, t)).To(Succeed())
			Eventually(ctx, c.now(ctx, t)).Should(beRefused(v1alpha1.ReasonNameConflict))

			change(ctx, c, namespace, func(n *corev1.Namespace) { n.Annotations["ingresstenant.io/adopt"] = t.Name })
			Eventually(ctx, c.now(ctx, t)).Should(beAccepted())
		})
	})
}

// namespaceNow is the namespace of a tenant's controller as it is.
func (c *cluster) namespaceNow(ctx context.Context, t *v1alpha1.IngressTenant) *corev1.Namespace {
	GinkgoHelper()

	namespace := namespaceOf(t)
	Expect(c.Get(ctx, client.ObjectKeyFromObject(namespace), namespace)).To(Succeed())

	return namespace
}

// vacate deletes a tenant that moved into a namespace of somebody else.
func (c *cluster) vacate(ctx context.Context, t *v1alpha1.IngressTenant) {
	GinkgoHelper()

	Expect(c.Delete(ctx, t)).To(Succeed())
	Eventually(ctx, c.deleting(ctx, deploymentOf(t))).Should(BeTrue())
	c.collect(ctx, deploymentOf(t))
	Eventually(ctx, c.gone(ctx, t)).Should(BeTrue())
}
