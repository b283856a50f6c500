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
// come clients and metrics scrapers; out go DNS, the API server and the pods of the
// namespaces that are served.
//
// Other pods of the namespace are not its business: where the tenant moved into
// somebody's namespace they were there before, and in its own there are none.
func networkPolicy(in Input) apply.Object {
	object := networkingv1ac.NetworkPolicy(tenant.Name(in.Tenant), tenant.Namespace(in.Tenant))
	spec := networkingv1ac.NetworkPolicySpec().
		WithPodSelector(metav1ac.LabelSelector().WithMatchLabels(tenant.ControllerSelector(in.Tenant))).
		WithPolicyTypes(networkingv1.PolicyTypeIngress, networkingv1.PolicyTypeEgress).
		WithIngress(ingressRules(in)...).
		WithEgress(egressRules(in)...)

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

// without selects the namespaces that have none of the labels.
func without(labels ...string) *metav1ac.LabelSelectorApplyConfiguration {
	selector := metav1ac.LabelSelector()
	for _, label := range labels {
		selector.WithMatchExpressions(metav1ac.LabelSelectorRequirement().
			WithKey(label).
			WithOperator("DoesNotExist"))
	}

	return selector
}

// podsOf are all pods of the namespaces that are selected.
func podsOf(namespaces *metav1ac.LabelSelectorApplyConfiguration) *networkingv1ac.NetworkPolicyPeerApplyConfiguration {
	return networkingv1ac.NetworkPolicyPeer().WithNamespaceSelector(namespaces)
}

// addresses are those of a block but for some.
func addresses(cidr string, but ...string) *networkingv1ac.NetworkPolicyPeerApplyConfiguration {
	return networkingv1ac.NetworkPolicyPeer().
		WithIPBlock(networkingv1ac.IPBlock().WithCIDR(cidr).WithExcept(but...))
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

// unique keeps the first of equal numbers. Zero is no port.
func unique(numbers ...int32) []int32 {
	seen := map[int32]bool{0: true}
	kept := make([]int32, 0, len(numbers))

	for _, number := range numbers {
		if !seen[number] {
			seen[number] = true
			kept = append(kept, number)
		}
	}

	return kept
}
