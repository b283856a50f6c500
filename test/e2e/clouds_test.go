// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// balancerKeys are the annotations of a tenant's two Services, the external one
// and the internal one, and what the tenant itself has to say for them. They are
// written out here by the clouds' documentation, not taken from the operator.
type balancerKeys struct {
	own, ownInternal   map[string]v1alpha1.AnnotationValue
	external, internal map[string]string
	class              string
}

func balancers() map[v1alpha1.LoadBalancerPlatform]balancerKeys {
	const (
		beta    = "service.beta.kubernetes.io/"
		ucloud  = beta + "ucloud-load-balancer-"
		subnet  = "service.kubernetes.io/qcloud-loadbalancer-internal-subnetid"
		created = "kubernetes.io/elb.autocreate"
		public  = `{"type":"public","bandwidth_name":"blog","bandwidth_chargemode":"traffic","bandwidth_size":5,"bandwidth_sharetype":"PER","eip_type":"5_bgp"}`
	)

	return map[v1alpha1.LoadBalancerPlatform]balancerKeys{
		v1alpha1.PlatformUCloud: {
			external: map[string]string{ucloud + "type": "outer", ucloud + "vserver-protocol": "tcp", ucloud + "eip-chargetype": "dynamic"},
			internal: map[string]string{ucloud + "type": "inner", ucloud + "vserver-protocol": "tcp"},
		},
		v1alpha1.PlatformAWS: {
			class:    "service.k8s.aws/nlb",
			external: map[string]string{beta + "aws-load-balancer-scheme": "internet-facing"},
			internal: map[string]string{beta + "aws-load-balancer-scheme": "internal"},
		},
		v1alpha1.PlatformGCP: {
			internal: map[string]string{"networking.gke.io/load-balancer-type": "Internal"},
		},
		v1alpha1.PlatformAzure: {
			internal: map[string]string{beta + "azure-load-balancer-internal": "true"},
		},
		v1alpha1.PlatformAlibaba: {
			external: map[string]string{beta + "alibaba-cloud-loadbalancer-address-type": "internet"},
			internal: map[string]string{beta + "alibaba-cloud-loadbalancer-address-type": "intranet"},
		},
		v1alpha1.PlatformTencent: {
			ownInternal: map[string]v1alpha1.AnnotationValue{subnet: "subnet-xxxxxxxx"},
			internal:    map[string]string{subnet: "subnet-xxxxxxxx"},
		},
		v1alpha1.PlatformHuawei: {
			own:         map[string]v1alpha1.AnnotationValue{created: public},
			ownInternal: map[string]v1alpha1.AnnotationValue{created: `{"type":"inner"}`},
			external:    map[string]string{created: public},
			internal:    map[string]string{created: `{"type":"inner"}`},
		},
		v1alpha1.PlatformOpenStack: {
			internal: map[string]string{beta + "openstack-internal-load-balancer": "true"},
		},
		v1alpha1.PlatformDigitalOcean: {
			external: map[string]string{beta + "do-loadbalancer-network": "EXTERNAL"},
			internal: map[string]string{beta + "do-loadbalancer-network": "INTERNAL"},
		},
	}
}

func describeClouds(c *cluster) {
	c.forEach("S9", "an address outside and one inside", func(d dialect) {
		It("are assigned to one tenant, which answers at both", func(ctx SpecContext) {
			name := d.called("s9")
			spec := d.small(name)
			spec.Exposure = exposedBy(v1alpha1.PlatformUCloud, v1alpha1.ScopeBoth)

			t := c.serve(ctx, name, spec)
			expectKeys(ctx, c, t, balancers()[v1alpha1.PlatformUCloud])

			t = c.awaitReady(ctx, name)
			Expect(t.Status.Addresses).To(ConsistOf(
				HaveField("Scope", v1alpha1.AddressExternal), HaveField("Scope", v1alpha1.AddressInternal)))
			Expect(t.Status.Addresses[0].Value).NotTo(Equal(t.Status.Addresses[1].Value))

			var texts []string

			for _, address := range t.Status.Addresses {
				awaitAnswer(ctx, c.publish(ctx, name+"-"+strings.ToLower(string(address.Scope)), address.Value, 80), hostOf(name), name)
				texts = append(texts, fmt.Sprintf("%s %s", address.Scope, address.Value))
			}

			figure(strings.Join(texts, ", ") + "; with UCloud's keys, on MetalLB")
		}, bounded)
	})

	c.forEach("S11", "a certificate at the load balancer", func(d dialect) {
		const keys = "service.beta.kubernetes.io/ucloud-load-balancer-vserver-"

		It("is named with its port, and what arrives there is taken as decrypted", func(ctx SpecContext) {
			name := d.called("s11")
			spec := d.small(name)
			spec.Exposure = exposedBy(v1alpha1.PlatformUCloud, v1alpha1.ScopeExternal)
			spec.Exposure.LoadBalancer.Certificate = &v1alpha1.LoadBalancerCertificate{ID: "ssl-abcdefgh", Ports: []int32{443}}

			t := c.serve(ctx, name, spec)
			address := addressOf(c.awaitReady(ctx, name))

			service := &corev1.Service{}
			Expect(c.Get(ctx, client.ObjectKey{Namespace: tenant.Namespace(t), Name: tenant.Name(t)}, service)).To(Succeed())
			Expect(service.Annotations).To(And(
				HaveKeyWithValue(keys+"ssl-cert", "ssl-abcdefgh"),
				HaveKeyWithValue(keys+"ssl-port", "443"),
				HaveKeyWithValue(keys+"protocol", "https")))
			Expect(service.Spec.Ports).To(ContainElement(And(HaveField("Port", int32(443)), HaveField("TargetPort", intstr.FromString("http")))))

			// The cloud's load balancer would have decrypted this.
			awaitAnswer(ctx, c.publish(ctx, name, address, 443), hostOf(name), name)
			figure("ssl-cert and ssl-port rendered together; port 443 takes plain requests")
		}, bounded)

		It("is refused where the load balancers have none", func(ctx SpecContext) {
			name := d.called("s11-refused")
			spec := d.small(name)
			spec.Exposure = exposedBy(v1alpha1.PlatformMetalLB, v1alpha1.ScopeExternal)
			spec.Exposure.LoadBalancer.Certificate = &v1alpha1.LoadBalancerCertificate{ID: "ssl-abcdefgh", Ports: []int32{443}}

			c.create(ctx, name, spec)

			refused := c.awaitCondition(ctx, name, v1alpha1.ConditionAccepted, metav1.ConditionFalse, v1alpha1.ReasonInvalidSpec)
			Expect(refused.Message).To(And(HavePrefix("spec.exposure.loadBalancer.certificate: "), ContainSubstring("MetalLB")))
			figure(refused.Message)
		}, bounded)

		It("cannot be named without its port, nor its port without it", func(ctx SpecContext) {
			for missing, patch := range map[string]string{
				"ports": `{"spec":{"exposure":{"type":"LoadBalancer","loadBalancer":{"platform":"UCloud","certificate":{"id":"ssl-abcdefgh"}}}}}`,
				"id":    `{"spec":{"exposure":{"type":"LoadBalancer","loadBalancer":{"platform":"UCloud","certificate":{"ports":[443]}}}}}`,
			} {
				name := d.called("s11-" + missing)
				t := c.create(ctx, name, d.small(name))
				Expect(c.patch(ctx, t, patch)).To(MatchError(ContainSubstring("spec.exposure.loadBalancer.certificate." + missing)))
			}
		}, bounded)
	})

	It("S9: every cloud is asked for both addresses by exactly its own keys", func(ctx SpecContext) {
		for platform, keys := range balancers() {
			name := "s9-" + strings.ToLower(string(platform))
			spec := small(name)
			// Nobody is served: what matters are the Services.
			spec.Controller.Image = "ingresstenant.io/controller:none"
			spec.Exposure = exposedBy(platform, v1alpha1.ScopeBoth)
			spec.Exposure.LoadBalancer.Annotations = keys.own

			if keys.ownInternal != nil {
				spec.Exposure.LoadBalancer.Internal = &v1alpha1.InternalLoadBalancer{LoadBalancerSettings: v1alpha1.LoadBalancerSettings{Annotations: keys.ownInternal}}
			}

			expectKeys(ctx, c, c.create(ctx, name, spec), keys)
		}

		figure(fmt.Sprintf("%d clouds, %d Services", len(balancers()), 2*len(balancers())))
	}, bounded)
}

// exposedBy is an exposure by a platform's load balancer, or two.
func exposedBy(platform v1alpha1.LoadBalancerPlatform, scope v1alpha1.LoadBalancerScope) *v1alpha1.ExposureSpec {
	return &v1alpha1.ExposureSpec{
		Type:         v1alpha1.ExposureLoadBalancer,
		LoadBalancer: &v1alpha1.LoadBalancerExposure{Platform: platform, Scope: scope},
	}
}

// expectKeys waits for a tenant's two Services, and expects them to have exactly
// the annotations that a cloud wants.
func expectKeys(ctx context.Context, c *cluster, t *v1alpha1.IngressTenant, keys balancerKeys) {
	GinkgoHelper()

	for name, wanted := range map[string]map[string]string{tenant.Name(t): keys.external, tenant.InternalName(t): keys.internal} {
		service := &corev1.Service{}
		Eventually(func() error { return c.Get(ctx, client.ObjectKey{Namespace: tenant.Namespace(t), Name: name}, service) }).
			WithContext(ctx).Should(Succeed(), "Service %s is there", name)

		said := map[string]string{}

		for key, value := range service.Annotations {
			// The operator's own, and what the cluster's own load balancer adds.
			if !strings.HasPrefix(key, v1alpha1.GroupVersion.Group+"/") && !strings.HasPrefix(key, "metallb.io/") {
				said[key] = value
			}
		}

		if wanted == nil {
			wanted = map[string]string{}
		}

		Expect(said).To(Equal(wanted), "Service %s", name)

		class := ""
		if service.Spec.LoadBalancerClass != nil {
			class = *service.Spec.LoadBalancerClass
		}

		Expect(class).To(Equal(keys.class), "the class of Service %s", name)
	}
}
