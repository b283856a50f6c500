// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import (
	networkingv1ac "k8s.io/client-go/applyconfigurations/networking/v1"

	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
)

// ingressRules let everybody in at the ports for traffic, and scrapers at those for
// metrics.
//
// Nobody is let in for the probes: the kubelet's come from the node, and "traffic to
// and from the node where a Pod is running is always allowed"
// (https://kubernetes.io/docs/concepts/services-networking/network-policies/). Where
// one port answers probes and serves metrics, scrapers reach both.
//
// While two implementations run side by side, one policy is for the pods of both: a
// port that answers probes in the one and clients in the other is open that long.
func ingressRules(in Input) []*networkingv1ac.NetworkPolicyIngressRuleApplyConfiguration {
	var traffic, metrics []int32

	for _, ports := range append([]provider.Ports{in.Workload.Ports}, in.Beside...) {
		traffic = append(traffic, ports.HTTP, ports.HTTPS)
		metrics = append(metrics, ports.Metrics)
	}

	rules := []*networkingv1ac.NetworkPolicyIngressRuleApplyConfiguration{
		networkingv1ac.NetworkPolicyIngressRule().WithPorts(tcp(unique(traffic...)...)...),
	}

	// A rule that names no peer lets everybody in.
	if scrapers := in.Facts.Network.MetricsNamespaces; len(scrapers) > 0 {
		rules = append(rules, networkingv1ac.NetworkPolicyIngressRule().
			WithFrom(podsOf(named(scrapers...))).
			WithPorts(tcp(unique(metrics...)...)...))
	}

	return rules
}
