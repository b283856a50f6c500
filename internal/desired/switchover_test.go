// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package desired_test

import (
	"slices"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"pgregory.net/rapid"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/desired"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// Until another implementation takes over, the Service leads to the pods of the
// one before, which keep their ports and their class.
func TestWhileAnotherImplementationServes(t *testing.T) {
	t.Parallel()

	in, _ := render(t, scenario{Tenant: v1alpha1.IngressTenant{}})
	in.Tenant.Name = "blog"
	in.Serve = v1alpha1.ProviderIngressNGINX
	in.Beside = []provider.Ports{{HTTP: 18080, HTTPS: 8443, Health: 10254, Metrics: 10254}}
	in.ControllerValue = "example.com/before"

	rendered, err := desired.Objects(in)
	if err != nil {
		t.Fatal(err)
	}

	objects := decode(t, rendered)

	selector := one[*corev1.Service](t, objects).Spec.Selector
	if !selects(selector, tenant.WorkloadLabels(in.Tenant, v1alpha1.ProviderIngressNGINX)) ||
		selects(selector, tenant.WorkloadLabels(in.Tenant, v1alpha1.ProviderTraefik)) {
		t.Errorf("the Service selects %v", selector)
	}

	if value := one[*networkingv1.IngressClass](t, objects).Spec.Controller; value != "example.com/before" {
		t.Errorf("the class has controller value %s", value)
	}

	rules := one[*networkingv1.NetworkPolicy](t, objects).Spec.Ingress
	if want := []int32{8000, 8443, 18080}; !slices.Equal(numbers(rules[0].Ports), want) {
		t.Errorf("ports %v are open to clients, want %v", numbers(rules[0].Ports), want)
	}

	if want := []int32{9100, 10254}; !slices.Equal(numbers(rules[1].Ports), want) {
		t.Errorf("ports %v are open to scrapers, want %v", numbers(rules[1].Ports), want)
	}
}

// What is read from running pods is what was rendered for them.
func TestPortsOf(t *testing.T) {
	t.Parallel()

	rapid.Check(t, func(t *rapid.T) {
		in, objects := render(t, scenarios().Draw(t, "scenario"))

		pod := one[*appsv1.Deployment](t, decode(t, objects)).Spec.Template.Spec
		if got := desired.PortsOf(pod); got != in.Workload.Ports {
			t.Errorf("the ports of the pods are %+v, want %+v", got, in.Workload.Ports)
		}
	})
}
