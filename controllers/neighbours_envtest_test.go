// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"maps"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

func describeNeighbours(c *cluster) {
	Describe("Two tenants", func() {
		It("have nothing in common, however long their names", func(ctx SpecContext) {
			c.startOperator(ctx)

			one, other := c.newTenant(ctx), c.newTenant(ctx)
			one.Name = strings.Repeat("a", 62) + "b"
			other.Name = strings.Repeat("a", 63)
			Expect(c.Create(ctx, one)).To(Succeed())
			Expect(c.Create(ctx, other)).To(Succeed())

			for _, t := range []*v1alpha1.IngressTenant{one, other} {
				Eventually(ctx, c.now(ctx, t)).Should(beAccepted())
				Expect(c.children(ctx, t)).To(HaveLen(usualChildren))
			}

			Expect(c.children(ctx, one)).NotTo(ContainElements(c.children(ctx, other)))

			for _, name := range c.children(ctx, one) {
				Expect(c.children(ctx, other)).NotTo(ContainElement(name))
			}
		})

		It("do not share a class: one has it, and the other when it goes", func(ctx SpecContext) {
			c.startOperator(ctx)

			class := &v1alpha1.IngressClassSpec{Name: c.unique("shared")}
			first, second := c.newTenant(ctx), c.newTenant(ctx)
			first.Spec.IngressClass, second.Spec.IngressClass = class, class
			c.create(ctx, first)
			Expect(c.Create(ctx, second)).To(Succeed())
			Eventually(ctx, c.now(ctx, second)).Should(beRefused(v1alpha1.ReasonNameConflict,
				HavePrefix("IngressClass %s exists already and belongs to IngressTenant %s.", class.Name, first.Name)))
			Expect(c.children(ctx, second)).To(BeEmpty())

			Expect(c.Delete(ctx, first)).To(Succeed())
			Eventually(ctx, c.deleting(ctx, deploymentOf(first))).Should(BeTrue())
			c.collect(ctx, deploymentOf(first))
			Eventually(ctx, c.now(ctx, second)).Should(beAccepted())

			found := &networkingv1.IngressClass{}
			Expect(c.Get(ctx, client.ObjectKey{Name: class.Name}, found)).To(Succeed())
			Expect(metav1.IsControlledBy(found, second)).To(BeTrue())
		})

		It("that ask for one class at the same time do not fight over it", func(ctx SpecContext) {
			operator := c.startOperator(ctx)

			class := &v1alpha1.IngressClassSpec{Name: c.unique("shared")}
			one, other := c.newTenant(ctx), c.newTenant(ctx)
			one.Spec.IngressClass, other.Spec.IngressClass = class, class
			Expect(c.Create(ctx, one)).To(Succeed())
			Expect(c.Create(ctx, other)).To(Succeed())

			Eventually(ctx, func(g Gomega) {
				winner, loser := one, other

				found := &networkingv1.IngressClass{}
				g.Expect(c.Get(ctx, client.ObjectKey{Name: class.Name}, found)).To(Succeed())

				if metav1.IsControlledBy(found, other) {
					winner, loser = other, one
				}

				g.Expect(c.now(ctx, winner)()).To(beAccepted())
				g.Expect(c.now(ctx, loser)()).To(beRefused(v1alpha1.ReasonNameConflict))
				g.Expect(found.Spec.Controller).To(Equal("ingresstenant.io/" + winner.Name))
			}).Should(Succeed())
			operator.expectQuiet(ctx)
		})
	})
}

func describeDefaultClass(c *cluster) {
	Describe("The cluster's default class", func() {
		wanting := func(ctx SpecContext) *v1alpha1.IngressTenant {
			t := c.newTenant(ctx)
			t.Spec.IngressClass = &v1alpha1.IngressClassSpec{Default: v1alpha1.Enabled}

			return t
		}
		isDefault := func(ctx SpecContext, t *v1alpha1.IngressTenant) func() (string, error) {
			return func() (string, error) {
				class := classOf(t)
				err := c.Get(ctx, client.ObjectKeyFromObject(class), class)

				return class.Annotations[networkingv1.AnnotationIsDefaultIngressClass], err
			}
		}

		It("is one tenant's, and the next one's when it gives it up", func(ctx SpecContext) {
			operator := c.startOperator(ctx)

			first, second := wanting(ctx), wanting(ctx)
			first.Name, second.Name = c.unique("a"), c.unique("b")
			c.create(ctx, first)
			Expect(c.Create(ctx, second)).To(Succeed())
			Eventually(ctx, c.now(ctx, second)).Should(beRefused(v1alpha1.ReasonDefaultClassConflict,
				HavePrefix("IngressTenant %s is the cluster's default class already", first.Name)))
			Expect(isDefault(ctx, first)()).To(Equal("true"))
			Expect(isDefault(ctx, second)()).To(BeEmpty())
			Expect(c.children(ctx, second)).To(HaveLen(usualChildren), "it is served all the same")
			operator.expectQuiet(ctx)

			change(ctx, c, first, func(t *v1alpha1.IngressTenant) { t.Spec.IngressClass.Default = v1alpha1.Disabled })
			Eventually(ctx, isDefault(ctx, second)).Should(Equal("true"))
			Eventually(ctx, isDefault(ctx, first)).Should(BeEmpty())
			Eventually(ctx, c.now(ctx, second)).Should(beAccepted())

			change(ctx, c, first, func(t *v1alpha1.IngressTenant) { t.Spec.IngressClass.Default = v1alpha1.Enabled })
			Eventually(ctx, isDefault(ctx, first)).Should(Equal("true"), "the oldest comes first")
			Eventually(ctx, isDefault(ctx, second)).Should(BeEmpty())

			Expect(c.Delete(ctx, first)).To(Succeed())
			Eventually(ctx, c.deleting(ctx, deploymentOf(first))).Should(BeTrue())
			c.poke(ctx, second)
			operator.expectQuiet(ctx)
			Expect(isDefault(ctx, first)()).To(Equal("true"))
			Expect(isDefault(ctx, second)()).To(BeEmpty(), "there are never two")

			c.collect(ctx, deploymentOf(first))
			Eventually(ctx, isDefault(ctx, second)).Should(Equal("true"))
			Eventually(ctx, c.now(ctx, second)).Should(beAccepted())
		})

		It("is left to a class that is no tenant's", func(ctx SpecContext) {
			c.startOperator(ctx)

			foreign := &networkingv1.IngressClass{
				ObjectMeta: metav1.ObjectMeta{
					Name:        c.unique("nginx"),
					Annotations: map[string]string{networkingv1.AnnotationIsDefaultIngressClass: "true"},
				},
				Spec: networkingv1.IngressClassSpec{Controller: "example.com/nginx"},
			}
			Expect(c.Create(ctx, foreign)).To(Succeed())

			t := wanting(ctx)
			Expect(c.Create(ctx, t)).To(Succeed())
			Eventually(ctx, c.now(ctx, t)).Should(beRefused(v1alpha1.ReasonDefaultClassConflict,
				HavePrefix("IngressClass %s is the cluster's default class already", foreign.Name)))
			Expect(isDefault(ctx, t)()).To(BeEmpty())

			change(ctx, c, foreign, func(class *networkingv1.IngressClass) { class.Annotations = nil })
			Eventually(ctx, isDefault(ctx, t)).Should(Equal("true"))
			Eventually(ctx, c.now(ctx, t)).Should(beAccepted())
		})

		It("is left to a tenant's class that somebody marked by hand", func(ctx SpecContext) {
			operator := c.startOperator(ctx)

			modest, t := c.newTenant(ctx), wanting(ctx)
			c.create(ctx, modest)
			c.create(ctx, t)
			Expect(isDefault(ctx, t)()).To(Equal("true"))

			mark := func(value map[string]string) {
				change(ctx, c, classOf(modest), func(class *networkingv1.IngressClass) {
					delete(class.Annotations, networkingv1.AnnotationIsDefaultIngressClass)
					maps.Copy(class.Annotations, value)
				})
			}

			mark(map[string]string{networkingv1.AnnotationIsDefaultIngressClass: "true"})
			Eventually(ctx, isDefault(ctx, t)).Should(BeEmpty(), "there are never two")
			Eventually(ctx, c.now(ctx, t)).Should(beRefused(v1alpha1.ReasonDefaultClassConflict,
				HavePrefix("IngressClass %s is the cluster's default class already", modest.Name)))
			operator.expectQuiet(ctx)
			Expect(isDefault(ctx, modest)()).To(Equal("true"), "whoever marked it is not contradicted")

			mark(nil)
			Eventually(ctx, isDefault(ctx, t)).Should(Equal("true"))
			Eventually(ctx, c.now(ctx, t)).Should(beAccepted())
		})
	})
}
