// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package haproxy

import (
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
)

// sharedPrefix is a prefix that haproxy-ingress reads too, other names than this
// implementation below it.
const sharedPrefix = "ingress.kubernetes.io/"

// annotations are those of Ingresses that the implementation reads: all with its
// own two prefixes, and the documented ones with the prefix that it shares, so
// that one of haproxy-ingress's is told to be ignored.
//
// Source: documentation/annotations.md of 3.2.
func annotations() provider.Annotations {
	read := provider.Annotations{"haproxy.org/*", "haproxy.com/*"}

	for _, name := range []string{
		"allow-list", "auth-realm", "auth-secret", "auth-type", "backend-config-snippet", "blacklist", "check",
		"check-http", "check-interval", "cors-allow-credentials", "cors-allow-headers", "cors-allow-methods",
		"cors-allow-origin", "cors-enable", "cors-max-age", "deny-list", "forwarded-for", "load-balance",
		"path-rewrite", "pod-maxconn", "rate-limit-period", "rate-limit-requests", "rate-limit-size",
		"rate-limit-status-code", "rate-limit-whitelist", "request-capture", "request-capture-len",
		"request-redirect", "request-redirect-code", "request-set-header", "response-set-header",
		"scale-server-slots", "send-proxy-protocol", "server-ca", "server-crt", "server-proto", "server-ssl",
		"set-host", "src-ip-header", "ssl-passthrough", "ssl-redirect", "ssl-redirect-code", "ssl-redirect-port",
		"standalone-backend", "timeout-check", "timeout-server", "whitelist",
	} {
		read = append(read, sharedPrefix+name)
	}

	return read
}
