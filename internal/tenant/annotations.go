// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package tenant

import (
	"slices"
	"strings"
)

// NamesOthers is whether the value of an annotation for a controller may name what is
// not the Ingress's own: hosts, or Secrets.
func NamesOthers(annotation string) bool {
	return slices.ContainsFunc([]string{"/server-alias", "/server-ca", "/server-crt", "-secret"}, func(end string) bool {
		return strings.HasSuffix(annotation, end)
	})
}

// ConfiguresController is whether an annotation of an Ingress is meant for an
// ingress controller: one of this operator's, or one that a tenant comes from.
func ConfiguresController(annotation string) bool {
	prefix, _, found := strings.Cut(annotation, "/")

	return found && slices.Contains([]string{
		"nginx.ingress.kubernetes.io",
		"ingress.kubernetes.io",
		"haproxy-ingress.github.io",
		"haproxy.org",
		"haproxy.com",
		"nginx.org",
		"nginx.com",
		"traefik.ingress.kubernetes.io",
	}, prefix)
}
