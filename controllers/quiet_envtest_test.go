// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

func describeQuiet(c *cluster) {
	Describe("Where nothing changed", func() {
		It("a reconcile sends nothing", func(ctx SpecContext) {
			operator := c.startOperator(ctx)

			t := c.everything(ctx)
			c.create(ctx, t)
			operator.expectQuiet(ctx)

			before := reconciles()

			operator.requests.Forget()
			c.poke(ctx, t)
			Eventually(ctx, reconciles).Should(BeNumerically(">", before))
			Consistently(ctx, operator.requests.All).WithTimeout(quietPeriod).Should(BeEmpty())
		})

		It("a process that starts writes nothing, reads no more for more tenants, and has nothing to complain about", func(ctx SpecContext) {
			const tenants = 12

			first := c.startOperator(ctx)

			for i := range tenants {
				t := c.newTenant(ctx)
				if i%2 == 0 {
					t = c.everything(ctx)
				}

				c.create(ctx, t)
			}

			first.expectQuiet(ctx)
			first.stop()

			Expect(c.log.Clear()).To(Succeed())

			before := reconciles()
			second := c.startOperator(ctx)
			Eventually(ctx, reconciles).Should(BeNumerically(">=", before+tenants))
			Consistently(ctx, second.requests.Writes).WithTimeout(quietPeriod).Should(BeEmpty())
			Expect(second.requests.All()).To(HaveEach(Or(
				HaveField("Verb", "list"),
				HaveField("Resource", HavePrefix("/api")),
				HaveField("Namespace", "default"),
			)), "beside discovery and the first lists")
			Expect(string(c.log.Contents())).NotTo(ContainSubstring(`"level":"error"`))
		})

		It("a status that cannot be better is written once", func(ctx SpecContext) {
			operator := c.startOperator(ctx)

			t := c.newTenant(ctx)
			t.Spec.Controller = &v1alpha1.ControllerSpec{Version: "v9.9.9"}
			Expect(c.Create(ctx, t)).To(Succeed())
			Eventually(ctx, c.now(ctx, t)).Should(beRefused(v1alpha1.ReasonUnsupportedVersion))
			operator.expectQuiet(ctx)

			before := reconciles()

			operator.requests.Forget()
			c.poke(ctx, t)
			Eventually(ctx, reconciles).Should(BeNumerically(">", before))
			Consistently(ctx, operator.requests.All).WithTimeout(quietPeriod).Should(BeEmpty())
		})
	})
}
