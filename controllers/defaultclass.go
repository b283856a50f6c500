// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"slices"

	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// defaultHolder returns who is the cluster's default class instead of t, which
// asks to be; nothing if t is. A class that is the default although no tenant asks
// for it comes before all tenants: it is nobody's, or somebody marked a tenant's by
// hand, and the operator takes away neither. Of tenants the oldest comes
// first, and of equally old ones the first by name. One that is being deleted
// stays the default as long as its class does: the next is told when it goes,
// and two defaults at once would leave the choice to the API server.
func defaultHolder(t *v1alpha1.IngressTenant, tenants []v1alpha1.IngressTenant, classes []networkingv1.IngressClass) string {
	for i := range classes {
		class := &classes[i]
		asked := madeFor(t, class) || slices.ContainsFunc(tenants, func(other v1alpha1.IngressTenant) bool {
			return madeFor(&other, class) && holdsOn(&other, classes)
		})

		if isDefault(class) && !asked {
			return "IngressClass " + class.Name
		}
	}

	holder := t

	for i := range tenants {
		other := &tenants[i]
		if holdsOn(other, classes) && precedes(other, holder) {
			holder = other
		}
	}

	if holder.Name == t.Name {
		return ""
	}

	return "IngressTenant " + holder.Name
}

// holdsOn is whether a tenant is to be the default class, or still is.
func holdsOn(t *v1alpha1.IngressTenant, classes []networkingv1.IngressClass) bool {
	if t.DeletionTimestamp.IsZero() {
		return tenant.WantsDefaultClass(t)
	}

	return slices.ContainsFunc(classes, func(class networkingv1.IngressClass) bool {
		return isDefault(&class) && madeFor(t, &class)
	})
}

func precedes(a, b *v1alpha1.IngressTenant) bool {
	if !a.CreationTimestamp.Equal(&b.CreationTimestamp) {
		return a.CreationTimestamp.Before(&b.CreationTimestamp)
	}

	return a.Name < b.Name
}

func isDefault(class *networkingv1.IngressClass) bool {
	return class.Annotations[tenant.AnnotationDefaultClass] == "true"
}

// madeFor is whether a class is the one that the operator made for a tenant.
func madeFor(t *v1alpha1.IngressTenant, class *networkingv1.IngressClass) bool {
	controller := metav1.GetControllerOf(class)

	return controller != nil &&
		controller.APIVersion == v1alpha1.GroupVersion.String() &&
		controller.Kind == "IngressTenant" &&
		controller.UID == t.UID
}
