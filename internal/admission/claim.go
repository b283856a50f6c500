// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"maps"
	"slices"
	"strings"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// Claim is what the Ingresses of a tenant's class are held to.
type Claim struct {
	// Tenant is the tenant's name.
	Tenant string
	// Provider is the tenant's controller implementation.
	Provider v1alpha1.ProviderName
	// AllNamespaces is whether all namespaces may use the class.
	AllNamespaces bool
	// Namespaces are those that may use the class, by name.
	Namespaces []string
	// NamespaceLabels are labels that put a namespace among those that may.
	NamespaceLabels map[string]string
	// RequireConsent is whether a namespace has to consent before it may.
	RequireConsent bool
	// LimitHostnames is whether Ingresses may have those hosts alone that the tenant
	// holds.
	LimitHostnames bool
	// CatchAll is whether Ingresses may have rules without a host and a default
	// backend.
	CatchAll bool
	// Snippets is whether Ingresses may carry raw configuration.
	Snippets bool
	// ExternalNames is whether the controller follows Services of type ExternalName.
	ExternalNames bool
}

// claimOf is what Ingresses of a tenant's class are held to.
func claimOf(t *v1alpha1.IngressTenant, implementation v1alpha1.ProviderName, requireConsent bool) Claim {
	claim := Claim{
		Tenant:          t.Name,
		Provider:        implementation,
		AllNamespaces:   t.Spec.Namespaces == nil,
		NamespaceLabels: tenant.NamespaceLabels(t),
		RequireConsent:  requireConsent,
		LimitHostnames:  len(t.Spec.Hostnames) > 0,
		CatchAll:        tenant.CatchAll(t) == v1alpha1.Allow,
		Snippets:        tenant.AllowsSnippets(t),
		ExternalNames:   tenant.AllowsExternalNames(t),
	}

	if t.Spec.Namespaces != nil {
		claim.Namespaces = t.Spec.Namespaces.Names
	}

	return claim
}

// The fields of a claim's text, which begins with the name of the class where
// expressions look at it.
const (
	fieldClass = iota
	fieldTenant
	fieldProvider
	// fieldNamespaces is names, "*" for all, or empty.
	fieldNamespaces
	// fieldLabels is labels as KEY=VALUE, or empty.
	fieldLabels
	// fieldFlags is what is so: see the flags below.
	fieldFlags
)

// The flags of a claim, each of which begins with a comma in the claim's text.
const (
	flagConsent       = "consent"
	flagHostnames     = "hostnames"
	flagCatchAll      = "catch-all"
	flagSnippets      = "snippets"
	flagExternalNames = "external-names"
)

// fieldBreak and listBreak are in no name, label or provider.
const (
	fieldBreak = "|"
	listBreak  = ","
)

// text is the claim as expressions read it.
func (c Claim) text() string {
	namespaces := strings.Join(slices.Sorted(slices.Values(c.Namespaces)), listBreak)
	if c.AllNamespaces {
		namespaces = "*"
	}

	labels := make([]string, 0, len(c.NamespaceLabels))
	for _, key := range slices.Sorted(maps.Keys(c.NamespaceLabels)) {
		labels = append(labels, key+"="+c.NamespaceLabels[key])
	}

	var flags strings.Builder

	for _, flag := range []struct {
		name string
		set  bool
	}{
		{flagConsent, c.RequireConsent},
		{flagHostnames, c.LimitHostnames},
		{flagCatchAll, c.CatchAll},
		{flagSnippets, c.Snippets},
		{flagExternalNames, c.ExternalNames},
	} {
		if flag.set {
			flags.WriteString(listBreak + flag.name)
		}
	}

	return strings.Join([]string{
		fieldTenant - 1:     c.Tenant,
		fieldProvider - 1:   string(c.Provider),
		fieldNamespaces - 1: namespaces,
		fieldLabels - 1:     strings.Join(labels, listBreak),
		fieldFlags - 1:      flags.String(),
	}, fieldBreak)
}
