// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/admission"
)

// tenantOf is the tenant of a number, which serves one namespace and claims some
// hostnames, one of ten a wildcard.
func tenantOf(number, hostnames int) *v1alpha1.IngressTenant {
	name := fmt.Sprintf("tenant-%04d", number)
	t := &v1alpha1.IngressTenant{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec:       v1alpha1.IngressTenantSpec{Namespaces: &v1alpha1.NamespacesSpec{Names: []string{name}}},
	}

	for i := range hostnames {
		hostname := hostOf(name, i)
		if i%10 == 9 {
			hostname = "*." + hostname
		}

		t.Spec.Hostnames = append(t.Spec.Hostnames, v1alpha1.Hostname(hostname))
		t.Status.Hostnames = append(t.Status.Hostnames, v1alpha1.HostnameStatus{Name: hostname, State: v1alpha1.HostnameHeld})
	}

	return t
}

func hostOf(tenant string, number int) string {
	return fmt.Sprintf("host-%d.%s.example.com", number, tenant)
}

// ingressOf is an Ingress of two hosts and a certificate, of the tenant of number 0.
func ingressOf(namespace, name, host string) *networkingv1.Ingress {
	prefix := networkingv1.PathTypePrefix
	backend := networkingv1.IngressBackend{Service: &networkingv1.IngressServiceBackend{
		Name: "web", Port: networkingv1.ServiceBackendPort{Number: 80},
	}}
	ingress := &networkingv1.Ingress{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Spec: networkingv1.IngressSpec{
			IngressClassName: new(first),
			TLS:              []networkingv1.IngressTLS{{Hosts: []string{host}, SecretName: "tls"}},
		},
	}

	for _, host := range []string{host, hostOf(first, 1)} {
		ingress.Spec.Rules = append(ingress.Spec.Rules, networkingv1.IngressRule{
			Host: host,
			IngressRuleValue: networkingv1.IngressRuleValue{HTTP: &networkingv1.HTTPIngressRuleValue{
				Paths: []networkingv1.HTTPIngressPath{{Path: "/", PathType: &prefix, Backend: backend}},
			}},
		})
	}

	return ingress
}

// first is the tenant whose Ingresses are created.
const first = "tenant-0000"

// grow adds tenants up to a size.
func grow(ctx context.Context, admin client.Client, from, to, hostnames int) error {
	if from == 0 {
		if err := admin.Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: first}}); err != nil {
			return err
		}
	}

	for number := from; number < to; number++ {
		if err := admin.Create(ctx, tenantOf(number, hostnames)); err != nil {
			return err
		}
	}

	return nil
}

// claims are what the tenants of a fleet claim.
func claims(tenants, hostnames int) []admission.Entry {
	entries := make([]admission.Entry, 0, tenants)
	for number := range tenants {
		entries = append(entries, admission.EntryOf(tenantOf(number, hostnames), v1alpha1.ProviderTraefik, false))
	}

	return entries
}
