// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package all lists the ingress controller implementations that the
// operator is built with.
package all

import (
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider/haproxy"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider/haproxyingress"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider/ingressnginx"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider/nginx"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider/traefik"
)

// All returns every implementation.
func All() []provider.Provider {
	return []provider.Provider{
		haproxy.Provider{},
		haproxyingress.Provider{},
		ingressnginx.Provider{},
		nginx.Provider{},
		traefik.Provider{},
	}
}
