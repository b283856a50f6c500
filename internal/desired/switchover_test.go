// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package desired_test

import (
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/desired"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// Until another implementation takes over, the Service leads to the pods of the
// one before, which keep their ports and their class.
func TestWhileAnotherImplementationServes(t *testing.T) {
	t.Parallel()

	in, _ := render(t, scenario{Tenant: v1alpha1.IngressTenant{}})
	in.Tenant.Name = "blog"
	in.Serve = v1alpha1.ProviderIngressNGINX
	in.BesidePorts = []int32{10254, 18080}
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

	var ports []int32
	for _, port := range one[*networkingv1.NetworkPolicy](t, objects).Spec.Ingress[0].Ports {
		ports = append(ports, port.Port.IntVal)
	}

	if want := []int32{8000, 8443, 8080, 9100, 10254, 18080}; !slices.Equal(ports, want) {
		t.Errorf("ports %v are open, want %v", ports, want)
	}
}
