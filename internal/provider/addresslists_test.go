// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package provider_test

import (
	"slices"
	"testing"

	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
)

func TestAddressLists(t *testing.T) {
	t.Parallel()

	annotated := func(name string, annotations ...string) networkingv1.Ingress {
		ingress := networkingv1.Ingress{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: name, Annotations: map[string]string{}}}
		for _, annotation := range annotations {
			ingress.Annotations[annotation] = ""
		}

		return ingress
	}

	ingresses := []networkingv1.Ingress{
		annotated("nginx-new", "nginx.ingress.kubernetes.io/allowlist-source-range"),
		annotated("nginx-deny", "nginx.ingress.kubernetes.io/denylist-source-range"),
		annotated("nginx-both", "nginx.ingress.kubernetes.io/whitelist-source-range", "nginx.ingress.kubernetes.io/use-regex"),
		annotated("nginx-none", "nginx.ingress.kubernetes.io/rewrite-target"),
		annotated("haproxy", "haproxy-ingress.github.io/allowlist-source-range"),
		annotated("haproxy-old", "ingress.kubernetes.io/whitelist-source-range"),
		annotated("haproxytech", "haproxy.org/allow-list"),
		annotated("haproxytech-old", "haproxy.org/whitelist"),
		annotated("haproxytech-com", "haproxy.com/deny-list"),
		annotated("plain"),
	}

	for name, test := range map[string]struct {
		read provider.Annotations
		want []string
	}{
		"all of ingress-nginx": {
			provider.Annotations{"nginx.ingress.kubernetes.io/*"},
			[]string{"shop/nginx-both", "shop/nginx-deny", "shop/nginx-new"},
		},
		"one of ingress-nginx": {
			provider.Annotations{"nginx.ingress.kubernetes.io/whitelist-source-range"},
			[]string{"shop/nginx-both"},
		},
		"haproxy-ingress": {
			provider.Annotations{"haproxy-ingress.github.io/*", "ingress.kubernetes.io/*"},
			[]string{"shop/haproxy", "shop/haproxy-old"},
		},
		"HAProxy Technologies": {
			provider.Annotations{"haproxy.org/*", "haproxy.com/*"},
			[]string{"shop/haproxytech", "shop/haproxytech-com", "shop/haproxytech-old"},
		},
		"none that is read": {provider.Annotations{"nginx.org/*"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			if got := test.read.AddressLists(ingresses); !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
