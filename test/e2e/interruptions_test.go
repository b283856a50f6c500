// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// kills is how often the operator is killed, each time in the middle of a
// creation and then of a deletion.
const kills = 3

// batchSize is how many tenants are being created at each kill.
const batchSize = 3

func describeInterruptions(c *cluster) {
	It("finishes creations and deletions in the middle of which it is killed, and nobody's traffic notices", func(ctx SpecContext) {
		_, endpoint, host := c.ready(ctx, "bystander", small("bystander"))
		run := constantly(ctx, endpoint, host)

		var names, cutShort []string

		for i := range kills {
			c.awaitOperatorWorks(ctx)

			var batch []string
			for j := range batchSize {
				batch = append(batch, fmt.Sprintf("killed-%d-%d", i, j))
			}

			for _, name := range batch {
				c.namespace(ctx, name)
				c.create(ctx, name, small(name))
			}

			// Each kill comes a little later than the one before: at once, then
			// when the first tenant has its first object, then the second.
			if i > 0 {
				c.awaitNamespaceOf(ctx, batch[i-1])
			}

			c.killOperator(ctx)

			cutShort = append(cutShort, fmt.Sprint(c.countOf(ctx, batch...)))
			names = append(names, batch...)
		}

		for _, name := range names {
			c.awaitReady(ctx, name)
		}

		for _, name := range names {
			Expect(c.Delete(ctx, &v1alpha1.IngressTenant{ObjectMeta: metav1.ObjectMeta{Name: name}})).To(Succeed())
		}

		for left, i := c.countOf(ctx, names[0]), 1; i < kills; i++ {
			// First the Service goes, and when the pods have drained, the rest.
			eventuallyTrue(ctx, func() bool { return c.countOf(ctx, names[0]) < left })
			c.killOperator(ctx)
			left = c.countOf(ctx, names[0])
			c.awaitOperatorWorks(ctx)
		}

		c.awaitGone(ctx, names...)
		figure(fmt.Sprintf("%d kills, %d tenants came and went", 2*kills-1, len(names)))
		figure(fmt.Sprintf("objects of %d tenants there at each kill: %s", batchSize, strings.Join(cutShort, ", ")))
		figure(expectNoFailures(run, "bystander"))
	}, SpecTimeout(6*time.Minute))

	It("is not needed for traffic: stopped, requests flow on, and drift waits for its return", func(ctx SpecContext) {
		const name = "absent"

		t, endpoint, host := c.ready(ctx, name, small(name))
		run := constantly(ctx, endpoint, host)

		DeferCleanup(func(ctx SpecContext) { c.scaleOperator(ctx, 1) }, NodeTimeout(eventually))
		c.scaleOperator(ctx, 0)

		policy := only("NetworkPolicy", objectsOf(t, name, "", ""))[0]
		budget := only("PodDisruptionBudget", objectsOf(t, name, "", ""))[0]
		before, err := policy.read(ctx, c)
		Expect(err).NotTo(HaveOccurred())
		Expect(c.patch(ctx, policy.empty(), drift()["NetworkPolicy"])).To(Succeed())
		Expect(c.Delete(ctx, budget.empty())).To(Succeed())

		Consistently(func(g Gomega) {
			now, err := policy.read(ctx, c)
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(intent(now)).NotTo(Equal(intent(before)))

			_, err = budget.read(ctx, c)
			g.Expect(client.IgnoreNotFound(err)).NotTo(HaveOccurred())
			g.Expect(err).To(HaveOccurred())
		}).WithContext(ctx).WithTimeout(5 * time.Second).Should(Succeed())

		c.scaleOperator(ctx, 1)
		Eventually(func(g Gomega) {
			now, err := policy.read(ctx, c)
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(intent(now)).To(Equal(intent(before)))

			_, err = budget.read(ctx, c)
			g.Expect(err).NotTo(HaveOccurred())
		}).WithContext(ctx).Should(Succeed(), "the drift is healed")

		figure(expectNoFailures(run, "meanwhile"))
	}, bounded)
}

// awaitNamespaceOf waits for the first object of a tenant.
func (c *cluster) awaitNamespaceOf(ctx context.Context, name string) {
	GinkgoHelper()

	first := only("Namespace", objectsOf(&v1alpha1.IngressTenant{ObjectMeta: metav1.ObjectMeta{Name: name}}, "", "", ""))[0]

	Eventually(func() error {
		_, err := first.read(ctx, c)

		return err
	}).WithContext(ctx).WithTimeout(eventually).WithPolling(5 * time.Millisecond).Should(Succeed())
}

// countOf is how many objects of tenants there are.
func (c *cluster) countOf(ctx context.Context, names ...string) int {
	GinkgoHelper()

	count := 0

	for _, name := range names {
		t := &v1alpha1.IngressTenant{ObjectMeta: metav1.ObjectMeta{Name: name}}

		for _, object := range objectsOf(t, name, "traefik", "ingresstenant-traefik-served") {
			found, err := object.read(ctx, c)
			Expect(client.IgnoreNotFound(err)).NotTo(HaveOccurred())

			if err == nil && found.GetLabels()[tenant.LabelTenant] == name {
				count++
			}
		}
	}

	return count
}

// awaitOperatorWorks waits until the operator has taken up its work, which it
// does only once the Lease of a killed one has run out.
func (c *cluster) awaitOperatorWorks(ctx context.Context) {
	GinkgoHelper()

	// The bystander is looked at, and its generation observed, by a live
	// operator only.
	t, err := c.get(ctx, "bystander")
	Expect(err).NotTo(HaveOccurred())

	toggled := v1alpha1.DeletionForce
	if t.Spec.DeletionPolicy == toggled {
		toggled = v1alpha1.DeletionBlock
	}

	Expect(c.patch(ctx, t, fmt.Sprintf(`{"spec":{"deletionPolicy":%q}}`, toggled))).To(Succeed())
	eventuallyTrue(ctx, func() bool {
		now, err := c.get(ctx, t.Name)
		Expect(err).NotTo(HaveOccurred())

		return now.Status.ObservedGeneration == t.Generation
	})
}

func eventuallyTrue(ctx context.Context, is func() bool) {
	GinkgoHelper()

	Eventually(is).WithContext(ctx).WithTimeout(eventually).WithPolling(10 * time.Millisecond).Should(BeTrue())
}
