// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"net/http"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
	"github.com/ingresstenant/ingress-tenant-operator/test/apps"
)

// The ranges of the source documents; the clients' first addresses are in the
// second one, their others in none.
const allowedRanges = "172.16.0.0/16,172.18.0.0/16"

func describeAllowLists(c *cluster) {
	c.forEach("S6", "allow lists", func(d dialect) {
		It("refuse clients from elsewhere, on one Ingress and for the whole tenant", func(ctx SpecContext) {
			name := d.called("s6")

			spec := d.small(name)
			spec.Exposure = &v1alpha1.ExposureSpec{Type: v1alpha1.ExposureLoadBalancer, ExternalTrafficPolicy: v1alpha1.ExternalTrafficLocal}

			limited := apps.App{Namespace: name, Name: "limited-" + name}

			c.route(ctx, name)
			c.start(ctx, limited)
			c.apply(ctx, limited.Ingress(name, hostOf(limited.Name)).WithAnnotations(map[string]string{d.allowList: allowedRanges}))

			t := c.create(ctx, name, spec)
			url := "http://" + addressOf(c.awaitReady(ctx, name))
			near, far := c.clientAt(ctx, c.nodeOf(ctx, t))
			prober := c.newProber(ctx)

			for _, app := range []string{name, limited.Name} {
				Eventually(func() answer { return prober.askFrom(ctx, near, hostOf(app), url) }).
					WithContext(ctx).Should(And(answeredBy(app), HaveField("Client()", near.address)))
			}

			Expect(prober.askFrom(ctx, far, hostOf(limited.Name), url)).To(HaveField("Status", http.StatusForbidden), "one Ingress")
			Expect(prober.askFrom(ctx, far, hostOf(name), url)).To(And(answeredBy(name), HaveField("Client()", far.address)), "another Ingress")

			Expect(c.patch(ctx, t, `{"spec":{"exposure":{"loadBalancer":{"allowedSourceRanges":["172.16.0.0/16","172.18.0.0/16"]}}}}`)).To(Succeed())
			Eventually(func() answer { return prober.askFrom(ctx, far, hostOf(name), url) }).
				WithContext(ctx).Should(HaveField("Status", 0), "the whole tenant")
			Expect(prober.askFrom(ctx, near, hostOf(name), url)).To(answeredBy(name))

			figure(fmt.Sprintf("%s passes; %s gets 403 from the Ingress, and no connection from the tenant", near.address, far.address))
		}, bounded)
	})
}

// position is a machine outside of the cluster, and one of its addresses.
type position struct{ machine, address string }

// clientAt are the two addresses of the client that sends through a node: one of
// the nodes' own network, and one from elsewhere.
func (c *cluster) clientAt(ctx context.Context, node string) (near, far position) {
	GinkgoHelper()

	addresses := c.nodeAddresses(ctx)
	Expect(addresses).To(HaveKey(node))

	number := node[len(node)-1:]

	return position{"client-" + number, "172.18.0.10" + number}, position{"client-" + number, "192.0.2.10" + number}
}

// nodeOf is the node of the one controller pod that a tenant has. The pod before it,
// as of before the tenant's address was known, ends first: it answers until then.
func (c *cluster) nodeOf(ctx context.Context, t *v1alpha1.IngressTenant) string {
	GinkgoHelper()

	return c.awaitSettled(ctx, t, 1)[0].Spec.NodeName
}

// awaitSettled waits until a tenant is up to date, with a number of pods, and those
// that it had before are gone.
func (c *cluster) awaitSettled(ctx context.Context, t *v1alpha1.IngressTenant, pods int) []corev1.Pod {
	GinkgoHelper()

	var left []corev1.Pod

	Eventually(func(g Gomega) {
		left = c.podsOf(ctx, t)
		g.Expect(left).To(HaveLen(pods))
		g.Expect(left).To(HaveEach(HaveField("DeletionTimestamp", BeNil())))

		now, err := c.get(ctx, t.Name)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(now.Status.ObservedGeneration).To(Equal(now.Generation))
		g.Expect(condition(now, v1alpha1.ConditionProgressing)).To(HaveField("Reason", v1alpha1.ReasonUpToDate))
	}).WithContext(ctx).WithTimeout(2*eventually).Should(Succeed(), "tenant %s settles with %d pods", t.Name, pods)

	return left
}

// podsOf are a tenant's controller pods.
func (c *cluster) podsOf(ctx context.Context, t *v1alpha1.IngressTenant) []corev1.Pod {
	GinkgoHelper()

	pods := &corev1.PodList{}
	Expect(c.List(ctx, pods, client.InNamespace(tenant.Namespace(t)), client.MatchingLabels(tenant.ControllerSelector(t)))).To(Succeed())

	return pods.Items
}
