// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
	"github.com/ingresstenant/ingress-tenant-operator/test/load"
)

// The bounds of S14.
const (
	// calmBefore is how long the other tenant is measured before the overload.
	calmBefore = 15 * time.Second
	// scales bounds how long the autoscaler may take: metrics are read every 15
	// seconds, and judged as often.
	scales = 3 * time.Minute
	// latencyMargin is what the other tenant's median latency may grow by. The
	// tenants share the machine's processors, and nothing else.
	latencyMargin = 250 * time.Millisecond
)

func describeOverload(c *cluster) {
	c.forEach("S14", "overload", func(d dialect) {
		It("of one tenant makes it scale, and costs the other one no request and no time", func(ctx SpecContext) {
			busy, calm := d.called("s14-busy"), d.called("s14-calm")

			spec := d.small(busy)
			// A controller that may use little is overloaded by little, so that
			// the machine itself is not.
			spec.Controller.Resources.Requests[corev1.ResourceCPU] = resource.MustParse("50m")
			spec.Controller.Resources.Limits = corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("200m")}
			t, flooded, floodedHost := c.ready(ctx, busy, spec)

			_, quiet, quietHost := c.ready(ctx, calm, d.small(calm))
			before := c.measure(ctx, quiet, quietHost)

			// By now the controller has done what it does when it starts.
			Expect(c.patch(ctx, t, `{"spec":{"controller":{"replicas":null,"autoscaling":{"minReplicas":1,"maxReplicas":4}}}}`)).To(Succeed())
			c.awaitMeasured(ctx, t)

			pods := len(c.podsOf(ctx, t))

			during := constantly(ctx, quiet, quietHost)
			defer during.Stop()

			flood := load.Start(ctx,
				load.Target{Endpoint: flooded, Host: floodedHost, Path: overloadPath},
				load.Options{Rate: overloadRate, MaxInFlight: overloadRate})
			defer flood.Stop()

			began := time.Now()

			Eventually(func() int { return len(c.podsOf(ctx, t)) }).
				WithContext(ctx).WithTimeout(scales).WithPolling(time.Second).Should(BeNumerically(">", pods), "the overloaded tenant scales")

			took := time.Since(began)
			overloaded, other := flood.Stop(), during.Stop()

			Expect(before.Failed).To(BeZero(), "before: %s", before)
			Expect(other.Failed).To(BeZero(), "meanwhile: %s", other)
			Expect(other.Percentile(50)).To(BeNumerically("<", before.Percentile(50)+latencyMargin))

			figure(fmt.Sprintf("overloaded: %d requests, %d failed, median %s, scaled after %s",
				overloaded.Sent, overloaded.Failed, short(overloaded.Percentile(50)), took.Round(time.Second)))
			figure(fmt.Sprintf("the other: %d requests, 0 failed, median %s, %s before; of 100 requests 95 within %s, %s before",
				other.Sent, short(other.Percentile(50)), short(before.Percentile(50)), short(other.Percentile(95)), short(before.Percentile(95))))
		}, SpecTimeout(8*time.Minute))
	})
}

// awaitMeasured waits until a tenant's autoscaler knows what its pods use.
func (c *cluster) awaitMeasured(ctx context.Context, t *v1alpha1.IngressTenant) {
	GinkgoHelper()

	autoscaler := &autoscalingv2.HorizontalPodAutoscaler{}

	Eventually(func(g Gomega) {
		g.Expect(c.Get(ctx, client.ObjectKey{Namespace: tenant.Namespace(t), Name: tenant.Name(t)}, autoscaler)).To(Succeed())
		g.Expect(autoscaler.Status.CurrentMetrics).To(ConsistOf(HaveField("Resource.Current.AverageUtilization", HaveValue(BeNumerically(">=", 0)))))
	}).WithContext(ctx).WithTimeout(eventually).Should(Succeed(), "the autoscaler of tenant %s has figures", t.Name)
}

// measure puts an application under the usual load for a while.
func (c *cluster) measure(ctx context.Context, endpoint, host string) load.Result {
	limited, cancel := context.WithTimeout(ctx, calmBefore)
	defer cancel()

	return constantly(limited, endpoint, host).Wait()
}

func short(duration time.Duration) string {
	return duration.Round(100 * time.Microsecond).String()
}
