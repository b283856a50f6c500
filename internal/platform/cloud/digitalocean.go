// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package cloud

import (
	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// digitalocean is DigitalOcean's DOKS.
func digitalocean() Profile {
	const (
		prefix = "service.beta.kubernetes.io/do-loadbalancer-"
		scheme = prefix + "network"
	)

	boolean := []string{"true", "false"}

	return Profile{
		Platform: v1alpha1.PlatformDigitalOcean,
		Sources: []string{
			"docs.digitalocean.com/products/kubernetes/how-to/configure-load-balancers",
			"github.com/digitalocean/digitalocean-cloud-controller-manager docs/controllers/services/annotations.md",
			"docs.digitalocean.com/notes/2024/kubernetes-loadbalancersourceranges",
		},
		External: Scheme{Rules: []Rule{{Key: scheme, Value: "EXTERNAL"}}},
		Internal: Scheme{Rules: []Rule{{Key: scheme, Value: "INTERNAL"}}},
		Keys: []Key{
			{Name: scheme, Values: []string{"EXTERNAL", "INTERNAL"}, Default: "EXTERNAL", Fixed: true},
			{Name: prefix + "type", Values: []string{"REGIONAL", "REGIONAL_NETWORK"}, Fixed: true},
			{Name: prefix + "protocol", Values: []string{"tcp", "http", "https", "http2", "http3"}, Default: "tcp"},
			{Name: prefix + "tls-passthrough", Values: boolean, Default: "false"},
			{Name: prefix + "enable-proxy-protocol", Values: boolean, Default: "false"},
		},
		SourceRanges:  true,
		ProxyProtocol: &Annotation{Key: prefix + "enable-proxy-protocol", Value: "true"},
		Certificate: &Certificate{
			ID: prefix + "certificate-id", Ports: prefix + "tls-ports",
			Rules: []Rule{{Key: prefix + "tls-passthrough", Also: []string{"false"}}},
		},
		ClientAddress: "by the PROXY protocol with type REGIONAL; not known for type REGIONAL_NETWORK",
	}
}
