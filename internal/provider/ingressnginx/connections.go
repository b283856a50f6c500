// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package ingressnginx

import (
	"slices"
	"strings"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// addClientAddresses makes nginx believe the tenant's proxies about clients'
// addresses. It takes an address from the PROXY protocol or from a header, never
// from a header behind the PROXY protocol, and has one list of those it believes.
//
// Source: real_ip_header and set_real_ip_from in ingress-nginx's
// rootfs/etc/nginx/template/nginx.tmpl.
func addClientAddresses(data map[string]string, t *v1alpha1.IngressTenant) error {
	proxies, forwarders := sorted(tenant.ProxyProtocolSources(t)), sorted(tenant.ForwardedHeaderSources(t))

	if len(proxies) > 0 && len(forwarders) > 0 {
		return provider.Refuse(v1alpha1.ReasonUnsupportedByProvider,
			"spec.exposure.clientAddress: IngressNGINX takes clients' addresses from the PROXY protocol or from forwarded headers, not from one behind the other; "+
				"remove proxyProtocol or forwardedHeaders, or use provider Traefik")
	}

	if len(proxies) > 0 {
		data["use-proxy-protocol"] = "true"
		data["proxy-real-ip-cidr"] = strings.Join(proxies, ",")
	}

	if len(forwarders) > 0 {
		data["use-forwarded-headers"] = "true"
		data["proxy-real-ip-cidr"] = strings.Join(forwarders, ",")
	}

	return nil
}

func sorted(ranges []string) []string {
	return slices.Sorted(slices.Values(ranges))
}
