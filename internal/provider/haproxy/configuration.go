// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package haproxy

import (
	"slices"
	"strings"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// configuration is the data of the controller's ConfigMap, or a *RefusedError
// that names the first key that is not permitted.
func configuration(t *v1alpha1.IngressTenant) (map[string]string, error) {
	// Clients are sent to this port; the default is that of the container.
	data := map[string]string{"ssl-redirect-port": "443"}

	if sources := tenant.ProxyProtocolSources(t); len(sources) > 0 {
		data["proxy-protocol"] = strings.Join(sources, ",")
	}

	if tenant.WantsAccessLog(t) {
		data["syslog-server"] = "address:stdout, format: raw, facility:daemon"
	}

	if err := keys().AddTo(data, t); err != nil {
		return nil, err
	}

	return data, nil
}

// keys are those of the tenant's own.
func keys() provider.Keys {
	return provider.Keys{
		Permitted: permittedKeys(),
		Spared:    "Secrets, files, clients' addresses and other namespaces",
		Instead: map[string]string{
			"proxy-protocol":  "spec.exposure.clientAddress.proxyProtocol",
			"ssl-certificate": "spec.tls.defaultCertificate",
			"syslog-server":   "spec.controller.accessLog",
		},
		Language: "HAProxy",
		Raw:      func(key string) bool { return slices.Contains(snippetKeys(), key) },
		// A new line could begin the next directive of haproxy.cfg.
		Special: func(string) string { return "\r\n" },
		Also:    checkValueOfKey,
	}
}

// checkValueOfKey refuses the name of a file: lists of addresses may be files,
// which the operator has no ConfigMap for.
func checkValueOfKey(option provider.Option) error {
	if strings.HasPrefix(option.Value, "patterns/") {
		return provider.Refuse(v1alpha1.ReasonIsolationBroken, "%s: a value must not name a file; list what is in it", option.Field)
	}

	return nil
}

// permittedKeys are the keys of the ConfigMap that a tenant may set: those that
// tune HAProxy for this tenant alone. None names a Secret, a Service, a file, an
// address to send to or a custom resource, and none decides whom HAProxy believes.
func permittedKeys() []string {
	return []string{
		// Of HAProxy as a whole.
		"client-strict-sni", "dontlognull", "hard-stop-after", "http-connection-mode", "http-keep-alive",
		"http-server-close", "log-format", "log-format-tcp", "logasap", "maxconn", "nbthread",
		"timeout-client", "timeout-client-fin", "timeout-connect", "timeout-http-keep-alive",
		"timeout-http-request", "timeout-queue", "timeout-server-fin", "timeout-tunnel", "tls-alpn",
		// What Ingresses and Services have unless their annotations say otherwise.
		"allow-list", "blacklist", "check", "check-http", "check-interval", "cookie-persistence",
		"cookie-persistence-no-dynamic", "cors-allow-credentials", "cors-allow-headers", "cors-allow-methods",
		"cors-allow-origin", "cors-enable", "cors-max-age", "deny-list", "forwarded-for", "load-balance",
		"path-rewrite", "pod-maxconn", "rate-limit-period", "rate-limit-requests", "rate-limit-size",
		"rate-limit-status-code", "rate-limit-whitelist", "request-capture", "request-capture-len",
		"request-redirect", "request-redirect-code", "request-set-header", "response-set-header",
		"scale-server-slots", "send-proxy-protocol", "server-proto", "server-ssl", "set-host",
		"ssl-passthrough", "ssl-redirect", "ssl-redirect-code", "ssl-redirect-port", "timeout-check",
		"timeout-server", "whitelist",
	}
}

// snippetKeys are the keys of raw configuration.
func snippetKeys() []string {
	return []string{"backend-config-snippet", "frontend-config-snippet", "global-config-snippet", "stats-config-snippet"}
}
