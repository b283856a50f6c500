// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/applyconfigurations"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/apply"
	"github.com/ingresstenant/ingress-tenant-operator/internal/manager"
	"github.com/ingresstenant/ingress-tenant-operator/internal/platform"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// newApplier returns the one writer of the objects of tenants.
func newApplier(mgr ctrl.Manager, facts platform.Facts) *apply.Applier {
	shared, immutable := map[schema.GroupKind][]string{}, map[schema.GroupKind][]apply.Immutable{}
	for _, k := range kinds(facts) {
		shared[k.gvk.GroupKind()], immutable[k.gvk.GroupKind()] = k.shared, k.immutable
	}

	return &apply.Applier{
		Client:          mgr.GetClient(),
		Live:            mgr.GetAPIReader(),
		Converter:       applyconfigurations.NewTypeConverter(mgr.GetScheme()),
		Complete:        manager.Complete(),
		Prerequisites:   prerequisites(facts),
		Foreground:      map[schema.GroupKind]bool{deployments(): true},
		Managers:        tenant.FieldManagers(),
		Shared:          shared,
		Immutable:       immutable,
		Disposable:      disposable,
		Marks:           marks(),
		Derives:         derives,
		HashAnnotation:  tenant.AnnotationDesiredHash,
		AdoptAnnotation: tenant.AnnotationAdopt,
	}
}

// marks are what every object of a tenant carries. A namespace that a tenant moved
// into carries only some of it.
func marks() apply.Marks {
	return apply.Marks{
		Kind:       schema.GroupKind{Group: v1alpha1.GroupVersion.Group, Kind: "IngressTenant"},
		Label:      tenant.LabelTenant,
		Labels:     map[string]string{tenant.LabelManagedBy: tenant.Operator},
		Annotation: tenant.AnnotationDesiredHash,
		Unless:     tenant.AnnotationAdopt,
	}
}

// disposable is whether an object can be deleted and created again without a loss. A
// Service has an address, and pods that serve have clients.
func disposable(live client.Object) bool {
	switch object := live.(type) {
	case *rbacv1.RoleBinding, *rbacv1.ClusterRoleBinding, *corev1.ConfigMap, *networkingv1.IngressClass:
		return true
	case *appsv1.Deployment:
		return object.Status.ReadyReplicas == 0
	default:
		return false
	}
}

// derives is whether a tenant's objects have such a name.
func derives(owner client.Object, reference apply.Reference) bool {
	t, ok := owner.(*v1alpha1.IngressTenant)
	if !ok {
		return false
	}

	switch reference.Kind {
	case "Namespace":
		return reference.Name == tenant.Namespace(t)
	case "IngressClass":
		return reference.Name == tenant.ClassName(t)
	case "RoleBinding", "ClusterRoleBinding":
		return strings.HasPrefix(reference.Name, tenant.Name(t)+"-")
	default:
		return reference.Namespace == tenant.Namespace(t)
	}
}
