// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package violation_test

import (
	"fmt"
	"testing"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/admission"
	"github.com/ingresstenant/ingress-tenant-operator/internal/hostname"
	"github.com/ingresstenant/ingress-tenant-operator/internal/violation"
)

const (
	tenants   = 5000
	perTenant = 10
)

// BenchmarkAll looks at ten Ingresses of each of 5,000 tenants, which hold ten
// hostnames each. Every hundredth Ingress has a host of another tenant.
func BenchmarkAll(b *testing.B) {
	entries := make([]admission.Entry, 0, tenants)
	claimants := make([]hostname.Claimant, 0, tenants)
	ingresses := make([]*networkingv1.Ingress, 0, tenants*perTenant)
	homes := map[string]*corev1.Namespace{}

	for i := range tenants {
		name := fmt.Sprintf("tenant-%d", i)
		homes[name] = &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}
		entries = append(entries, admission.Entry{Class: name, Claim: admission.Claim{
			Tenant: name, Provider: v1alpha1.ProviderTraefik, Namespaces: []string{name}, LimitHostnames: true,
		}})
		claimant := hostname.Claimant{Tenant: name}

		for j := range perTenant {
			host := fmt.Sprintf("app-%d.%s.example.com", j, name)

			parsed, err := hostname.Parse(host)
			if err != nil {
				b.Fatal(err)
			}

			claimant.Claims = append(claimant.Claims, hostname.Claim{Hostname: parsed, Held: true})

			if len(ingresses)%100 == 99 {
				host = "app-0.tenant-0.example.com"
			}

			ingresses = append(ingresses, &networkingv1.Ingress{
				ObjectMeta: metav1.ObjectMeta{Namespace: name, Name: fmt.Sprintf("app-%d", j)},
				Spec: networkingv1.IngressSpec{
					IngressClassName: &name,
					Rules:            []networkingv1.IngressRule{{Host: host}},
					TLS:              []networkingv1.IngressTLS{{Hosts: []string{host}}},
				},
			})
		}

		claimants = append(claimants, claimant)
	}

	index := hostname.NewIndex(claimants...)

	b.ReportAllocs()

	for b.Loop() {
		rules, wrong := violation.NewRules(entries, index, nil), 0

		for _, ingress := range ingresses {
			if len(rules.Find(ingress, homes[ingress.Namespace])) > 0 {
				wrong++
			}
		}

		if wrong != len(ingresses)/100 {
			b.Fatalf("found %d, want %d", wrong, len(ingresses)/100)
		}
	}
}
