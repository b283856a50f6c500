// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"net"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// unassigned is a load-balancer address that is so far from the first ones that nobody
// gets it.
const unassigned = "172.19.255.250"

// describeLab is about the local cluster itself: what would look like a tenant's fault.
func describeLab(c *cluster) {
	It("forgets connections to an address that nobody has: whoever gets it does not lose later ones", func(ctx SpecContext) {
		connection, err := (&net.Dialer{Timeout: soon}).DialContext(ctx, "tcp", c.publish(ctx, "unassigned", unassigned, 80))
		Expect(err).NotTo(HaveOccurred(), "the forwarder takes every connection")
		DeferCleanup(connection.Close)

		Consistently(func() string { return c.run(ctx, "exec", "--", "conntrack", "-L", "-d", unassigned) }).
			WithContext(ctx).WithTimeout(3*time.Second).Should(BeEmpty(), "connections that are tracked")
	}, bounded)
}
