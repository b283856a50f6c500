// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package status_test

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/status"
)

// What the messages about clients' addresses are made of.
const (
	maskedBegin = "The controller may see a node's address instead of the client's: " +
		"with externalTrafficPolicy Cluster, nodes pass connections on under an address of their own. "
	maskedEnd = " Set spec.exposure.externalTrafficPolicy to Local, " +
		"or spec.exposure.clientAddress.proxyProtocol with a load balancer that sends the PROXY protocol."
	keptLocally = "Only nodes with a controller pod answer, and they keep the client's address (externalTrafficPolicy Local)."
	byProxy     = "Load balancers in the trusted ranges tell the client's address by the PROXY protocol."
	byHeader    = "Proxies in the trusted ranges tell the client's address by X-Forwarded-For."
)

// exposed is a Service of a type with a traffic policy.
func exposed(serviceType corev1.ServiceType, policy corev1.ServiceExternalTrafficPolicy) *corev1.Service {
	s := service(serviceType)
	s.Spec.ExternalTrafficPolicy = policy

	return s
}

func TestSourceIPPreserved(t *testing.T) {
	t.Parallel()

	const (
		balancer = corev1.ServiceTypeLoadBalancer
		node     = corev1.ServiceTypeNodePort
		local    = corev1.ServiceExternalTrafficPolicyLocal
		cluster  = corev1.ServiceExternalTrafficPolicyCluster
	)

	seen := func(service, internal *corev1.Service, address status.ClientAddress) status.Observed {
		return serving(func(o *status.Observed) {
			o.Service, o.Internal = service, internal
			o.Plan.ClientAddress = address
		})
	}

	openstack := status.ClientAddress{Platform: v1alpha1.PlatformOpenStack, PlatformSays: "by the PROXY protocol"}
	metallb := status.ClientAddress{Platform: v1alpha1.PlatformMetalLB, PlatformKeeps: true, PlatformSays: "with externalTrafficPolicy Local"}

	for name, c := range map[string]struct {
		last     []metav1.Condition
		observed status.Observed
		want     answer
	}{
		"the default exposure": {
			observed: seen(exposed(balancer, cluster), nil, status.ClientAddress{}),
			want: answer{
				metav1.ConditionFalse, "NodeAddressSeen",
				maskedBegin + "Lists of client addresses in annotations cannot work." + maskedEnd,
			},
		},
		"node ports": {
			observed: seen(exposed(node, cluster), nil, status.ClientAddress{}),
			want: answer{
				metav1.ConditionFalse, "NodeAddressSeen",
				maskedBegin + "Lists of client addresses in annotations cannot work." + maskedEnd,
			},
		},
		"an allow list": {
			observed: seen(exposed(balancer, cluster), nil, status.ClientAddress{Lists: []string{"blog/admin"}}),
			want: answer{
				metav1.ConditionFalse, "AllowListIneffective",
				maskedBegin + "These Ingresses go by client addresses, and let in or keep out the wrong ones: blog/admin." + maskedEnd,
			},
		},
		"more allow lists than are named": {
			observed: seen(exposed(balancer, cluster), nil, status.ClientAddress{Lists: []string{"a/1", "a/2", "b/1", "b/2", "c/1"}}),
			want: answer{
				metav1.ConditionFalse, "AllowListIneffective",
				maskedBegin + "These Ingresses go by client addresses, and let in or keep out the wrong ones: a/1, a/2, b/1 and 2 more." + maskedEnd,
			},
		},
		"only the internal one of two load balancers": {
			observed: seen(exposed(balancer, local), exposed(balancer, cluster), status.ClientAddress{}),
			want: answer{
				metav1.ConditionFalse, "NodeAddressSeen",
				maskedBegin + "Lists of client addresses in annotations cannot work." + maskedEnd,
			},
		},
		"nodes with pods only": {
			observed: seen(exposed(balancer, local), nil, status.ClientAddress{Lists: []string{"blog/admin"}}),
			want: answer{
				metav1.ConditionTrue, "LocalTraffic",
				keptLocally + " A load balancer that ends connections itself has to tell it by the PROXY protocol.",
			},
		},
		"node ports of nodes with pods only": {
			observed: seen(exposed(node, local), nil, status.ClientAddress{}),
			want:     answer{metav1.ConditionTrue, "LocalTraffic", keptLocally},
		},
		"nodes with pods only, behind a platform that keeps addresses": {
			observed: seen(exposed(balancer, local), nil, metallb),
			want: answer{
				metav1.ConditionTrue, "LocalTraffic",
				keptLocally + " Load balancers of platform MetalLB show it with externalTrafficPolicy Local.",
			},
		},
		"nodes with pods only, behind a platform that does not": {
			observed: seen(exposed(balancer, local), nil, openstack),
			want: answer{
				metav1.ConditionUnknown, "DependsOnLoadBalancer",
				"Nodes keep clients' addresses (externalTrafficPolicy Local). Load balancers of platform OpenStack show them by the PROXY protocol.",
			},
		},
		"an allow list behind a platform that does not": {
			observed: seen(exposed(balancer, local), nil, status.ClientAddress{
				Platform: v1alpha1.PlatformOpenStack, PlatformSays: "by the PROXY protocol", Lists: []string{"blog/admin"},
			}),
			want: answer{
				metav1.ConditionUnknown, "DependsOnLoadBalancer",
				"Nodes keep clients' addresses (externalTrafficPolicy Local). Load balancers of platform OpenStack show them by the PROXY protocol. " +
					"What these Ingresses say of client addresses works only then: blog/admin.",
			},
		},
		"the PROXY protocol": {
			observed: seen(exposed(balancer, local), nil, status.ClientAddress{ProxyProtocol: true, Platform: v1alpha1.PlatformOpenStack}),
			want:     answer{metav1.ConditionTrue, "ProxyProtocol", byProxy},
		},
		"the PROXY protocol by way of any node": {
			observed: seen(exposed(balancer, cluster), nil, status.ClientAddress{ProxyProtocol: true, Lists: []string{"blog/admin"}}),
			want: answer{
				metav1.ConditionTrue, "ProxyProtocol",
				byProxy + " With externalTrafficPolicy Cluster they may seem to come from a node. If the trusted ranges hold the nodes' addresses, " +
					"whoever reaches a node can send any PROXY protocol: set spec.exposure.externalTrafficPolicy to Local.",
			},
		},
		"trusted proxies": {
			observed: seen(exposed(balancer, local), nil, status.ClientAddress{ForwardedHeaders: true}),
			want:     answer{metav1.ConditionTrue, "ForwardedHeaders", byHeader},
		},
		"trusted proxies by way of any node": {
			observed: seen(exposed(node, cluster), nil, status.ClientAddress{ForwardedHeaders: true}),
			want: answer{
				metav1.ConditionTrue, "ForwardedHeaders",
				byHeader + " With externalTrafficPolicy Cluster they may seem to come from a node. If the trusted ranges hold the nodes' addresses, " +
					"whoever reaches a node can send any header: set spec.exposure.externalTrafficPolicy to Local.",
			},
		},
		"clients inside the cluster": {
			observed: seen(exposed(corev1.ServiceTypeClusterIP, ""), nil, status.ClientAddress{}),
			want: answer{
				metav1.ConditionTrue, "InsideCluster",
				"Only clients inside the cluster reach the tenant, and their connections keep their address.",
			},
		},
		"no Service yet": {
			observed: seen(nil, nil, status.ClientAddress{}),
			want: answer{
				metav1.ConditionFalse, "NodeAddressSeen",
				maskedBegin + "Lists of client addresses in annotations cannot work." + maskedEnd,
			},
		},
		"no Service yet, and nodes with pods only": {
			observed: seen(nil, nil, status.ClientAddress{TrafficPolicy: v1alpha1.ExternalTrafficLocal}),
			want: answer{
				metav1.ConditionTrue, "LocalTraffic",
				keptLocally + " A load balancer that ends connections itself has to tell it by the PROXY protocol.",
			},
		},
		"no plan yet": {
			observed: status.Observed{},
			want: answer{
				metav1.ConditionUnknown, "NotAccepted",
				"The spec is not accepted, so it is not known which addresses the controller would see.",
			},
		},
		"no plan any more": {
			last:     []metav1.Condition{was("SourceIPPreserved", metav1.ConditionTrue, "LocalTraffic", "As before.")},
			observed: status.Observed{},
			want:     answer{metav1.ConditionTrue, "LocalTraffic", "As before."},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, tenant(c.last...), c.observed, map[string]answer{"SourceIPPreserved": c.want})
		})
	}
}
