// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

func describeExposure(c *cluster) {
	describeLoadBalancers(c)

	Describe("A tenant behind a load balancer", func() {
		published := func(ctx context.Context, t *v1alpha1.IngressTenant) func() ([]string, error) {
			return func() ([]string, error) { return c.args(ctx, t) }
		}

		It("is ready when it has an address, and publishes that", func(ctx SpecContext) {
			operator := c.startOperator(ctx)

			t := c.newTenant(ctx)
			t.Spec.Exposure = nil
			c.create(ctx, t)
			Expect(t).To(And(
				haveCondition(v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonAddressPending),
				haveCondition(v1alpha1.ConditionLoadBalancerReady, metav1.ConditionFalse, v1alpha1.ReasonAddressPending),
				haveCondition(v1alpha1.ConditionProgressing, metav1.ConditionTrue, v1alpha1.ReasonAwaitingAddress),
				HaveField("Status.Addresses", BeEmpty()),
			))

			changeStatus(ctx, c, serviceOf(t), func(s *corev1.Service) {
				s.Status.LoadBalancer.Ingress = []corev1.LoadBalancerIngress{{IP: "192.0.2.10"}, {Hostname: "blog.example.com"}}
			})
			Eventually(ctx, c.now(ctx, t)).Should(And(
				haveCondition(v1alpha1.ConditionLoadBalancerReady, metav1.ConditionTrue, v1alpha1.ReasonAddressAssigned),
				HaveField("Status.Addresses", Equal([]v1alpha1.Address{
					{Type: v1alpha1.AddressIP, Value: "192.0.2.10", Scope: v1alpha1.AddressExternal},
					{Type: v1alpha1.AddressHostname, Value: "blog.example.com", Scope: v1alpha1.AddressExternal},
				})),
			))
			Eventually(ctx, published(ctx, t)).Should(ContainElement(
				HaveSuffix(".publishstatusaddress=192.0.2.10,blog.example.com")))

			c.rollOut(ctx, deploymentOf(t))
			Eventually(ctx, c.now(ctx, t)).Should(haveCondition(v1alpha1.ConditionReady, metav1.ConditionTrue, v1alpha1.ReasonReady))
			operator.expectQuiet(ctx)

			changeStatus(ctx, c, serviceOf(t), func(s *corev1.Service) { s.Status.LoadBalancer.Ingress = nil })
			Eventually(ctx, c.now(ctx, t)).Should(And(
				haveCondition(v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonAddressPending),
				HaveField("Status.Addresses", BeEmpty()),
			))
		})
	})

	Describe("A tenant on node ports", func() {
		exposed := func(ctx context.Context, http int32) *v1alpha1.IngressTenant {
			t := c.newTenant(ctx)
			t.Spec.Exposure = &v1alpha1.ExposureSpec{
				Type: v1alpha1.ExposureNodePort, NodePort: &v1alpha1.NodePortExposure{HTTP: http},
			}

			return t
		}

		It("is refused a port that is taken, and gets it when it is free", func(ctx SpecContext) {
			c.startOperator(ctx)

			// The API server picks the port: any other may be somebody's already.
			holder := &corev1.Service{
				ObjectMeta: metav1.ObjectMeta{Namespace: c.newNamespace(ctx, nil), Name: "holder"},
				Spec:       corev1.ServiceSpec{Type: corev1.ServiceTypeNodePort, Ports: []corev1.ServicePort{{Port: 80}}},
			}
			Expect(c.Create(ctx, holder)).To(Succeed())

			port := holder.Spec.Ports[0].NodePort
			t := exposed(ctx, port)
			Expect(c.Create(ctx, t)).To(Succeed())
			Eventually(ctx, c.now(ctx, t)).Should(beRefused(v1alpha1.ReasonRefused, And(
				HavePrefix("the API server refused Service ingress-%s/ingress-%s: ", t.Name, t.Name),
				ContainSubstring("provided port is already allocated"))))
			Expect(c.children(ctx, t)).To(HaveLen(usualChildren-1), "all but the Service")

			Expect(c.Delete(ctx, holder)).To(Succeed())
			c.poke(ctx, t)
			Eventually(ctx, c.now(ctx, t)).Should(And(beAccepted(), HaveField("Status.NodePorts.HTTP", BeEquivalentTo(port))))
			Expect(t).To(haveCondition(v1alpha1.ConditionLoadBalancerReady, metav1.ConditionTrue, v1alpha1.ReasonNotRequired))

			// Ports that are not given are picked by the API server, and stay.
			change(ctx, c, t, func(t *v1alpha1.IngressTenant) {
				t.Spec.Exposure = &v1alpha1.ExposureSpec{Type: v1alpha1.ExposureClusterIP}
			})
			Eventually(ctx, c.now(ctx, t)).Should(And(beAccepted(), HaveField("Status.NodePorts", BeNil())))
		})
	})
}
