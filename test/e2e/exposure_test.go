// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"fmt"
	"net"
	"net/http"
	"strconv"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// The machine from which node ports are asked is outside the cluster.
const outside = "client-1"

func describeExposure(c *cluster) {
	c.forEach("S1", "node ports and inner addresses", func(d dialect) {
		answersOnEveryNode := func(ctx SpecContext, name string, t *v1alpha1.IngressTenant) {
			GinkgoHelper()

			Expect(t.Status.NodePorts).NotTo(BeNil())
			Expect(t.Status.Addresses).To(BeEmpty())

			prober := c.newProber(ctx)
			ports := t.Status.NodePorts

			for node, address := range c.nodeAddresses(ctx) {
				url := "http://" + net.JoinHostPort(address, strconv.Itoa(int(ports.HTTP)))
				Eventually(func() answer { return prober.ask(ctx, outside, hostOf(name), url) }).
					WithContext(ctx).Should(answeredBy(name), "%s answers", node)
				Expect(prober.ask(ctx, outside, "other.example.com", url)).To(notRouted())

				// Without a certificate of the tenant's, TLS is answered all the
				// same, but nothing is to be believed of it.
				tls := "https://" + net.JoinHostPort(address, strconv.Itoa(int(ports.HTTPS)))
				Expect(prober.ask(ctx, outside, hostOf(name), tls).Error).To(ContainSubstring("certificate"))
			}

			figure(fmt.Sprintf("%d of %d nodes answer at %d and %d", c.nodes, c.nodes, ports.HTTP, ports.HTTPS))
		}

		It("a tenant of type NodePort answers on every node at ports that the cluster picked", func(ctx SpecContext) {
			name := d.called("s1-picked")

			spec := d.small(name)
			spec.Exposure = &v1alpha1.ExposureSpec{Type: v1alpha1.ExposureNodePort}
			c.serve(ctx, name, spec)
			answersOnEveryNode(ctx, name, c.awaitReady(ctx, name))
		}, bounded)

		It("a tenant of type NodePort answers on every node at ports that it asked for", func(ctx SpecContext) {
			name := d.called("s1-fixed")

			spec := d.small(name)
			spec.Exposure = &v1alpha1.ExposureSpec{
				Type: v1alpha1.ExposureNodePort,
				// Below 30086 the API server picks none by itself while there are others.
				NodePort: &v1alpha1.NodePortExposure{HTTP: 30080, HTTPS: 30043},
			}
			c.serve(ctx, name, spec)

			t := c.awaitReady(ctx, name)
			Expect(t.Status.NodePorts).To(HaveValue(Equal(v1alpha1.NodePortStatus{HTTP: 30080, HTTPS: 30043})))
			answersOnEveryNode(ctx, name, t)
		}, bounded)

		It("a tenant of type ClusterIP answers inside the cluster only", func(ctx SpecContext) {
			name := d.called("s1-inside")

			spec := d.small(name)
			spec.Exposure = &v1alpha1.ExposureSpec{Type: v1alpha1.ExposureClusterIP}
			c.serve(ctx, name, spec)

			address := addressOf(c.awaitReady(ctx, name))
			prober := c.newProber(ctx)

			Eventually(func() answer { return prober.ask(ctx, "node-1", hostOf(name), "http://"+address) }).
				WithContext(ctx).Should(answeredBy(name))
			Expect(prober.ask(ctx, outside, hostOf(name), "http://"+address)).NotTo(HaveField("Status", http.StatusOK))
			figure(address + " answers on the node, not to " + outside)
		}, bounded)
	})
}
