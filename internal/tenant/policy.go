// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package tenant

import (
	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// AllowsExternalNames is whether the tenant's Ingresses may have Services of
// type ExternalName as backends.
func AllowsExternalNames(t *v1alpha1.IngressTenant) bool {
	return t.Spec.Policy != nil && t.Spec.Policy.ExternalNameServices == v1alpha1.Allow
}

// AllowsSnippets is whether the tenant's Ingresses may carry raw configuration.
func AllowsSnippets(t *v1alpha1.IngressTenant) bool {
	return t.Spec.Policy != nil && t.Spec.Policy.Snippets == v1alpha1.Allow
}
