// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package provider_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
)

func TestIgnored(t *testing.T) {
	t.Parallel()

	annotated := func(name string, annotations ...string) networkingv1.Ingress {
		ingress := networkingv1.Ingress{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: name, Annotations: map[string]string{}}}
		for _, annotation := range annotations {
			ingress.Annotations[annotation] = ""
		}

		return ingress
	}

	read := provider.Annotations{"nginx.ingress.kubernetes.io/rewrite-target", "haproxy-ingress.github.io/*"}
	got := read.Ignored([]networkingv1.Ingress{
		annotated("b", "nginx.ingress.kubernetes.io/rewrite-target", "nginx.ingress.kubernetes.io/satisfy", "example.com/team"),
		annotated("a", "nginx.ingress.kubernetes.io/satisfy", "haproxy-ingress.github.io/path-type"),
		annotated("c", "haproxy.org/allow-list", "kubernetes.io/ingress.class", "cert-manager.io/cluster-issuer"),
		annotated("d"),
	})
	want := []v1alpha1.IgnoredAnnotation{
		{Name: "haproxy.org/allow-list", Ingresses: 1, Example: "shop/c"},
		{Name: "nginx.ingress.kubernetes.io/satisfy", Ingresses: 2, Example: "shop/a"},
	}

	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
