// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package nginx

import (
	"slices"

	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// enabled is a key's value that turns something on.
const enabled = "true"

// configuration is the data of the controller's ConfigMap, or a *RefusedError
// that names the first key that is not permitted.
func configuration(request provider.Request) (map[string]string, error) {
	t := request.Tenant
	data := map[string]string{}

	if !tenant.WantsAccessLog(t) {
		data["access-log-off"] = enabled
	}

	// The key holds one address.
	if publishes(request) {
		data["external-status-address"] = request.Addresses[0]
	}

	provider.TLSOf(t).AddNGINX(data)

	if err := addClientAddresses(data, t); err != nil {
		return nil, err
	}

	if err := keys().AddTo(data, t); err != nil {
		return nil, err
	}

	return data, nil
}

// keys are those of the tenant's own. The controller reads keys of raw
// configuration whether its flag for snippets is on or not.
func keys() provider.Keys {
	return provider.Keys{
		Permitted: permittedKeys(),
		Spared:    "files, templates, clients' addresses and other systems",
		Instead: map[string]string{
			"access-log":              "spec.controller.accessLog",
			"access-log-off":          "spec.controller.accessLog",
			"external-status-address": "spec.exposure",
			"proxy-protocol":          "spec.exposure.clientAddress.proxyProtocol",
			"real-ip-header":          "spec.exposure.clientAddress",
			"real-ip-recursive":       "spec.exposure.clientAddress",
			"set-real-ip-from":        "spec.exposure.clientAddress",
			"ssl-ciphers":             "spec.tls.profile",
			"ssl-protocols":           "spec.tls.profile",
		},
		Language: "NGINX",
		Raw:      func(key string) bool { return slices.Contains(snippetKeys(), key) },
		Special:  special,
	}
}

// permittedKeys are the keys of the ConfigMap that a tenant may set: those that
// tune NGINX for this tenant alone. None names a file, a template, an address to
// send to or a feature of NGINX Plus, and none decides whom NGINX believes about
// clients' addresses.
func permittedKeys() []string {
	return []string{
		// Of NGINX as a whole.
		"add-header", "add-header-inherit", "default-server-access-log-off", "default-server-return", "error-log-level",
		"http2", "keepalive-requests", "keepalive-timeout", "log-format", "log-format-escaping",
		"map-hash-bucket-size", "map-hash-max-size", "server-names-hash-bucket-size", "server-names-hash-max-size",
		"ssl-prefer-server-ciphers", "variables-hash-bucket-size", "variables-hash-max-size",
		"worker-connections", "worker-cpu-affinity", "worker-processes", "worker-rlimit-nofile", "worker-shutdown-timeout",
		// What Ingresses have unless their annotations say otherwise.
		"client-body-buffer-size", "client-max-body-size", "fail-timeout",
		"hsts", "hsts-behind-proxy", "hsts-include-subdomains", "hsts-max-age", "http-redirect-code",
		"keepalive", "lb-method", "max-fails",
		"proxy-buffer-size", "proxy-buffering", "proxy-buffers", "proxy-busy-buffers-size", "proxy-connect-timeout",
		"proxy-hide-headers", "proxy-max-temp-file-size", "proxy-pass-headers", "proxy-read-timeout", "proxy-send-timeout",
		"redirect-to-https", "server-tokens", "ssl-redirect", "upstream-zone-size",
	}
}

// snippetKeys are the keys of raw configuration.
func snippetKeys() []string {
	return []string{"http-snippets", "location-snippets", "main-snippets", "server-snippets", "stream-snippets"}
}

// special are the characters by which a key's value could end the directive that
// it is written into. Each line of a log format stands between single quotes, the
// other values as they are.
//
// Source: internal/configs/version1/nginx.tmpl and nginx.ingress.tmpl.
func special(key string) string {
	if key == "log-format" {
		return `'\`
	}

	return "\"'\\;{}#\r\n"
}
