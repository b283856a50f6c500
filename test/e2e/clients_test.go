// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"fmt"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// describeClients is about clusters of two nodes.
func describeClients(c *cluster) {
	c.forEach("S10", "externalTrafficPolicy", func(d dialect) {
		It("Local shows clients' addresses and answers through one node, Cluster hides them and answers through both", func(ctx SpecContext) {
			name := d.called("s10")

			spec := d.small(name)
			spec.Exposure = &v1alpha1.ExposureSpec{Type: v1alpha1.ExposureLoadBalancer, ExternalTrafficPolicy: v1alpha1.ExternalTrafficLocal}

			t := c.serve(ctx, name, spec)
			url := "http://" + addressOf(c.awaitReady(ctx, name))
			prober := c.newProber(ctx)

			with := c.nodeOf(ctx, t)
			without := "node-1"
			if with == without {
				without = "node-2"
			}

			near, _ := c.clientAt(ctx, with)
			beyond, _ := c.clientAt(ctx, without)

			Eventually(func() answer { return prober.askFrom(ctx, near, hostOf(name), url) }).
				WithContext(ctx).Should(And(answeredBy(name), HaveField("Client()", near.address)))
			Expect(prober.askFrom(ctx, beyond, hostOf(name), url)).To(HaveField("Status", 0), "through the node without a pod")
			c.awaitCondition(ctx, name, v1alpha1.ConditionSourceIPPreserved, metav1.ConditionTrue, v1alpha1.ReasonLocalTraffic)
			figure(fmt.Sprintf("Local: %s has the pod and shows %s; %s does not answer", with, near.address, without))

			Expect(c.patch(ctx, t, `{"spec":{"exposure":{"externalTrafficPolicy":"Cluster"}}}`)).To(Succeed())

			for _, client := range []position{near, beyond} {
				Eventually(func() answer { return prober.askFrom(ctx, client, hostOf(name), url) }).
					WithContext(ctx).Should(And(answeredBy(name), HaveField("Client()", Not(Equal(client.address)))), "from %s", client.address)
			}

			hidden := prober.askFrom(ctx, beyond, hostOf(name), url).Client()
			Expect(c.nodeAddresses(ctx)).To(ContainElement(hidden), "an address of a node")
			masked := c.awaitCondition(ctx, name, v1alpha1.ConditionSourceIPPreserved, metav1.ConditionFalse, v1alpha1.ReasonNodeAddressSeen)
			Expect(masked.Message).To(ContainSubstring("spec.exposure.externalTrafficPolicy"), "the way out")
			figure(fmt.Sprintf("Cluster: both answer, and %s is seen as %s", beyond.address, hidden))
		}, bounded)
	})
}
