// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/types"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

func describeHostnames(c *cluster) {
	Describe("Hostnames", func() {
		// claims creates a tenant that claims hostnames, and waits until it is
		// known whose they are.
		claims := func(ctx context.Context, hostnames ...v1alpha1.Hostname) *v1alpha1.IngressTenant {
			GinkgoHelper()

			t := c.newTenant(ctx)
			t.Spec.Hostnames = hostnames
			c.create(ctx, t)

			return t
		}
		holds := func(names ...string) types.GomegaMatcher {
			var held []any
			for _, name := range names {
				held = append(held, And(HaveField("Name", name), HaveField("State", v1alpha1.HostnameHeld), HaveField("ClaimedTime", Not(BeNil()))))
			}

			return And(
				haveCondition(v1alpha1.ConditionHostnamesClaimed, metav1.ConditionTrue, v1alpha1.ReasonClaimed),
				HaveField("Status.Hostnames", HaveExactElements(held...)))
		}
		losesTo := func(winner *v1alpha1.IngressTenant, as string) types.GomegaMatcher {
			return And(
				haveCondition(v1alpha1.ConditionHostnamesClaimed, metav1.ConditionFalse, v1alpha1.ReasonHostnameConflict, ContainSubstring("IngressTenant "+winner.Name)),
				haveCondition(v1alpha1.ConditionReady, metav1.ConditionTrue, v1alpha1.ReasonReady),
				HaveField("Status.Hostnames", ContainElement(And(
					HaveField("State", v1alpha1.HostnameConflict), HaveField("HeldBy", winner.Name), HaveField("HeldAs", as)))))
		}

		It("are the first tenant's, whatever a later one claims, and the next one's when it goes", func(ctx SpecContext) {
			operator := c.startOperator(ctx)
			first := claims(ctx, "*.Example.com", "bücher.example")
			Eventually(ctx, c.now(ctx, first)).Should(holds("*.example.com", "xn--bcher-kva.example"))

			second := claims(ctx, "blog.example.com", "second.example")
			Eventually(ctx, c.now(ctx, second)).Should(losesTo(first, "*.example.com"))
			third := claims(ctx, "BLOG.example.com")
			Eventually(ctx, c.now(ctx, third)).Should(losesTo(first, "*.example.com"))
			Eventually(ctx, c.now(ctx, first)).Should(holds("*.example.com", "xn--bcher-kva.example"))
			operator.expectQuiet(ctx)

			By("the first giving it up")
			change(ctx, c, first, func(t *v1alpha1.IngressTenant) { t.Spec.Hostnames = []v1alpha1.Hostname{"first.example"} })
			Eventually(ctx, c.now(ctx, second)).Should(holds("blog.example.com", "second.example"))
			Eventually(ctx, c.now(ctx, third)).Should(losesTo(second, "blog.example.com"))

			By("asking for it again, in vain")
			change(ctx, c, first, func(t *v1alpha1.IngressTenant) { t.Spec.Hostnames = []v1alpha1.Hostname{"*.example.com"} })
			Eventually(ctx, c.now(ctx, first)).Should(losesTo(second, "blog.example.com"))

			By("the second going")
			Expect(c.Delete(ctx, second)).To(Succeed())
			Eventually(ctx, func() bool {
				c.play(ctx, second)

				return c.gone(ctx, second)()
			}).Should(BeTrue())
			Eventually(ctx, c.now(ctx, third)).Should(holds("blog.example.com"))
			operator.expectQuiet(ctx)
		})

		It("are whose they were, to another process too", func(ctx SpecContext) {
			operator := c.startOperator(ctx)
			older := claims(ctx, "older.example")
			younger := claims(ctx, "young.example")
			Eventually(ctx, c.now(ctx, younger)).Should(holds("young.example"))

			change(ctx, c, older, func(t *v1alpha1.IngressTenant) { t.Spec.Hostnames = append(t.Spec.Hostnames, "*.example") })
			Eventually(ctx, c.now(ctx, older)).Should(losesTo(younger, "young.example"))
			operator.stop()

			operator = c.startOperator(ctx)
			c.poke(ctx, older)
			c.poke(ctx, younger)
			operator.expectQuiet(ctx)
			Eventually(ctx, c.now(ctx, older)).Should(losesTo(younger, "young.example"))
			Eventually(ctx, c.now(ctx, younger)).Should(holds("young.example"))
		})

		It("that are none are refused, and what was claimed stays", func(ctx SpecContext) {
			c.startOperator(ctx)
			t := claims(ctx, "kept.example")
			change(ctx, c, t, func(t *v1alpha1.IngressTenant) { t.Spec.Hostnames = []v1alpha1.Hostname{"192.0.2.1"} })
			Eventually(ctx, c.now(ctx, t)).Should(And(
				beRefused(v1alpha1.ReasonInvalidSpec, HavePrefix("spec.hostnames[0]: ")),
				HaveField("Status.Hostnames", HaveExactElements(HaveField("Name", "kept.example")))))

			other := claims(ctx, "*.example")
			Eventually(ctx, c.now(ctx, other)).Should(losesTo(t, "kept.example"))
		})

		It("beside one that is none are whose they were, to every process, and given up when nothing is mistyped", func(ctx SpecContext) {
			operator := c.startOperator(ctx)
			first := claims(ctx, "held.example", "more.example")
			Eventually(ctx, c.now(ctx, first)).Should(holds("held.example", "more.example"))
			second := claims(ctx, "held.example")
			Eventually(ctx, c.now(ctx, second)).Should(losesTo(first, "held.example"))

			change(ctx, c, first, func(t *v1alpha1.IngressTenant) {
				t.Spec.Hostnames = []v1alpha1.Hostname{"held.example", "new.example", "-bad.example"}
			})
			Eventually(ctx, c.now(ctx, first)).Should(And(
				beRefused(v1alpha1.ReasonInvalidSpec, HavePrefix("spec.hostnames[2]: ")),
				holds("held.example", "more.example", "new.example")))
			Expect(c.now(ctx, second)()).To(losesTo(first, "held.example"))
			operator.stop()

			operator = c.startOperator(ctx)
			c.poke(ctx, second)
			c.poke(ctx, first)
			operator.expectQuiet(ctx)
			Expect(c.now(ctx, first)()).To(holds("held.example", "more.example", "new.example"))
			Expect(c.now(ctx, second)()).To(losesTo(first, "held.example"))

			By("giving them up in a spec that is refused for something else")
			change(ctx, c, first, func(t *v1alpha1.IngressTenant) {
				t.Spec.Hostnames = []v1alpha1.Hostname{"new.example"}
				t.Spec.Controller = &v1alpha1.ControllerSpec{Version: "v0.0.1"}
			})
			Eventually(ctx, c.now(ctx, first)).Should(And(beRefused(v1alpha1.ReasonUnsupportedVersion), holds("new.example")))
			Eventually(ctx, c.now(ctx, second)).Should(holds("held.example"))
			operator.stop()

			operator = c.startOperator(ctx)
			operator.expectQuiet(ctx)
			Expect(c.now(ctx, second)()).To(holds("held.example"))
		})

		It("of a tenant that is refused are recorded, and nobody else's", func(ctx SpecContext) {
			operator := c.startOperator(ctx)
			refused := c.newTenant(ctx)
			refused.Spec.Hostnames = []v1alpha1.Hostname{"refused.example"}
			refused.Spec.Controller = &v1alpha1.ControllerSpec{Version: "v0.0.1"}
			Expect(c.Create(ctx, refused)).To(Succeed())
			Eventually(ctx, c.now(ctx, refused)).Should(And(beRefused(v1alpha1.ReasonUnsupportedVersion), holds("refused.example")))

			second := claims(ctx, "refused.example")
			Eventually(ctx, c.now(ctx, second)).Should(losesTo(refused, "refused.example"))
			operator.stop()

			operator = c.startOperator(ctx)
			operator.expectQuiet(ctx)
			Expect(c.now(ctx, second)()).To(losesTo(refused, "refused.example"))
		})
	})
}
