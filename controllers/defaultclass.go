// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// defaultHolder returns who is the cluster's default class instead of t, which
// asks to be; nothing if t is. A class that no tenant made comes before all
// tenants, for the operator does not touch it. Of tenants the oldest comes
// first, and of equally old ones the first by name.
func defaultHolder(t *v1alpha1.IngressTenant, tenants []v1alpha1.IngressTenant, classes []networkingv1.IngressClass) string {
	for i := range classes {
		if isDefault(&classes[i]) && !madeByTenant(&classes[i]) {
			return "IngressClass " + classes[i].Name
		}
	}

	holder := t

	for i := range tenants {
		other := &tenants[i]
		if tenant.WantsDefaultClass(other) && other.DeletionTimestamp.IsZero() && precedes(other, holder) {
			holder = other
		}
	}

	if holder.Name == t.Name {
		return ""
	}

	return "IngressTenant " + holder.Name
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

func madeByTenant(class *networkingv1.IngressClass) bool {
	controller := metav1.GetControllerOf(class)

	return controller != nil &&
		controller.APIVersion == v1alpha1.GroupVersion.String() &&
		controller.Kind == "IngressTenant"
}
