// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import (
	"net/netip"

	corev1 "k8s.io/api/core/v1"
	networkingv1ac "k8s.io/client-go/applyconfigurations/networking/v1"

	"github.com/ingresstenant/ingress-tenant-operator/internal/platform"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// egressRules let the controller ask DNS and the API server, and reach the pods of
// the namespaces that it serves.
func egressRules(in Input) []*networkingv1ac.NetworkPolicyEgressRuleApplyConfiguration {
	rules := dnsRules(in.Facts.Network.DNSServers)
	rules = append(rules, apiServerRules(in.Facts)...)
	rules = append(rules, servedRules(in.Namespaces)...)

	if tenant.AllowsExternalNames(in.Tenant) {
		rules = append(rules, outside(in.Facts.Network.ClusterCIDRs))
	}

	return rules
}

// dnsRules has a rule for each port, in the order of the servers.
func dnsRules(servers []platform.DNSServer) []*networkingv1ac.NetworkPolicyEgressRuleApplyConfiguration {
	var numbers []int32
	for _, server := range servers {
		numbers = append(numbers, server.Port)
	}

	var rules []*networkingv1ac.NetworkPolicyEgressRuleApplyConfiguration

	for _, number := range unique(numbers...) {
		rule := networkingv1ac.NetworkPolicyEgressRule().
			WithPorts(port(corev1.ProtocolTCP, number), port(corev1.ProtocolUDP, number))

		for _, server := range servers {
			switch {
			case server.Port != number:
			case server.CIDR != "":
				rule.WithTo(addresses(server.CIDR))
			default:
				rule.WithTo(podsOf(named(server.Namespace)))
			}
		}

		rules = append(rules, rule)
	}

	return rules
}

// apiServerRules open the API server's own ports at any address, unless the operator
// was told the addresses. To find them out would not do: some network plugins match
// no node by its address, some platforms move the API server while its tenants run,
// and a controller that cannot ask it is of no use. The Service's own port is open at
// the Service's own address, which does not change: it is often 443, as are many
// ports of other tenants' pods.
func apiServerRules(facts platform.Facts) []*networkingv1ac.NetworkPolicyEgressRuleApplyConfiguration {
	service, known := facts.APIServerService, facts.Network.APIServerCIDRs

	own := networkingv1ac.NetworkPolicyEgressRule().WithPorts(tcp(facts.APIServerPorts...)...)
	for _, cidr := range known {
		own.WithTo(addresses(cidr))
	}

	rules := []*networkingv1ac.NetworkPolicyEgressRuleApplyConfiguration{own}

	// A rule without a port or a peer would open all of them.
	if len(service.Ports) == 0 || len(service.IPs) == 0 {
		return rules
	}

	translated := networkingv1ac.NetworkPolicyEgressRule().WithPorts(tcp(service.Ports...)...)
	for _, ip := range service.IPs {
		translated.WithTo(addresses(single(ip)))
	}

	return append(rules, translated)
}

// servedRules open every port of the pods that Ingresses can name. Who serves all
// namespaces does not serve those of other tenants' controllers, nor the operator's.
// kube-system stays: what runs there has Ingresses too.
func servedRules(served provider.Namespaces) []*networkingv1ac.NetworkPolicyEgressRuleApplyConfiguration {
	var peer *networkingv1ac.NetworkPolicyPeerApplyConfiguration

	switch {
	case served.All:
		peer = podsOf(without(tenant.LabelTenant, tenant.LabelOperator))
	case len(served.Names) > 0:
		peer = podsOf(named(served.Names...))
	default:
		return nil
	}

	return []*networkingv1ac.NetworkPolicyEgressRuleApplyConfiguration{
		networkingv1ac.NetworkPolicyEgressRule().WithTo(peer),
	}
}

// outside is every port of every address but those that are known to be inside: an
// ExternalName is any host on any port. Link-local addresses are inside, for that is
// where clouds hand out the nodes' credentials.
//
// Some network plugins take no pod's address for one of a block, and others do:
// there, the pods of other tenants are kept apart by the cluster's addresses alone.
func outside(cluster []string) *networkingv1ac.NetworkPolicyEgressRuleApplyConfiguration {
	inside, inside6 := []string{platform.LinkLocal}, []string{platform.LinkLocal6}

	for _, cidr := range cluster {
		if prefix, err := netip.ParsePrefix(cidr); err == nil && prefix.Addr().Is4() {
			inside = append(inside, cidr)
		} else {
			inside6 = append(inside6, cidr)
		}
	}

	return networkingv1ac.NetworkPolicyEgressRule().
		WithTo(addresses("0.0.0.0/0", inside...), addresses("::/0", inside6...))
}

// single is the block of one address.
func single(ip string) string {
	address, err := netip.ParseAddr(ip)
	if err != nil {
		// The API server gave it, and refuses the policy with the reason.
		return ip
	}

	return netip.PrefixFrom(address, address.BitLen()).String()
}
