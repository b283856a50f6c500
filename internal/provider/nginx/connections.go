// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package nginx

import (
	"slices"
	"strings"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// addClientAddresses makes NGINX believe the tenant's proxies about clients'
// addresses. It takes an address from one source, the PROXY protocol or a header,
// and has one list of those it believes.
//
// Source: real_ip_header and set_real_ip_from in
// internal/configs/version1/nginx.ingress.tmpl.
func addClientAddresses(data map[string]string, t *v1alpha1.IngressTenant) error {
	proxies, forwarders := tenant.ProxyProtocolSources(t), tenant.ForwardedHeaderSources(t)

	switch {
	case len(proxies) > 0 && len(forwarders) > 0:
		return provider.Refuse(v1alpha1.ReasonUnsupportedByProvider,
			"spec.exposure.clientAddress: NGINX takes clients' addresses from the PROXY protocol or from X-Forwarded-For, not from both; "+
				"remove proxyProtocol or forwardedHeaders, or use provider Traefik")
	case len(proxies) > 0:
		data["proxy-protocol"] = enabled
		data["real-ip-header"] = "proxy_protocol"
	case len(forwarders) > 0:
		data["real-ip-header"] = "X-Forwarded-For"
		// The last address that is none of the forwarders' is the client's.
		data["real-ip-recursive"] = enabled
	default:
		return nil
	}

	data["set-real-ip-from"] = strings.Join(slices.Sorted(slices.Values(slices.Concat(proxies, forwarders))), ",")

	return nil
}
