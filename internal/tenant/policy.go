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

// CatchAll is whether the tenant's Ingresses may answer for hosts that they do not
// name. A tenant that says which hostnames are its own does not mean all the others.
func CatchAll(t *v1alpha1.IngressTenant) v1alpha1.AccessPolicy {
	switch {
	case t.Spec.Policy != nil && t.Spec.Policy.CatchAll != "":
		return t.Spec.Policy.CatchAll
	case len(t.Spec.Hostnames) > 0:
		return v1alpha1.Deny
	default:
		return v1alpha1.Allow
	}
}

// NamespaceLabels are the labels that put a namespace among those that the tenant
// serves; none if it does not go by labels.
func NamespaceLabels(t *v1alpha1.IngressTenant) map[string]string {
	if t.Spec.Namespaces == nil || t.Spec.Namespaces.Selector == nil {
		return nil
	}

	required := make(map[string]string, len(t.Spec.Namespaces.Selector.MatchLabels))
	for key, value := range t.Spec.Namespaces.Selector.MatchLabels {
		required[key] = string(value)
	}

	return required
}
