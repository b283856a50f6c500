// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// ClientAddress is what decides which address a controller sees of clients,
// beside the Services' own traffic policy.
type ClientAddress struct {
	// TrafficPolicy is the policy that is asked for; empty for the default.
	TrafficPolicy v1alpha1.ExternalTrafficPolicy
	// ProxyProtocol is whether load balancers tell it by the PROXY protocol.
	ProxyProtocol bool
	// ForwardedHeaders is whether proxies that are trusted tell it by header.
	ForwardedHeaders bool
	// Platform is whose load balancers are used; empty where that is not known.
	Platform v1alpha1.LoadBalancerPlatform
	// PlatformKeeps is whether these usually pass connections on with the
	// client's address, and PlatformSays is when they do, in words.
	PlatformKeeps bool
	PlatformSays  string
	// Lists are the Ingresses, as "namespace/name" and sorted, that allow or deny
	// clients by their address.
	Lists []string
}

// maxLists bounds how many of these Ingresses a message names; it counts the
// others.
const maxLists = 3

// sourceIPPreserved says whether the controller sees clients' addresses. It
// follows what the Services are, not what they shall become, and what is asked for
// where there are none.
func (v view) sourceIPPreserved() metav1.Condition {
	const conditionType = v1alpha1.ConditionSourceIPPreserved

	if v.Plan == nil {
		return v.unplanned(conditionType, "The spec is not accepted, so it is not known which addresses the controller would see.")
	}

	address := v.Plan.ClientAddress

	switch exposure := v.exposureThere(); {
	case address.ProxyProtocol:
		return condition(conditionType, metav1.ConditionTrue, v1alpha1.ReasonProxyProtocol,
			sentences("Load balancers in the trusted ranges tell the client's address by the PROXY protocol.", v.amongNodes("PROXY protocol")))
	case address.ForwardedHeaders:
		return condition(conditionType, metav1.ConditionTrue, v1alpha1.ReasonForwardedHeaders,
			sentences("Proxies in the trusted ranges tell the client's address by X-Forwarded-For.", v.amongNodes("header")))
	case v.masks():
		return v.masked()
	case exposure == v1alpha1.ExposureClusterIP:
		return condition(conditionType, metav1.ConditionTrue, v1alpha1.ReasonInsideCluster,
			"Only clients inside the cluster reach the tenant, and their connections keep their address.")
	case exposure == v1alpha1.ExposureLoadBalancer && address.Platform != "" && !address.PlatformKeeps:
		return condition(conditionType, metav1.ConditionUnknown, v1alpha1.ReasonDependsOnLoadBalancer, sentences(
			fmt.Sprintf("Nodes keep clients' addresses (externalTrafficPolicy Local). Load balancers of platform %s show them %s.", address.Platform, address.PlatformSays),
			lists(address.Lists, "What these Ingresses say of client addresses works only then"),
		))
	default:
		return condition(conditionType, metav1.ConditionTrue, v1alpha1.ReasonLocalTraffic, local(exposure, address))
	}
}

// exposureThere is the kind of exposure that is there, or else that is asked for.
func (v view) exposureThere() v1alpha1.ExposureType {
	if v.Service == nil || len(v.Adopted) > 0 {
		return v.Plan.Exposure
	}

	return v1alpha1.ExposureType(v.Service.Spec.Type)
}

// masks is whether connections may come under a node's address.
func (v view) masks() bool {
	if v.Service == nil {
		return v.Plan.Exposure != v1alpha1.ExposureClusterIP && v.Plan.ClientAddress.TrafficPolicy != v1alpha1.ExternalTrafficLocal
	}

	return slices.ContainsFunc(v.reaching(), func(service *corev1.Service) bool {
		return service.Spec.Type != corev1.ServiceTypeClusterIP &&
			service.Spec.ExternalTrafficPolicy != corev1.ServiceExternalTrafficPolicyLocal
	})
}

// masked is the condition where clients' addresses may not be seen.
func (v view) masked() metav1.Condition {
	reason, address := v1alpha1.ReasonNodeAddressSeen, v.Plan.ClientAddress

	said := lists(address.Lists, "These Ingresses go by client addresses, and let in or keep out the wrong ones")
	if said != "" {
		reason = v1alpha1.ReasonAllowListIneffective
	} else {
		said = "Lists of client addresses in annotations cannot work."
	}

	return condition(v1alpha1.ConditionSourceIPPreserved, metav1.ConditionFalse, reason, sentences(
		"The controller may see a node's address instead of the client's: with externalTrafficPolicy Cluster, "+
			"nodes pass connections on under an address of their own.",
		said,
		"Set "+v.policyField()+" to Local, "+
			"or spec.exposure.clientAddress.proxyProtocol with a load balancer that sends the PROXY protocol."))
}

// amongNodes warns that a proxy which comes by way of a node cannot be told from
// other clients that do.
func (v view) amongNodes(what string) string {
	if !v.masks() {
		return ""
	}

	return fmt.Sprintf("With externalTrafficPolicy Cluster they may seem to come from a node. "+
		"If the trusted ranges hold the nodes' addresses, whoever reaches a node can send any %s: set %s to Local.", what, v.policyField())
}

// policyField is where the traffic policy is set: an adopted Service has its own.
func (v view) policyField() string {
	if len(v.Adopted) > 0 {
		return fmt.Sprintf("spec.externalTrafficPolicy of Service %s/%s", v.Adopted[0].Namespace, v.Adopted[0].Name)
	}

	return "spec.exposure.externalTrafficPolicy"
}

func local(exposure v1alpha1.ExposureType, address ClientAddress) string {
	kept := "Only nodes with a controller pod answer, and they keep the client's address (externalTrafficPolicy Local)."
	if exposure != v1alpha1.ExposureLoadBalancer {
		return kept
	}

	if address.Platform != "" {
		return sentences(kept, fmt.Sprintf("Load balancers of platform %s show it %s.", address.Platform, address.PlatformSays))
	}

	return sentences(kept, "A load balancer that ends connections itself has to tell it by the PROXY protocol.")
}

// lists is what is said of Ingresses, and their names; empty if there are none.
func lists(names []string, what string) string {
	if len(names) == 0 {
		return ""
	}

	named := strings.Join(names[:min(len(names), maxLists)], ", ")
	if more := len(names) - maxLists; more > 0 {
		named += fmt.Sprintf(" and %d more", more)
	}

	return fmt.Sprintf("%s: %s.", what, named)
}
