// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

func describeDeletion(c *cluster) {
	Describe("Deleting a tenant", func() {
		// using is an Ingress that names the tenant's class.
		using := func(ctx SpecContext, t *v1alpha1.IngressTenant) *networkingv1.Ingress {
			GinkgoHelper()

			ingress := &networkingv1.Ingress{
				ObjectMeta: metav1.ObjectMeta{Namespace: t.Spec.Namespaces.Names[0], Name: c.unique("site")},
				Spec: networkingv1.IngressSpec{
					IngressClassName: &t.Name,
					DefaultBackend: &networkingv1.IngressBackend{Service: &networkingv1.IngressServiceBackend{
						Name: "site", Port: networkingv1.ServiceBackendPort{Number: 80},
					}},
				},
			}
			Expect(c.Create(ctx, ingress)).To(Succeed())

			return ingress
		}

		It("takes its objects apart in order: traffic, rights, class, namespace", func(ctx SpecContext) {
			c.startOperator(ctx)

			t := c.newTenant(ctx)
			c.create(ctx, t)

			own, deployment, namespace := "ingress-"+t.Name, deploymentOf(t), namespaceOf(t)
			before := c.children(ctx, t)

			Expect(c.Delete(ctx, t)).To(Succeed())
			Eventually(ctx, c.gone(ctx, serviceOf(t))).Should(BeTrue())
			Eventually(ctx, c.now(ctx, t)).Should(And(
				haveCondition(v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonDeleting),
				haveCondition(v1alpha1.ConditionProgressing, metav1.ConditionTrue, v1alpha1.ReasonDeleting,
					Equal("1 object is still there: Deployment "+own+"/traefik.")),
				haveCondition(v1alpha1.ConditionLoadBalancerReady, metav1.ConditionFalse, v1alpha1.ReasonDeleting),
			))
			Expect(c.children(ctx, t)).To(HaveLen(len(before)-2), "rights and class stay as long as pods may run")

			c.collect(ctx, deployment)
			Eventually(ctx, c.deleting(ctx, namespace)).Should(BeTrue())
			Expect(c.children(ctx, t)).To(BeEmpty())
			Eventually(ctx, c.now(ctx, t)).Should(haveCondition(v1alpha1.ConditionProgressing, metav1.ConditionTrue,
				v1alpha1.ReasonDeleting, Equal("1 object is still there: Namespace "+own+".")))

			c.finalize(ctx, namespace)
			Eventually(ctx, c.gone(ctx, t)).Should(BeTrue())
		})

		It("waits while Ingresses name the class, and goes on by itself", func(ctx SpecContext) {
			operator := c.startOperator(ctx)

			t := c.newTenant(ctx)
			c.create(ctx, t)

			bySpec, byAnnotation := using(ctx, t), using(ctx, t)
			change(ctx, c, byAnnotation, func(i *networkingv1.Ingress) {
				i.Spec.IngressClassName = nil
				i.Annotations = map[string]string{"kubernetes.io/ingress.class": t.Name}
			})
			operator.expectQuiet(ctx)

			versions := c.versions(ctx, t)
			name := func(i *networkingv1.Ingress) string { return i.Namespace + "/" + i.Name }

			Expect(c.Delete(ctx, t)).To(Succeed())
			Eventually(ctx, c.now(ctx, t)).Should(And(
				haveCondition(v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonDeletionBlocked,
					ContainSubstring("2 Ingresses are still of the tenant's class: "+name(bySpec)+", "+name(byAnnotation)+".")),
				haveCondition(v1alpha1.ConditionAvailable, metav1.ConditionTrue, v1alpha1.ReasonMinimumReplicasAvailable),
				haveCondition(v1alpha1.ConditionProgressing, metav1.ConditionFalse, v1alpha1.ReasonStalled),
			))
			operator.expectQuiet(ctx)
			Expect(c.versions(ctx, t)).To(Equal(versions))

			Expect(c.Delete(ctx, bySpec)).To(Succeed())
			Eventually(ctx, c.now(ctx, t)).Should(haveCondition(v1alpha1.ConditionReady, metav1.ConditionFalse,
				v1alpha1.ReasonDeletionBlocked, ContainSubstring("1 Ingress is still of the tenant's class: "+name(byAnnotation)+".")))

			change(ctx, c, byAnnotation, func(i *networkingv1.Ingress) { i.Annotations = nil })
			Eventually(ctx, c.deleting(ctx, deploymentOf(t))).Should(BeTrue())
		})

		It("does not wait if it is to be forced, also from the midst of waiting", func(ctx SpecContext) {
			c.startOperator(ctx)

			t := c.newTenant(ctx)
			c.create(ctx, t)
			using(ctx, t)

			Expect(c.Delete(ctx, t)).To(Succeed())
			Eventually(ctx, c.now(ctx, t)).Should(
				haveCondition(v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonDeletionBlocked))

			change(ctx, c, t, func(t *v1alpha1.IngressTenant) { t.Spec.DeletionPolicy = v1alpha1.DeletionForce })
			Eventually(ctx, c.deleting(ctx, deploymentOf(t))).Should(BeTrue())
			c.collect(ctx, deploymentOf(t))
			Eventually(ctx, c.deleting(ctx, namespaceOf(t))).Should(BeTrue())
			c.finalize(ctx, namespaceOf(t))
			Eventually(ctx, c.gone(ctx, t)).Should(BeTrue())
		})

		It("does not stop at an Ingress that comes when the controller is gone", func(ctx SpecContext) {
			c.startOperator(ctx)

			t := c.newTenant(ctx)
			c.create(ctx, t)
			Expect(c.Delete(ctx, t)).To(Succeed())
			Eventually(ctx, c.deleting(ctx, deploymentOf(t))).Should(BeTrue())
			using(ctx, t)
			c.collect(ctx, deploymentOf(t))
			Eventually(ctx, c.gone(ctx, classOf(t))).Should(BeTrue())
		})

		It("leaves no trace, so that one of the same name can follow", func(ctx SpecContext) {
			c.startOperator(ctx)

			t := c.newTenant(ctx)
			c.create(ctx, t)
			c.remove(ctx, t)

			successor := c.newTenant(ctx)
			successor.Name = t.Name
			c.create(ctx, successor)
			Expect(c.children(ctx, successor)).To(HaveLen(usualChildren))
		})
	})
}
