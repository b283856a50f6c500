// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// describeNodes is about clusters of two nodes.
func describeNodes(c *cluster) {
	It("spreads two replicas over two nodes, and its address is reached through both", func(ctx SpecContext) {
		const name = "nodes"

		spec := small(name)
		spec.Controller.Replicas = 2
		t := c.serve(ctx, name, spec)

		address := addressOf(c.awaitReady(ctx, name))

		pods := &corev1.PodList{}
		Expect(c.List(ctx, pods, client.InNamespace(tenant.Namespace(t)), client.MatchingLabels(tenant.ControllerSelector(t)))).To(Succeed())

		on := map[string]bool{}
		for i := range pods.Items {
			on[pods.Items[i].Spec.NodeName] = true
		}

		Expect(on).To(And(HaveKey("node-1"), HaveKey("node-2")))

		prober := c.newProber(ctx)

		// Each client sends to the address through the node of its number.
		for _, client := range []string{"client-1", "client-2"} {
			Eventually(func() answer { return prober.ask(ctx, client, hostOf(name), "http://"+address) }).
				WithContext(ctx).Should(answeredBy(name), "from %s", client)
		}

		figure("2 pods on 2 nodes; " + address + " answers through both")
	}, bounded)

	It("answers through both nodes although only one has a pod, with the policy Cluster", func(ctx SpecContext) {
		const name = "nodes-one"

		spec := small(name)
		spec.Exposure = &v1alpha1.ExposureSpec{Type: v1alpha1.ExposureLoadBalancer, ExternalTrafficPolicy: v1alpha1.ExternalTrafficCluster}
		c.serve(ctx, name, spec)

		address := addressOf(c.awaitReady(ctx, name))
		prober := c.newProber(ctx)

		for _, client := range []string{"client-1", "client-2"} {
			Eventually(func() answer { return prober.ask(ctx, client, hostOf(name), "http://"+address) }).
				WithContext(ctx).Should(answeredBy(name), "from %s", client)
		}

		figure("1 pod; " + address + " answers through both nodes")
	}, bounded)
}
