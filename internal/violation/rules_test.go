// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package violation_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/admission"
	"github.com/ingresstenant/ingress-tenant-operator/internal/hostname"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/violation"
)

// rules are those of three tenants: blog, which holds hostnames, shop, whose class is
// store, and open, which serves all namespaces that consent.
func rules(t *testing.T) violation.Rules {
	t.Helper()

	blog, err := hostname.Parse("*.example.com")
	if err != nil {
		t.Fatal(err)
	}

	return violation.NewRules(
		[]admission.Entry{
			{Class: "blog", Claim: admission.Claim{Tenant: "blog", Provider: v1alpha1.ProviderTraefik, Namespaces: []string{"blog"}, LimitHostnames: true}},
			{Class: "store", Claim: admission.Claim{Tenant: "shop", Provider: v1alpha1.ProviderIngressNGINX, NamespaceLabels: map[string]string{"team": "shop"}}},
			{Class: "open", Claim: admission.Claim{Tenant: "open", Provider: v1alpha1.ProviderIngressNGINX, AllNamespaces: true, RequireConsent: true, CatchAll: true, Snippets: true}},
		},
		hostname.NewIndex(hostname.Claimant{Tenant: "blog", Claims: []hostname.Claim{{Hostname: blog, Held: true}}}),
		[]provider.Descriptor{{
			Name:              v1alpha1.ProviderIngressNGINX,
			RawAnnotations:    provider.Annotations{"nginx.ingress.kubernetes.io/server-snippet"},
			SecretAnnotations: provider.Annotations{"nginx.ingress.kubernetes.io/auth-secret"},
		}})
}

func TestFindSaysWhatIsWrongToWhomItConcerns(t *testing.T) {
	t.Parallel()

	const backed = "(default backend)"

	for name, test := range map[string]struct {
		class, host string
		annotations map[string]string
		namespace   corev1.Namespace
		want        map[string][]string
	}{
		"in order": {
			class: "blog", host: "a.example.com", namespace: named("blog", nil), want: map[string][]string{},
		},
		"nobody's class and host": {
			class: "nginx", host: "example.net", namespace: named("any", nil), want: map[string][]string{},
		},
		"host of another, in a class of nobody": {
			class: "nginx", host: "a.example.com", namespace: named("any", nil),
			want: map[string][]string{"blog": {"host a.example.com is this tenant's, and the Ingress is not of its class and namespaces"}},
		},
		"host of another, in the holder's namespace": {
			class: "nginx", host: "a.example.com", namespace: named("blog", nil), want: map[string][]string{},
		},
		"host of another, in a class of another": {
			class: "store", host: "a.example.com", namespace: named("shop", map[string]string{"team": "shop"}),
			want: map[string][]string{
				"blog": {"host a.example.com is this tenant's, and the Ingress is not of its class and namespaces"},
				"shop": {"host a.example.com is held by IngressTenant blog"},
			},
		},
		"host that is not held": {
			class: "blog", host: "example.net", namespace: named("blog", nil),
			want: map[string][]string{"blog": {"host example.net is not held by the tenant"}},
		},
		"namespace that is not served": {
			class: "store", host: "example.net", namespace: named("shop", map[string]string{"team": "other"}),
			want: map[string][]string{"shop": {"the namespace is not served"}},
		},
		"namespace that does not consent": {
			class: "open", host: "example.net", namespace: named("shop", nil),
			want: map[string][]string{"open": {"the namespace is not served"}},
		},
		"namespace of a controller": {
			class: "store", host: "example.net",
			namespace: named("ingress-shop", map[string]string{"team": "shop", "app.kubernetes.io/managed-by": "ingress-tenant-operator", "ingresstenant.io/tenant": "shop"}),
			want:      map[string][]string{"shop": {"the namespace is not served"}},
		},
		"namespace that a controller moved into": {
			class: "store", host: "example.net",
			namespace: named("ingress-shop", map[string]string{"team": "shop", "app.kubernetes.io/managed-by": "argocd", "ingresstenant.io/tenant": "shop"}),
			want:      map[string][]string{"shop": {"the namespace is not served"}},
		},
		"two classes": {
			class: "blog", host: "a.example.com", namespace: named("blog", map[string]string{"team": "shop"}),
			annotations: map[string]string{"kubernetes.io/ingress.class": "store"},
			want: map[string][]string{
				"blog": {"spec.ingressClassName is blog, and annotation kubernetes.io/ingress.class names store"},
				"shop": {"spec.ingressClassName is blog, and annotation kubernetes.io/ingress.class names store"},
			},
		},
		"raw configuration and a foreign Secret": {
			class: "store", host: "example.net", namespace: named("shop", map[string]string{"team": "shop"}),
			annotations: map[string]string{
				"nginx.ingress.kubernetes.io/server-snippet": "return 200;",
				"nginx.ingress.kubernetes.io/auth-secret":    "blog/users",
			},
			want: map[string][]string{"shop": {
				"raw configuration in annotations: nginx.ingress.kubernetes.io/server-snippet",
				"Secrets of other namespaces in annotations: nginx.ingress.kubernetes.io/auth-secret",
			}},
		},
		"raw configuration where it is permitted": {
			class: "open", host: "example.net",
			namespace:   corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "any", Annotations: map[string]string{"ingresstenant.io/consent": "open"}}},
			annotations: map[string]string{"nginx.ingress.kubernetes.io/server-snippet": "return 200;", "nginx.ingress.kubernetes.io/auth-secret": "any/users"},
			want:        map[string][]string{},
		},
		"hosts in an annotation": {
			class: "store", host: "example.net", namespace: named("shop", map[string]string{"team": "shop"}),
			annotations: map[string]string{"nginx.ingress.kubernetes.io/server-alias": "example.net, B.example.com, ~any"},
			want: map[string][]string{
				"blog": {"host b.example.com is this tenant's, and the Ingress is not of its class and namespaces"},
				"shop": {
					"host b.example.com is held by IngressTenant blog",
					"regular expressions in annotations that give it more hosts: nginx.ingress.kubernetes.io/server-alias",
				},
			},
		},
		"no host": {
			class: "store", namespace: named("shop", map[string]string{"team": "shop"}),
			want: map[string][]string{"shop": {"a rule without a host, which spec.policy.catchAll does not permit"}},
		},
		"default backend": {
			class: "store", host: backed, namespace: named("shop", map[string]string{"team": "shop"}),
			want: map[string][]string{"shop": {"a default backend, which spec.policy.catchAll does not permit"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			ingress := &networkingv1.Ingress{
				ObjectMeta: metav1.ObjectMeta{Annotations: test.annotations},
				Spec:       networkingv1.IngressSpec{IngressClassName: &test.class},
			}
			if test.host == backed {
				ingress.Spec.DefaultBackend = &networkingv1.IngressBackend{}
			} else {
				ingress.Spec.Rules = []networkingv1.IngressRule{{Host: test.host}}
			}

			if diff := cmp.Diff(test.want, rules(t).Find(ingress, &test.namespace)); diff != "" {
				t.Errorf("found (-want +got):\n%s", diff)
			}
		})
	}
}

func named(name string, labels map[string]string) corev1.Namespace {
	return corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: labels}}
}
