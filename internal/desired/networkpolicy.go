// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import (
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	metav1ac "k8s.io/client-go/applyconfigurations/meta/v1"
	networkingv1ac "k8s.io/client-go/applyconfigurations/networking/v1"

	"github.com/ingresstenant/ingress-tenant-operator/internal/apply"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// labelNamespaceName is on every namespace, set by the API server.
const labelNamespaceName = corev1.LabelMetadataName

// networkPolicy denies the controller's pods everything but what they need: in
// come clients, probes and metrics scrapers; out go DNS, the API server and the
// pods of the namespaces that are served.
func networkPolicy(in Input) apply.Object {
	ports := in.Workload.Ports
	open := append([]int32{ports.HTTP, ports.HTTPS, ports.Health, ports.Metrics}, in.BesidePorts...)
	object := networkingv1ac.NetworkPolicy(tenant.Name(in.Tenant), tenant.Namespace(in.Tenant))
	spec := networkingv1ac.NetworkPolicySpec().
		WithPodSelector(metav1ac.LabelSelector().WithMatchLabels(tenant.ControllerSelector(in.Tenant))).
		WithPolicyTypes(networkingv1.PolicyTypeIngress, networkingv1.PolicyTypeEgress).
		WithIngress(networkingv1ac.NetworkPolicyIngressRule().
			WithPorts(tcp(unique(open...)...)...)).
		WithEgress(
			networkingv1ac.NetworkPolicyEgressRule().
				WithTo(networkingv1ac.NetworkPolicyPeer().WithNamespaceSelector(named("kube-system"))).
				WithPorts(append(tcp(53), port(corev1.ProtocolUDP, 53))...),
			networkingv1ac.NetworkPolicyEgressRule().WithPorts(tcp(in.Facts.APIServerPorts...)...),
		)

	switch {
	case tenant.AllowsExternalNames(in.Tenant):
		// An ExternalName is any host on any port.
		spec.WithEgress(networkingv1ac.NetworkPolicyEgressRule())
	case in.Namespaces.All:
		spec.WithEgress(networkingv1ac.NetworkPolicyEgressRule().
			WithTo(networkingv1ac.NetworkPolicyPeer().WithNamespaceSelector(metav1ac.LabelSelector())))
	case len(in.Namespaces.Names) > 0:
		spec.WithEgress(networkingv1ac.NetworkPolicyEgressRule().
			WithTo(networkingv1ac.NetworkPolicyPeer().WithNamespaceSelector(named(in.Namespaces.Names...))))
	}

	return seal(owned(object, in.Tenant).WithSpec(spec))
}

// named selects namespaces by name.
func named(names ...string) *metav1ac.LabelSelectorApplyConfiguration {
	return metav1ac.LabelSelector().WithMatchExpressions(
		metav1ac.LabelSelectorRequirement().
			WithKey(labelNamespaceName).
			WithOperator("In").
			WithValues(names...))
}

func tcp(numbers ...int32) []*networkingv1ac.NetworkPolicyPortApplyConfiguration {
	ports := make([]*networkingv1ac.NetworkPolicyPortApplyConfiguration, 0, len(numbers))
	for _, number := range numbers {
		ports = append(ports, port(corev1.ProtocolTCP, number))
	}

	return ports
}

func port(protocol corev1.Protocol, number int32) *networkingv1ac.NetworkPolicyPortApplyConfiguration {
	return networkingv1ac.NetworkPolicyPort().
		WithProtocol(protocol).
		WithPort(intstr.FromInt32(number))
}

func unique(numbers ...int32) []int32 {
	seen := map[int32]bool{}
	kept := make([]int32, 0, len(numbers))

	for _, number := range numbers {
		if !seen[number] {
			seen[number] = true
			kept = append(kept, number)
		}
	}

	return kept
}
