// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package ingressnginx

import (
	"slices"
	"strconv"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// configuration is the data of the controller's ConfigMap, or a *RefusedError
// that names the first key that is not permitted.
func configuration(t *v1alpha1.IngressTenant) (map[string]string, error) {
	allowed := tenant.AllowsSnippets(t)
	data := map[string]string{
		"allow-snippet-annotations": strconv.FormatBool(allowed),
		// Snippet annotations are of the highest risk level; the default admits
		// all below it.
		"annotations-risk-level":          "High",
		"allow-cross-namespace-resources": "false",
		"disable-access-log":              strconv.FormatBool(!tenant.WantsAccessLog(t)),
	}

	if allowed {
		data["annotations-risk-level"] = "Critical"
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

// keys are those of the tenant's own. The controller matches keys whatever their
// letter case: one that is held to lower case has one spelling to check.
func keys() provider.Keys {
	return provider.Keys{
		Permitted: permittedKeys(),
		Spared:    "the operator's settings, files, ports, protections and other namespaces",
		Instead: map[string]string{
			"allow-snippet-annotations": "spec.policy.snippets",
			"annotations-risk-level":    "spec.policy.snippets",
			"disable-access-log":        "spec.controller.accessLog",
			"disable-http-access-log":   "spec.controller.accessLog",
			"disable-stream-access-log": "spec.controller.accessLog",
			"ssl-protocols":             "spec.tls.profile",
			"ssl-ciphers":               "spec.tls.profile",
			"use-proxy-protocol":        "spec.exposure.clientAddress.proxyProtocol",
			"use-forwarded-headers":     "spec.exposure.clientAddress.forwardedHeaders",
			"proxy-real-ip-cidr":        "spec.exposure.clientAddress",
			"enable-real-ip":            "spec.exposure.clientAddress",
		},
		Language: "nginx",
		Raw:      func(key string) bool { return slices.Contains(rawKeys(), key) },
		// Values go into nginx.conf as they are, where a semicolon begins the next
		// directive.
		Special: func(string) string { return ";" },
	}
}

// rawKeys are the keys of raw configuration, and those that name a ConfigMap
// whose values are: who may write ConfigMaps in a served namespace would write
// it.
//
// Source: rootfs/etc/nginx/template/nginx.tmpl of the module of July 2024.
func rawKeys() []string {
	return []string{
		"add-headers", "proxy-set-headers",
		"global-auth-snippet", "http-snippet", "location-snippet", "main-snippet", "server-snippet", "stream-snippet",
	}
}

// permittedKeys are the keys of the ConfigMap that a tenant may set: those that
// tune nginx for this tenant alone. None loads code, names a file, a Secret or an
// address to listen on, or lifts a protection.
//
// Source: internal/ingress/controller/config/config.go, template/configmap.go and
// internal/ingress/defaults/main.go of the module of July 2024, and
// relative-redirects of a later config.go.
func permittedKeys() []string {
	return []string{
		// Of nginx as a whole.
		"access-log-params", "allow-backend-server-header", "block-cidrs", "block-referers", "block-user-agents",
		"brotli-level", "brotli-min-length", "brotli-types", "client-body-buffer-size", "client-body-timeout",
		"client-header-buffer-size", "client-header-timeout", "compute-full-forwarded-for", "custom-http-errors",
		"debug-connections", "default-type", "disable-ipv6", "disable-ipv6-dns", "disable-proxy-intercept-errors",
		"enable-access-log-for-default-backend", "enable-aio-write", "enable-auth-access-log", "enable-brotli",
		"enable-multi-accept", "enable-ocsp", "enable-opentelemetry", "enable-serial-reloads", "enable-syslog",
		"enable-underscores-in-headers", "error-log-level", "forwarded-for-header", "generate-request-id",
		"geoip2-autoreload-in-minutes", "grpc-buffer-size-kb", "gzip-disable", "gzip-level", "gzip-min-length",
		"gzip-types", "hide-headers", "hsts", "hsts-include-subdomains", "hsts-max-age", "hsts-preload",
		"http-redirect-code", "http2-max-concurrent-streams", "http2-max-field-size", "http2-max-header-size",
		"http2-max-requests", "ignore-invalid-headers", "keep-alive", "keep-alive-requests",
		"large-client-header-buffers", "limit-conn-status-code", "limit-conn-zone-variable", "limit-req-status-code",
		"log-format-escape-json", "log-format-escape-none", "log-format-stream", "log-format-upstream",
		"map-hash-bucket-size", "max-worker-connections", "max-worker-open-files", "no-auth-locations",
		"no-tls-redirect-locations", "opentelemetry-operation-name", "opentelemetry-trust-incoming-span",
		"otel-max-export-batch-size", "otel-max-queuesize", "otel-sampler", "otel-sampler-parent-based",
		"otel-sampler-ratio", "otel-schedule-delay-millis", "otel-service-name", "otlp-collector-host",
		"otlp-collector-port", "proxy-add-original-uri-header", "proxy-headers-hash-bucket-size",
		"proxy-headers-hash-max-size", "proxy-protocol-header-timeout", "proxy-ssl-location-only",
		"proxy-stream-next-upstream", "proxy-stream-next-upstream-timeout", "proxy-stream-next-upstream-tries",
		"proxy-stream-responses", "proxy-stream-timeout", "retry-non-idempotent", "reuse-port",
		"server-name-hash-bucket-size", "server-name-hash-max-size", "server-tokens", "skip-access-log-urls",
		"ssl-buffer-size", "ssl-early-data", "ssl-ecdh-curve", "ssl-reject-handshake", "ssl-session-cache",
		"ssl-session-cache-size", "ssl-session-ticket-key", "ssl-session-tickets", "ssl-session-timeout",
		"strict-validate-path-type", "syslog-host", "syslog-port", "upstream-keepalive-connections",
		"upstream-keepalive-requests", "upstream-keepalive-time", "upstream-keepalive-timeout", "use-geoip2",
		"use-gzip", "use-http2", "variables-hash-bucket-size", "variables-hash-max-size", "worker-cpu-affinity",
		"worker-processes", "worker-shutdown-timeout",
		// What Ingresses have unless their annotations say otherwise.
		"app-root", "denylist-source-range", "force-ssl-redirect", "limit-rate",
		"limit-rate-after", "load-balance", "preserve-trailing-slash", "proxy-body-size", "proxy-buffer-size",
		"proxy-buffering", "proxy-buffers-number", "proxy-connect-timeout",
		"proxy-cookie-domain", "proxy-cookie-path", "proxy-http-version", "proxy-max-temp-file-size",
		"proxy-next-upstream", "proxy-next-upstream-timeout", "proxy-next-upstream-tries", "proxy-read-timeout",
		"proxy-redirect-from", "proxy-redirect-to", "proxy-request-buffering", "proxy-send-timeout",
		"relative-redirects", "service-upstream", "ssl-redirect", "upstream-hash-by", "upstream-hash-by-subset",
		"upstream-hash-by-subset-size", "use-port-in-redirects", "whitelist-source-range",
		// Authentication of all requests by a service of the tenant's own.
		"global-allowed-response-headers", "global-auth-always-set-cookie", "global-auth-cache-duration",
		"global-auth-cache-key", "global-auth-method", "global-auth-request-redirect",
		"global-auth-response-headers", "global-auth-signin", "global-auth-signin-redirect-param", "global-auth-url",
	}
}
