// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package provider

import (
	"maps"
	"slices"
	"strings"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// demand is something that not every implementation can do.
type demand struct {
	// field is where a tenant asks for it, and what is missing.
	field, missing string
	// otherwise is what a tenant can do that keeps its implementation.
	otherwise string
	// asked is whether a request asks for it.
	asked func(Request) bool
	// met is whether an implementation can do it.
	met func(Capabilities) bool
}

func demands() []demand {
	return []demand{
		{
			field: "spec.namespaces", missing: "cannot serve several namespaces with rights in those alone",
			otherwise: "name one namespace",
			asked:     func(r Request) bool { return len(r.Namespaces.Names) > 1 && !AcceptsClusterWide(r.Tenant) },
			met:       func(c Capabilities) bool { return c.NamespaceLists },
		},
		{
			field: "spec.namespaces", missing: "cannot serve several namespaces and no others, whatever its rights",
			otherwise: "name one namespace",
			asked:     func(r Request) bool { return len(r.Namespaces.Names) > 1 && AcceptsClusterWide(r.Tenant) },
			met:       func(c Capabilities) bool { return c.NamespaceLists || c.NamespaceSelector },
		},
		{
			field: "spec.policy.externalNameServices", missing: "has no backends of type ExternalName",
			otherwise: "remove it",
			asked:     func(r Request) bool { return tenant.AllowsExternalNames(r.Tenant) },
			met:       func(c Capabilities) bool { return c.ExternalNames },
		},
		{
			field: "spec.exposure.clientAddress.proxyProtocol", missing: "does not read the PROXY protocol",
			otherwise: "remove it",
			asked:     func(r Request) bool { return len(tenant.ProxyProtocolSources(r.Tenant)) > 0 },
			met:       func(c Capabilities) bool { return c.ProxyProtocol },
		},
		{
			field: "spec.exposure.clientAddress.forwardedHeaders", missing: "cannot trust X-Forwarded-For from some addresses only",
			otherwise: "remove it",
			asked:     func(r Request) bool { return len(tenant.ForwardedHeaderSources(r.Tenant)) > 0 },
			met:       func(c Capabilities) bool { return c.ForwardedHeaders },
		},
		{
			field: "spec.tls.defaultCertificate", missing: "cannot show a certificate from its own namespace",
			otherwise: "remove it",
			asked:     func(r Request) bool { return r.Tenant.Spec.TLS != nil && r.Tenant.Spec.TLS.DefaultCertificate != nil },
			met:       func(c Capabilities) bool { return c.DefaultCertificate },
		},
		{
			field: "spec.tls.profile", missing: "has fixed TLS versions and cipher suites",
			otherwise: "remove it",
			asked:     func(r Request) bool { return r.Tenant.Spec.TLS != nil && r.Tenant.Spec.TLS.Profile != "" },
			met:       func(c Capabilities) bool { return c.TLSProfile },
		},
		{
			field: "spec.policy.snippets", missing: "cannot keep raw configuration out of annotations and paths",
			otherwise: "set it to Allow where those who write Ingresses are trusted with the controller's rights",
			asked:     func(r Request) bool { return !tenant.AllowsSnippets(r.Tenant) },
			met:       func(c Capabilities) bool { return !c.RawConfiguration },
		},
	}
}

// AcceptsClusterWide is whether the tenant accepts a controller that may read
// the Secrets of all namespaces where it could not serve several otherwise.
func AcceptsClusterWide(t *v1alpha1.IngressTenant) bool {
	return t.Spec.Namespaces != nil && t.Spec.Namespaces.Secrets == v1alpha1.SecretsClusterWide
}

// check refuses a request for what the chosen implementation cannot do, and
// names those that can.
func (c Choice) check(request Request) error {
	descriptor := c.Provider.Descriptor()

	for _, d := range demands() {
		if !d.asked(request) || d.met(descriptor.Capabilities) {
			continue
		}

		way := d.otherwise
		if able := c.registry.able(d); len(able) > 0 {
			way = "use provider " + strings.Join(able, " or ") + ", or " + way
		}

		return Refuse(v1alpha1.ReasonUnsupportedByProvider, "%s: %s %s; %s", d.field, descriptor.Name, d.missing, way)
	}

	return nil
}

// able are the names of the implementations that can do something, the ones that
// have been run first.
func (r *Registry) able(d demand) []string {
	var verified, unverified []string

	for _, name := range slices.Sorted(maps.Keys(r.providers)) {
		descriptor := r.providers[name].Descriptor()

		switch {
		case !d.met(descriptor.Capabilities):
		case descriptor.Unverified:
			unverified = append(unverified, string(name))
		default:
			verified = append(verified, string(name))
		}
	}

	return append(verified, unverified...)
}
