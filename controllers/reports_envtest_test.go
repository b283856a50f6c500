// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	eventsv1 "k8s.io/api/events/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

func describeReports(c *cluster) {
	Describe("What happens to a tenant", func() {
		It("is told in events, once for each change of a condition", func(ctx SpecContext) {
			operator := c.startOperator(ctx)

			t := c.newTenant(ctx)
			c.create(ctx, t)
			Eventually(ctx, c.events(ctx, t)).Should(ContainElements("Normal Accepted", "Normal MinimumReplicasAvailable", "Normal Ready"))
			operator.expectQuiet(ctx)

			before := c.events(ctx, t)()
			Expect(before).To(HaveEach(HavePrefix("Normal ")))

			for range 3 {
				c.poke(ctx, t)
				operator.expectQuiet(ctx)
			}

			Expect(c.events(ctx, t)()).To(Equal(before))

			change(ctx, c, t, func(t *v1alpha1.IngressTenant) { t.Spec.Controller = &v1alpha1.ControllerSpec{Version: "v9.9.9"} })
			Eventually(ctx, c.events(ctx, t)).Should(ContainElement("Warning UnsupportedVersion"))
		})

		It("is which annotations of its Ingresses its controller does not read", func(ctx SpecContext) {
			operator := c.startOperator(ctx)

			t := c.newTenant(ctx)
			c.create(ctx, t)

			ingress := &networkingv1.Ingress{
				ObjectMeta: metav1.ObjectMeta{Namespace: t.Spec.Namespaces.Names[0], Name: "apps", Annotations: map[string]string{
					"nginx.ingress.kubernetes.io/rewrite-target": "/",
					"nginx.ingress.kubernetes.io/satisfy":        "any",
				}},
				Spec: networkingv1.IngressSpec{
					IngressClassName: new(tenant.ClassName(t)),
					DefaultBackend:   &networkingv1.IngressBackend{Service: &networkingv1.IngressServiceBackend{Name: "apps", Port: networkingv1.ServiceBackendPort{Number: 80}}},
				},
			}
			Expect(c.Create(ctx, ingress)).To(Succeed())
			Eventually(ctx, c.now(ctx, t)).Should(HaveField("Status.IgnoredAnnotations", Equal([]v1alpha1.IgnoredAnnotation{
				{Name: "nginx.ingress.kubernetes.io/satisfy", Ingresses: 1, Example: ingress.Namespace + "/apps"},
			})))
			operator.expectQuiet(ctx)

			change(ctx, c, ingress, func(i *networkingv1.Ingress) { delete(i.Annotations, "nginx.ingress.kubernetes.io/satisfy") })
			Eventually(ctx, c.now(ctx, t)).Should(HaveField("Status.IgnoredAnnotations", BeEmpty()))
		})

		It("is counted in metrics, until it is gone", func(ctx SpecContext) {
			operator := c.startOperator(ctx)

			t := c.newTenant(ctx)
			t.Spec.Exposure = nil
			c.create(ctx, t)

			Eventually(operator.series).WithArguments(t.Name).Should(And(
				HaveKeyWithValue("ingresstenant_condition Accepted", 1.0),
				HaveKeyWithValue("ingresstenant_condition Available", 1.0),
				HaveKeyWithValue("ingresstenant_condition LoadBalancerReady", 0.0),
				HaveKeyWithValue("ingresstenant_condition Ready", 0.0),
				HaveKeyWithValue("ingresstenant_address_pending", 1.0),
			))

			network := c.objects(ctx, t, managedKinds()[8])[0]
			managedKinds()[8].drift(&network)
			Expect(c.Update(ctx, &network)).To(Succeed())
			Eventually(operator.series).WithArguments("NetworkPolicy").Should(HaveKeyWithValue("ingresstenant_drift_healed_total", 1.0))

			c.remove(ctx, t)
			Eventually(operator.series).WithArguments(t.Name).Should(BeEmpty())
		})
	})
}

// events are the events about a tenant, as "Type Reason", for an Eventually.
func (c *cluster) events(ctx context.Context, t *v1alpha1.IngressTenant) func() []string {
	return func() []string {
		GinkgoHelper()

		list := &eventsv1.EventList{}
		Expect(c.List(ctx, list)).To(Succeed())

		var found []string

		for i := range list.Items {
			if event := &list.Items[i]; event.Regarding.UID == t.UID {
				Expect(event.Series).To(BeNil())
				found = append(found, event.Type+" "+event.Reason)
			}
		}

		return found
	}
}

// series are the operator's own metrics with a label of this value, by name and
// by the condition where they are about one.
func (o *operator) series(label string) map[string]float64 {
	GinkgoHelper()

	families, err := o.metrics.Gather()
	Expect(err).NotTo(HaveOccurred())

	found := map[string]float64{}

	for _, family := range families {
		for _, series := range family.GetMetric() {
			name, about := family.GetName(), false

			for _, pair := range series.GetLabel() {
				about = about || pair.GetValue() == label
				if pair.GetName() == "type" {
					name += " " + pair.GetValue()
				}
			}

			if about {
				found[name] = series.GetGauge().GetValue() + series.GetCounter().GetValue()
			}
		}
	}

	return found
}

// remove deletes a tenant, and plays those whom its deletion waits for.
func (c *cluster) remove(ctx context.Context, t *v1alpha1.IngressTenant) {
	GinkgoHelper()

	Expect(c.Delete(ctx, t)).To(Succeed())
	Eventually(ctx, c.deleting(ctx, deploymentOf(t))).Should(BeTrue())
	c.collect(ctx, deploymentOf(t))
	Eventually(ctx, c.deleting(ctx, namespaceOf(t))).Should(BeTrue())
	c.finalize(ctx, namespaceOf(t))
	Eventually(ctx, c.gone(ctx, t)).Should(BeTrue())
}
