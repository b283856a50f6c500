// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package haproxyingress

import (
	"strings"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// unread is why there is no ConfigMap for a tenant of one namespace. The
// controller reads it through a cache of the namespace that it serves, where
// those who write Ingresses could write it too, raw configuration of HAProxy
// included.
//
// Source: pkg/controller/launch/launch.go and reconciler/watchers.go of v0.16.1.
const unread = "HAProxyIngress reads its configuration only where it serves all namespaces; serve all, use another provider, or remove it"

// configuration is the data of the controller's ConfigMap, nil where it has none,
// or a *RefusedError that names the first key that is not permitted.
func configuration(request provider.Request) (map[string]string, error) {
	t := request.Tenant
	// The page of statistics has no password.
	data := map[string]string{"bind-ip-addr-stats": "127.0.0.1"}

	if tenant.WantsAccessLog(t) {
		data["syslog-endpoint"] = "stdout"
		data["syslog-format"] = "raw"
	}

	if err := keys().AddTo(data, t); err != nil {
		return nil, err
	}

	if request.Namespaces.All {
		return data, nil
	}

	if t.Spec.Controller != nil {
		for _, option := range provider.ParseConfig(t.Spec.Controller.Config) {
			return nil, provider.Refuse(v1alpha1.ReasonUnsupportedByProvider, "%s: %s", option.Field, unread)
		}
	}

	if tenant.WantsAccessLog(t) {
		return nil, provider.Refuse(v1alpha1.ReasonUnsupportedByProvider, "spec.controller.accessLog: %s", unread)
	}

	return nil, nil //nolint:nilnil // no ConfigMap is an answer
}

// keys are those of the tenant's own.
func keys() provider.Keys {
	return provider.Keys{
		Permitted: permittedKeys(),
		Spared:    "ports, identities, files and other namespaces",
		Instead: map[string]string{
			"syslog-endpoint": "spec.controller.accessLog",
			"syslog-format":   "spec.controller.accessLog",
		},
		Language: "HAProxy",
		Raw:      func(key string) bool { return strings.HasPrefix(key, "config-") },
		// Values go into haproxy.cfg as they are, where a new line begins the next
		// directive.
		Special: func(string) string { return "\r\n" },
	}
}

// permittedKeys are the keys of the ConfigMap that a tenant may set: those that
// tune HAProxy for this tenant alone. None names a Secret, a Service, a file, a
// port, an identity or an address, and none decides whom HAProxy believes.
func permittedKeys() []string {
	return []string{
		// Of HAProxy as a whole.
		"auth-log-format", "close-sessions-duration", "cookie-key", "cpu-map",
		"default-backend-redirect", "default-backend-redirect-code",
		"drain-support", "drain-support-redispatch", "http-log-format", "https-log-format",
		"max-connections", "nbthread", "no-redirect-locations", "no-tls-redirect-locations",
		"path-type-order", "redirect-from-code", "redirect-to-code", "ssl-dh-default-max-size",
		"ssl-headers-prefix", "ssl-options", "ssl-redirect-code", "strict-host", "syslog-length", "syslog-tag",
		"tcp-log-format", "timeout-client", "timeout-client-fin", "timeout-stop", "use-cpu-map",
		"use-htx", "worker-max-reloads",
		// What Ingresses have unless their annotations say otherwise.
		"affinity", "allowlist-source-range", "app-root", "backend-check-interval", "backend-protocol",
		"backend-server-naming", "backend-server-slots-increment", "balance-algorithm",
		"cors-allow-credentials", "cors-allow-headers", "cors-allow-methods", "cors-allow-origin",
		"cors-allow-origin-regex", "cors-enable", "cors-expose-headers", "cors-max-age",
		"denylist-source-range", "dynamic-scaling", "headers",
		"health-check-fall-count", "health-check-interval", "health-check-rise-count", "health-check-uri",
		"hsts", "hsts-include-subdomains", "hsts-max-age", "hsts-preload", "initial-weight",
		"limit-connections", "limit-rps", "limit-whitelist", "maxconn-server", "maxqueue-server",
		"path-type", "proxy-body-size", "proxy-protocol", "secure-backends", "secure-sni", "secure-verify-hostname",
		"service-upstream", "session-cookie-domain", "session-cookie-dynamic", "session-cookie-keywords",
		"session-cookie-name", "session-cookie-preserve", "session-cookie-same-site", "session-cookie-shared",
		"session-cookie-strategy", "session-cookie-value-strategy", "slots-min-free",
		"ssl-always-add-https", "ssl-always-follow-redirect", "ssl-cipher-suites", "ssl-cipher-suites-backend",
		"ssl-ciphers", "ssl-ciphers-backend", "ssl-options-backend", "ssl-options-host", "ssl-redirect",
		"timeout-connect", "timeout-http-request", "timeout-keep-alive", "timeout-queue", "timeout-server",
		"timeout-server-fin", "timeout-tunnel", "tls-alpn", "whitelist-source-range",
	}
}
