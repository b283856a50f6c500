// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	gomegatypes "github.com/onsi/gomega/types"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

func describeLoadBalancers(c *cluster) {
	Describe("The load balancer of a live tenant", func() {
		// balanced creates a tenant that serves behind load balancers.
		balanced := func(ctx context.Context, block *v1alpha1.LoadBalancerExposure) *v1alpha1.IngressTenant {
			GinkgoHelper()

			t := c.newTenant(ctx)
			t.Spec.Exposure = &v1alpha1.ExposureSpec{Type: v1alpha1.ExposureLoadBalancer, LoadBalancer: block}
			c.create(ctx, t)
			assign(ctx, c, serviceOf(t), "192.0.2.1")

			if block.Scope == v1alpha1.ScopeBoth {
				assign(ctx, c, internalOf(t), "10.0.0.1")
			}

			// The address that Ingresses are given starts the pods anew.
			Eventually(ctx, func() ([]string, error) { return c.args(ctx, t) }).Should(ContainElement(HaveSuffix("=192.0.2.1")))
			c.rollOut(ctx, deploymentOf(t))
			Eventually(ctx, c.now(ctx, t)).Should(And(
				haveCondition(v1alpha1.ConditionReady, metav1.ConditionTrue, v1alpha1.ReasonReady),
				haveCondition(v1alpha1.ConditionProgressing, metav1.ConditionFalse, v1alpha1.ReasonUpToDate),
			))

			return t
		}

		pending := func(message gomegatypes.GomegaMatcher) gomegatypes.GomegaMatcher {
			return And(
				haveCondition(v1alpha1.ConditionProgressing, metav1.ConditionFalse, v1alpha1.ReasonLoadBalancerChangePending, message),
				haveCondition(v1alpha1.ConditionLoadBalancerReady, metav1.ConditionTrue, v1alpha1.ReasonAddressAssigned),
				haveCondition(v1alpha1.ConditionReady, metav1.ConditionTrue, v1alpha1.ReasonReady),
			)
		}

		It("keeps its class until its Service is deleted, also when another process takes over", func(ctx SpecContext) {
			first := c.startOperator(ctx)
			t := balanced(ctx, &v1alpha1.LoadBalancerExposure{LoadBalancerSettings: v1alpha1.LoadBalancerSettings{Class: "example.com/a"}})
			service := c.serviceNow(ctx, serviceOf(t))

			change(ctx, c, t, func(t *v1alpha1.IngressTenant) {
				t.Spec.Exposure.LoadBalancer.Class = "example.com/b"
				t.Spec.Exposure.LoadBalancer.AllowedSourceRanges = []v1alpha1.CIDR{"192.0.2.0/24"}
			})
			Eventually(ctx, c.now(ctx, t)).Should(pending(And(
				ContainSubstring("spec.loadBalancerClass: example.com/a → example.com/b"),
				ContainSubstring("kubectl delete service -n %s %s", service.Namespace, service.Name),
				ContainSubstring(`kubectl patch ingresstenant %s --type=merge -p '{"spec":{"exposure":{"loadBalancer":{"class":"example.com/a"}}}}'`, t.Name),
			)))
			Expect(c.serviceNow(ctx, serviceOf(t))).To(And(
				HaveField("UID", service.UID),
				HaveField("Spec.LoadBalancerClass", HaveValue(Equal("example.com/a"))),
				HaveField("Spec.LoadBalancerSourceRanges", ConsistOf("192.0.2.0/24")),
			))
			first.expectQuiet(ctx)
			first.stop()

			second := c.startOperator(ctx)
			c.poke(ctx, t)
			second.expectQuiet(ctx)
			Expect(c.serviceNow(ctx, serviceOf(t)).UID).To(Equal(service.UID))

			Expect(c.Delete(ctx, serviceOf(t))).To(Succeed())
			c.expectAnew(ctx, serviceOf(t), service.UID, HaveField("Spec.LoadBalancerClass", HaveValue(Equal("example.com/b"))))
			assign(ctx, c, serviceOf(t), "192.0.2.9")
			Eventually(ctx, func() ([]string, error) { return c.args(ctx, t) }).Should(ContainElement(HaveSuffix("=192.0.2.9")))
			c.rollOut(ctx, deploymentOf(t))
			Eventually(ctx, c.now(ctx, t)).Should(haveCondition(v1alpha1.ConditionProgressing, metav1.ConditionFalse, v1alpha1.ReasonUpToDate))
		})

		It("goes back to what it was when the change is taken back", func(ctx SpecContext) {
			c.startOperator(ctx)
			t := balanced(ctx, &v1alpha1.LoadBalancerExposure{Platform: v1alpha1.PlatformUCloud})
			service := c.serviceNow(ctx, serviceOf(t))

			change(ctx, c, t, func(t *v1alpha1.IngressTenant) { t.Spec.Exposure.LoadBalancer.Scope = v1alpha1.ScopeInternal })
			Eventually(ctx, c.now(ctx, t)).Should(pending(And(
				ContainSubstring("service.beta.kubernetes.io/ucloud-load-balancer-type: outer → inner"),
				ContainSubstring("UCloud charges for an address"),
			)))
			Expect(c.serviceNow(ctx, serviceOf(t)).Annotations).To(HaveKeyWithValue("service.beta.kubernetes.io/ucloud-load-balancer-type", "outer"))

			change(ctx, c, t, func(t *v1alpha1.IngressTenant) { t.Spec.Exposure.LoadBalancer.Scope = "" })
			Eventually(ctx, c.now(ctx, t)).Should(haveCondition(v1alpha1.ConditionProgressing, metav1.ConditionFalse, v1alpha1.ReasonUpToDate))
			Expect(c.serviceNow(ctx, serviceOf(t)).UID).To(Equal(service.UID))
		})

		It("has an internal one beside it, which stays until its Service is deleted", func(ctx SpecContext) {
			operator := c.startOperator(ctx)
			t := balanced(ctx, &v1alpha1.LoadBalancerExposure{Platform: v1alpha1.PlatformUCloud, Scope: v1alpha1.ScopeBoth})
			Expect(t.Status.Addresses).To(Equal([]v1alpha1.Address{
				{Type: v1alpha1.AddressIP, Value: "192.0.2.1", Scope: v1alpha1.AddressExternal},
				{Type: v1alpha1.AddressIP, Value: "10.0.0.1", Scope: v1alpha1.AddressInternal},
			}))
			Expect(c.args(ctx, t)).To(ContainElement(HaveSuffix(".publishstatusaddress=192.0.2.1")))

			internal := c.serviceNow(ctx, internalOf(t))
			Expect(internal.Annotations).To(HaveKeyWithValue("service.beta.kubernetes.io/ucloud-load-balancer-type", "inner"))

			changeStatus(ctx, c, internalOf(t), func(s *corev1.Service) { s.Status.LoadBalancer.Ingress = nil })
			Eventually(ctx, c.now(ctx, t)).Should(haveCondition(v1alpha1.ConditionLoadBalancerReady, metav1.ConditionFalse, v1alpha1.ReasonAddressPending))
			assign(ctx, c, internalOf(t), "10.0.0.1")

			change(ctx, c, t, func(t *v1alpha1.IngressTenant) { t.Spec.Exposure.LoadBalancer.Scope = v1alpha1.ScopeExternal })
			Eventually(ctx, c.now(ctx, t)).Should(pending(And(
				ContainSubstring("Service %s/%s is no longer asked for, and its load balancer goes on serving.", internal.Namespace, internal.Name),
				ContainSubstring("kubectl delete service -n %s %s", internal.Namespace, internal.Name),
				ContainSubstring(`{"spec":{"exposure":{"loadBalancer":{"scope":"Both"}}}}`),
			)))
			operator.expectQuiet(ctx)
			Expect(c.serviceNow(ctx, internalOf(t)).UID).To(Equal(internal.UID))

			change(ctx, c, t, func(t *v1alpha1.IngressTenant) {
				t.Spec.Exposure = &v1alpha1.ExposureSpec{Type: v1alpha1.ExposureClusterIP}
			})
			Eventually(ctx, c.now(ctx, t)).Should(haveCondition(v1alpha1.ConditionLoadBalancerReady, metav1.ConditionTrue, v1alpha1.ReasonNotRequired))
			Expect(c.serviceNow(ctx, internalOf(t)).UID).To(Equal(internal.UID))

			Expect(c.Delete(ctx, internalOf(t))).To(Succeed())
			Eventually(ctx, c.now(ctx, t)).Should(HaveField("Status.Addresses", HaveExactElements(HaveField("Type", v1alpha1.AddressClusterIP))))
			operator.expectQuiet(ctx)
			Expect(c.gone(ctx, internalOf(t))()).To(BeTrue())
		})

		It("is refused what the platform cannot do, and what was there serves on", func(ctx SpecContext) {
			c.startOperator(ctx)
			t := balanced(ctx, &v1alpha1.LoadBalancerExposure{Platform: v1alpha1.PlatformMetalLB})
			service := c.serviceNow(ctx, serviceOf(t))

			change(ctx, c, t, func(t *v1alpha1.IngressTenant) { t.Spec.Exposure.LoadBalancer.Scope = v1alpha1.ScopeInternal })
			Eventually(ctx, c.now(ctx, t)).Should(beRefused(v1alpha1.ReasonInvalidSpec,
				HavePrefix("spec.exposure.loadBalancer.annotations: scope Internal on platform MetalLB needs metallb.io/address-pool: ")))
			Expect(c.serviceNow(ctx, serviceOf(t)).UID).To(Equal(service.UID))
		})
	})
}

// internalOf is the Service of the tenant's internal load balancer.
func internalOf(t *v1alpha1.IngressTenant) *corev1.Service {
	return &corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: tenant.Namespace(t), Name: tenant.InternalName(t)}}
}

// assign gives a Service an address, as a load balancer does.
func assign(ctx context.Context, c *cluster, service *corev1.Service, address string) {
	GinkgoHelper()

	changeStatus(ctx, c, service, func(s *corev1.Service) {
		s.Status.LoadBalancer.Ingress = []corev1.LoadBalancerIngress{{IP: address}}
	})
}

func (c *cluster) serviceNow(ctx context.Context, service *corev1.Service) *corev1.Service {
	GinkgoHelper()
	Expect(c.Get(ctx, client.ObjectKeyFromObject(service), service)).To(Succeed())

	return service
}

// expectAnew waits for a Service that is another than that of the UID.
func (c *cluster) expectAnew(ctx context.Context, service *corev1.Service, before types.UID, like gomegatypes.GomegaMatcher) {
	GinkgoHelper()
	Eventually(ctx, func(g Gomega) {
		g.Expect(c.Get(ctx, client.ObjectKeyFromObject(service), service)).To(Succeed())
		g.Expect(service.UID).NotTo(Equal(before))
		g.Expect(service).To(like)
	}).Should(Succeed())
}
