// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/types"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// describeViolations is about Ingresses that are there and would be refused now. What
// is wrong with which is tested beside the rules.
func describeViolations(c *cluster) {
	Describe("Violations", func() {
		// serves creates an Ingress.
		serves := func(ctx SpecContext, class, namespace, host string) *networkingv1.Ingress {
			GinkgoHelper()

			ingress := newIngress(namespace, "shop", class, host)
			Expect(c.Create(ctx, ingress)).To(Succeed())
			DeferCleanup(func(ctx SpecContext) { Expect(c.Delete(ctx, ingress)).To(Succeed()) })

			return ingress
		}
		lists := func(listed ...any) types.GomegaMatcher {
			return And(
				HaveField("Status.TotalViolations", BeNumerically("==", len(listed))),
				HaveField("Status.Violations", ConsistOf(listed...)))
		}
		wrong := func(namespace, message string) types.GomegaMatcher {
			return And(HaveField("Namespace", namespace), HaveField("Name", "shop"), HaveField("Message", ContainSubstring(message)))
		}

		It("are listed by the tenant whose class it is, and by the one whose host it is", func(ctx SpecContext) {
			operator := c.startOperator(ctx)

			shop := c.newTenant(ctx)
			c.create(ctx, shop)
			blog := c.newTenant(ctx)
			c.create(ctx, blog)

			host := blog.Name + ".example.com"
			home := shop.Spec.Namespaces.Names[0]
			serves(ctx, tenant.ClassName(shop), home, host)
			outside := c.newNamespace(ctx, nil)
			foreign := serves(ctx, "nginx", outside, "a."+host)
			operator.expectQuiet(ctx)
			Expect(c.now(ctx, shop)()).To(lists())

			By("somebody claiming the host")
			change(ctx, c, blog, func(t *v1alpha1.IngressTenant) {
				t.Spec.Hostnames = []v1alpha1.Hostname{"*.example.com"}
			})
			Eventually(ctx, c.now(ctx, blog)).Should(HaveField("Status.TotalViolations", BeNumerically("==", 2)))
			Expect(blog.Status.Violations).To(ConsistOf(
				wrong(home, "host "+host+" is this tenant's"), wrong(outside, "host a."+host+" is this tenant's")))
			Eventually(ctx, c.now(ctx, shop)).Should(lists(wrong(home, "host "+host+" is held by IngressTenant "+blog.Name)))
			operator.expectQuiet(ctx)

			By("another process looking")
			operator.stop()
			operator = c.startOperator(ctx)
			operator.expectQuiet(ctx)
			Expect(c.now(ctx, shop)()).To(lists(wrong(home, host)))

			By("the Ingress being changed, and a namespace being left out")
			change(ctx, c, foreign, func(i *networkingv1.Ingress) { i.Spec.Rules[0].Host = "free.example.net" })
			change(ctx, c, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: home}}, func(n *corev1.Namespace) {
				metav1.SetMetaDataAnnotation(&n.ObjectMeta, tenant.AnnotationConsent, "nobody")
			})
			Eventually(ctx, c.now(ctx, blog)).Should(lists(wrong(home, host)))
			Eventually(ctx, c.now(ctx, shop)).Should(lists(wrong(home, "the namespace is not served; host "+host)))

			By("the hostname being given up")
			change(ctx, c, blog, func(t *v1alpha1.IngressTenant) { t.Spec.Hostnames = nil })
			Eventually(ctx, c.now(ctx, blog)).Should(lists())
			Eventually(ctx, c.now(ctx, shop)).Should(lists(wrong(home, "the namespace is not served")))
			operator.expectQuiet(ctx)
		})
	})
}
