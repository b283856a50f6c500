// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"strings"
	"sync"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

func describeNames(c *cluster) {
	It("gives two tenants that differ at the end of long names different everything, also when they come at once", func(ctx SpecContext) {
		shared := "names-" + strings.Repeat("x", 56)
		names := []string{shared + "a", shared + "b"}

		for _, name := range names {
			Expect(name).To(HaveLen(63))
			c.route(ctx, name)
		}

		var creating sync.WaitGroup

		for _, name := range names {
			creating.Go(func() {
				defer GinkgoRecover()

				c.create(ctx, name, small(name))
			})
		}

		creating.Wait()

		var tenants []*v1alpha1.IngressTenant
		for _, name := range names {
			tenants = append(tenants, c.awaitReady(ctx, name))
		}

		one, other := tenants[0], tenants[1]
		Expect(one.Status.Namespace).NotTo(Equal(other.Status.Namespace))
		Expect(one.Status.ControllerValue).NotTo(Equal(other.Status.ControllerValue))
		Expect(one.Status.IngressClassName).NotTo(Equal(other.Status.IngressClassName))
		Expect(addressOf(one)).NotTo(Equal(addressOf(other)))

		for i, name := range names {
			endpoint := c.publish(ctx, strings.Replace(name, shared, "names-", 1), addressOf(tenants[i]), 80)
			awaitAnswer(ctx, endpoint, hostOf(name), name)
			Expect(ask(ctx, endpoint, hostOf(names[1-i]), "/")).To(notRouted())
		}

		figure(one.Status.Namespace + " and " + other.Status.Namespace)
	}, bounded)
}
