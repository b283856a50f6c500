// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import (
	"cmp"

	networkingv1ac "k8s.io/client-go/applyconfigurations/networking/v1"

	"github.com/ingresstenant/ingress-tenant-operator/internal/apply"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// ingressClass is the line between the tenant's Ingresses and all others.
func ingressClass(in Input) apply.Object {
	object := owned(networkingv1ac.IngressClass(tenant.ClassName(in.Tenant)), in.Tenant).
		WithSpec(networkingv1ac.IngressClassSpec().WithController(cmp.Or(in.ControllerValue, in.Workload.ControllerValue)))

	if in.DefaultClass {
		object.WithAnnotations(map[string]string{tenant.AnnotationDefaultClass: "true"})
	}

	return seal(object)
}
