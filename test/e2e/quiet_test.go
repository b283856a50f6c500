// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"fmt"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

const (
	// quiet is how long the operator is watched.
	quiet = 30 * time.Second
	// settled is how long it must have sent nothing before.
	settled = 5 * time.Second
)

func describeQuiet(c *cluster) {
	It("sends nothing to the API server while nothing changes", func(ctx SpecContext) {
		names := []string{"quiet-1", "quiet-2"}
		for _, name := range names {
			c.ready(ctx, name, small(name))
		}

		// Those of the specs before may still be going.
		Eventually(func(g Gomega) {
			tenants := &v1alpha1.IngressTenantList{}
			g.Expect(c.List(ctx, tenants)).To(Succeed())
			g.Expect(tenants.Items).To(HaveLen(len(names)))
		}).WithContext(ctx).WithTimeout(eventually).Should(Succeed(), "no other tenant is there")

		path := c.auditLog(ctx)
		recent := openAudit(path, operatorUser)

		// Something must be seen of the operator, or silence proves nothing.
		t, err := c.get(ctx, names[0])
		Expect(err).NotTo(HaveOccurred())
		Expect(c.patch(ctx, t, `{"spec":{"controller":{"logLevel":"Warn"}}}`)).To(Succeed())
		Eventually(recent.requests).WithContext(ctx).ShouldNot(BeEmpty())
		c.awaitReady(ctx, names[0])

		Eventually(func() []string {
			requests := recent.requests()
			recent = openAudit(path, operatorUser)

			return requests
		}).WithContext(ctx).WithTimeout(eventually).WithPolling(settled).Should(BeEmpty(), "the operator settles")

		silence := openAudit(path, operatorUser)

		Consistently(silence.requests).WithContext(ctx).WithTimeout(quiet).WithPolling(time.Second).Should(BeEmpty())
		figure(fmt.Sprintf("%d requests in %s with %d tenants, watches and Lease aside", len(silence.requests()), quiet, len(names)))
	}, bounded)
}
