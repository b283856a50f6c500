// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package attack

import (
	"strings"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider/all"
)

// controller is one of the attacker's own: the controller of a tenant that serves the
// attacker's namespace.
type controller struct {
	provider v1alpha1.ProviderName
	tenant   string
}

// controllers are one of each implementation. Only Traefik's pods run: of the others it
// is the token that matters.
func controllers() []controller {
	found := make([]controller, 0, len(all.All()))

	for _, p := range all.All() {
		c := controller{provider: p.Descriptor().Name, tenant: attacker}
		if c.provider != v1alpha1.ProviderTraefik {
			c.tenant += "-" + strings.ToLower(string(c.provider))
		}

		found = append(found, c)
	}

	return found
}

// actor is the controller as one who tries something.
func (c controller) actor() string { return string(c.provider) + "'s token" }
