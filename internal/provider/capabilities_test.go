// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package provider_test

import (
	"errors"
	"testing"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
)

func TestWorkloadRefusesWhatTheImplementationCannotDo(t *testing.T) {
	t.Parallel()

	able := provider.Capabilities{
		NamespaceLists: true, ExternalNames: true, ProxyProtocol: true, ForwardedHeaders: true,
		DefaultCertificate: true, TLSProfile: true,
	}
	version := []provider.Version{{Name: "v1.0.0"}}
	cidrs := &v1alpha1.TrustedSources{TrustedRanges: []v1alpha1.CIDR{"192.0.2.0/24"}}

	tests := map[string]struct {
		spec       v1alpha1.IngressTenantSpec
		namespaces []string
		want       string
	}{
		"several namespaces": {
			v1alpha1.IngressTenantSpec{},
			[]string{"blog", "news"},
			"spec.namespaces: IngressNGINX cannot serve several namespaces with rights in those alone; use provider Traefik or HAProxy, or name one namespace",
		},
		"several namespaces, whatever it may read": {
			v1alpha1.IngressTenantSpec{Namespaces: &v1alpha1.NamespacesSpec{Secrets: v1alpha1.SecretsClusterWide}},
			[]string{"blog", "news"},
			"spec.namespaces: IngressNGINX cannot serve several namespaces and no others, whatever its rights; use provider NGINX or Traefik or HAProxy, or name one namespace",
		},
		"ExternalName backends": {
			v1alpha1.IngressTenantSpec{Policy: &v1alpha1.PolicySpec{ExternalNameServices: v1alpha1.Allow}},
			nil,
			"spec.policy.externalNameServices: IngressNGINX has no backends of type ExternalName; use provider Traefik or HAProxy, or remove it",
		},
		"the PROXY protocol": {
			v1alpha1.IngressTenantSpec{Exposure: &v1alpha1.ExposureSpec{ClientAddress: &v1alpha1.ClientAddressSpec{ProxyProtocol: cidrs}}},
			nil,
			"spec.exposure.clientAddress.proxyProtocol: IngressNGINX does not read the PROXY protocol; use provider Traefik or HAProxy, or remove it",
		},
		"forwarded headers": {
			v1alpha1.IngressTenantSpec{Exposure: &v1alpha1.ExposureSpec{ClientAddress: &v1alpha1.ClientAddressSpec{ForwardedHeaders: cidrs}}},
			nil,
			"spec.exposure.clientAddress.forwardedHeaders: IngressNGINX cannot trust X-Forwarded-For from some addresses only; use provider Traefik or HAProxy, or remove it",
		},
		"a default certificate": {
			v1alpha1.IngressTenantSpec{TLS: &v1alpha1.TLSSpec{DefaultCertificate: &v1alpha1.DefaultCertificate{SecretName: "blog"}}},
			nil,
			"spec.tls.defaultCertificate: IngressNGINX cannot show a certificate from its own namespace; use provider Traefik or HAProxy, or remove it",
		},
		"a TLS profile": {
			v1alpha1.IngressTenantSpec{TLS: &v1alpha1.TLSSpec{Profile: v1alpha1.TLSModern}},
			nil,
			"spec.tls.profile: IngressNGINX has fixed TLS versions and cipher suites; use provider Traefik or HAProxy, or remove it",
		},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			registry, err := provider.NewRegistry([]provider.Provider{
				fake{provider.Descriptor{Name: v1alpha1.ProviderIngressNGINX, Versions: version}},
				fake{provider.Descriptor{Name: v1alpha1.ProviderHAProxy, Versions: version, Capabilities: able, Unverified: true}},
				fake{provider.Descriptor{Name: v1alpha1.ProviderTraefik, Versions: version, Capabilities: able}},
				fake{provider.Descriptor{Name: v1alpha1.ProviderNGINX, Versions: version, Capabilities: provider.Capabilities{NamespaceSelector: true}}},
			}, nil)
			if err != nil {
				t.Fatal(err)
			}

			subject := tenantWith(nil)
			subject.Spec = test.spec

			for _, used := range []v1alpha1.ProviderName{v1alpha1.ProviderIngressNGINX, v1alpha1.ProviderTraefik} {
				subject.Spec.Controller = &v1alpha1.ControllerSpec{Provider: used}

				choice, err := registry.Choose(subject)
				if err != nil {
					t.Fatal(err)
				}

				_, err = choice.Workload(provider.Request{Tenant: subject, Namespaces: provider.Namespaces{Names: test.namespaces}})
				if used == v1alpha1.ProviderTraefik {
					if err != nil {
						t.Errorf("%s can do it, and is refused: %v", used, err)
					}

					continue
				}

				var refused *provider.RefusedError
				if !errors.As(err, &refused) || refused.Message != test.want || refused.Reason != v1alpha1.ReasonUnsupportedByProvider {
					t.Errorf("got  %v\nwant %s", err, test.want)
				}
			}
		})
	}
}

func TestControllerValue(t *testing.T) {
	t.Parallel()

	for existing, want := range map[string]string{
		"": "ingresstenant.io/blog",
		"haproxy-ingress.github.io/controller/blog": "haproxy-ingress.github.io/controller/blog",
		// Shared with other tenants of the provider before.
		"nginx.org/ingress-controller": "ingresstenant.io/blog",
	} {
		if got := provider.ControllerValue(provider.Request{Tenant: tenantWith(nil), ControllerValue: existing}); got != want {
			t.Errorf("where the class has %q: got %s, want %s", existing, got, want)
		}
	}

	// Whatever the tenant's name is, what others share is not its own.
	named := tenantWith(nil)
	named.Name = "ingress-controller"

	if got := provider.ControllerValue(provider.Request{Tenant: named, ControllerValue: provider.SharedControllerValue}); got != "ingresstenant.io/ingress-controller" {
		t.Errorf("tenant %s takes over %s", named.Name, got)
	}
}

func TestWhatCannotKeepRawConfigurationOutNeedsConsent(t *testing.T) {
	t.Parallel()

	const refusal = "spec.policy.snippets: HAProxyIngress cannot keep raw configuration out of annotations and paths; " +
		"use provider Traefik, or set it to Allow where those who write Ingresses are trusted with the controller's rights"

	registry, err := provider.NewRegistry([]provider.Provider{
		fake{provider.Descriptor{
			Name: v1alpha1.ProviderHAProxyIngress, Versions: []provider.Version{{Name: "v1.0.0"}},
			Capabilities: provider.Capabilities{RawConfiguration: true},
		}},
		fake{provider.Descriptor{Name: v1alpha1.ProviderTraefik, Versions: []provider.Version{{Name: "v1.0.0"}}}},
	}, nil)
	if err != nil {
		t.Fatal(err)
	}

	for snippets, want := range map[v1alpha1.AccessPolicy]string{"": refusal, v1alpha1.Allow: "", v1alpha1.Deny: refusal} {
		subject := tenantWith(&v1alpha1.ControllerSpec{Provider: v1alpha1.ProviderHAProxyIngress})
		subject.Spec.Policy = &v1alpha1.PolicySpec{Snippets: snippets}

		choice, err := registry.Choose(subject)
		if err != nil {
			t.Fatal(err)
		}

		message := ""

		var refused *provider.RefusedError
		if _, err := choice.Workload(provider.Request{Tenant: subject}); errors.As(err, &refused) {
			message = refused.Message
		}

		if message != want {
			t.Errorf("snippets %q: %q, want %q", snippets, message, want)
		}
	}
}
