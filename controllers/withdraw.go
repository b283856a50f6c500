// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/apply"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/status"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// withdraw finds the namespaces that a tenant serves, and takes the rights in all
// others from its controllers, of whichever implementation. It comes before anything
// that can be refused, and goes on where one cannot be taken.
func (r *IngressTenantReconciler) withdraw(ctx context.Context, t *v1alpha1.IngressTenant, observed *status.Observed) (provider.Namespaces, error) {
	served, states, err := r.namespaces(ctx, t)
	if err != nil {
		return served, err
	}

	observed.Namespaces = &status.Namespaces{All: served.All, States: states}

	// A look that does not wait for what is being written for other tenants.
	unwanted, err := r.rightsLeft(ctx, t, served, client.DisableReadYourWritesConsistency)
	if err != nil || len(unwanted) == 0 {
		return served, err
	}

	withdrawn, failed := r.Applier.Remove(ctx, unwanted, func(client.Object) bool { return true })
	r.report(ctx, withdrawn)

	// What somebody's finalizer keeps is a right all the same, unless it is nobody's.
	for reference, binding := range unwanted {
		if binding.GetDeletionTimestamp() != nil && subjects(binding) > 0 {
			failed = errors.Join(failed, r.Applier.Clear(ctx, reference, "subjects"))
		}
	}

	left, err := r.rightsLeft(ctx, t, served)
	names := map[string]bool{}

	for reference, binding := range left {
		names[reference.Namespace] = names[reference.Namespace] || subjects(binding) > 0
	}

	maps.DeleteFunc(names, func(_ string, grants bool) bool { return !grants })
	observed.Namespaces.RightsLeft = slices.Sorted(maps.Keys(names))

	return served, errors.Join(failed, err)
}

// subjects is how many are bound.
func subjects(object client.Object) int {
	if binding, ok := object.(*rbacv1.RoleBinding); ok {
		return len(binding.Subjects)
	}

	return 0
}

// withdrawFromCluster takes the rights in all namespaces that are no longer wanted
// from the tenant's controllers, before any of them is changed.
func (r *IngressTenantReconciler) withdrawFromCluster(ctx context.Context, t *v1alpha1.IngressTenant, keep []apply.Reference, spare func(client.Object) bool) error {
	withdrawn, err := r.Applier.Prune(ctx, t, keep, spare, []schema.GroupVersionKind{rbacv1.SchemeGroupVersion.WithKind("ClusterRoleBinding")})
	r.report(ctx, withdrawn)

	return err
}

// rightsLeft are the bindings in namespaces that a tenant does not serve.
func (r *IngressTenantReconciler) rightsLeft(ctx context.Context, t *v1alpha1.IngressTenant, served provider.Namespaces, options ...client.ListOption) (map[apply.Reference]client.Object, error) {
	if served.All {
		return nil, nil
	}

	bindings, err := r.Applier.Owned(ctx, t, rbacv1.SchemeGroupVersion.WithKind("RoleBinding"), options...)
	if err != nil {
		return nil, fmt.Errorf("looking for rights to withdraw: %w", err)
	}

	maps.DeleteFunc(bindings, func(reference apply.Reference, _ client.Object) bool { return serves(t, served, reference.Namespace) })

	return bindings, nil
}

// serves is whether a controller of the tenant has rights in a namespace: it is among
// those served, or its own.
func serves(t *v1alpha1.IngressTenant, served provider.Namespaces, namespace string) bool {
	return namespace == tenant.Namespace(t) || slices.Contains(served.Names, namespace)
}
