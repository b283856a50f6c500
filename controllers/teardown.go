// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"errors"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	corev1ac "k8s.io/client-go/applyconfigurations/core/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/status"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// teardown deletes the tenant's objects in order, and lets the tenant go when
// none is left. While Ingresses name the class it deletes nothing, unless the
// tenant says otherwise.
func (r *IngressTenantReconciler) teardown(ctx context.Context, t *v1alpha1.IngressTenant) (ctrl.Result, error) {
	r.Certificates.Forget(t.Name)
	r.Comparisons.Forget(t.Name)

	if !controllerutil.ContainsFinalizer(t, tenant.Finalizer) {
		r.Metrics.Forget(t.Name)

		return ctrl.Result{}, nil
	}

	observed := status.Observed{Deletion: &status.Deletion{}}

	// A tenant that waits to be deleted goes on serving, but not where it may not.
	claimed := r.claimHostnames(ctx, t, &observed)
	_, withdrawn := r.withdraw(ctx, t, &observed)

	users, err := r.deletionBlockers(ctx, t)
	if err == nil && len(users) > 0 {
		observed.Deletion.BlockedBy = users
	} else if err == nil {
		err = r.giveBackAll(ctx, t)
	}

	if err == nil && len(users) == 0 {
		observed.Deletion.Remaining, err = r.Applier.Teardown(ctx, t, teardownStages(r.Facts))
	}

	if err == nil && len(users) == 0 && len(observed.Deletion.Remaining) == 0 {
		return ctrl.Result{}, r.release(ctx, t)
	}

	// What could not be looked at is not reported as absent.
	if failed := r.observe(ctx, t, &observed); failed != nil {
		return ctrl.Result{}, errors.Join(err, failed)
	}

	err = errors.Join(err, claimed, withdrawn)
	result, retriable := classify(err)
	observed.Altered, observed.Err = explain(err)

	return result, errors.Join(retriable, r.writeStatus(ctx, t, observed))
}

// deletionBlockers returns the Ingresses that hold up the tenant's deletion, sorted,
// as "namespace/name". Nothing does once the teardown has begun: a class that
// has lost its controller serves none of them.
func (r *IngressTenantReconciler) deletionBlockers(ctx context.Context, t *v1alpha1.IngressTenant) ([]string, error) {
	if t.Spec.DeletionPolicy == v1alpha1.DeletionForce {
		return nil, nil
	}

	class := &networkingv1.IngressClass{}

	// A tenant that never got its class has no users: those are somebody else's.
	there, err := r.find(ctx, client.ObjectKey{Name: tenant.ClassName(t)}, class)
	if !there || !r.Applier.Owns(t, class) {
		return nil, err
	}

	service := &corev1.Service{}

	// The Service goes in the first stage, never without the tenant.
	there, err = r.find(ctx, client.ObjectKey{Namespace: tenant.Namespace(t), Name: tenant.Name(t)}, service)
	if !there || !service.DeletionTimestamp.IsZero() {
		return nil, err
	}

	ingresses, err := r.ofClass(ctx, t)
	if err != nil {
		return nil, err
	}

	users := make([]string, 0, len(ingresses))
	for i := range ingresses {
		users = append(users, client.ObjectKeyFromObject(&ingresses[i]).String())
	}

	slices.Sort(users)

	return users, nil
}

// vacate gives back a namespace that the tenant moved into, with all that the
// operator marked it with. That it is the operator's to give back says the label: the
// annotation that permitted it may be gone.
func (r *IngressTenantReconciler) vacate(ctx context.Context, t *v1alpha1.IngressTenant) error {
	namespace := &corev1.Namespace{}

	there, err := r.find(ctx, client.ObjectKey{Name: tenant.Namespace(t)}, namespace)
	if !there || r.Applier.Owns(t, namespace) {
		return err
	}

	if namespace.Labels[tenant.LabelTenant] != t.Name && namespace.Annotations[tenant.AnnotationAdopt] != t.Name {
		return nil
	}

	// One that is deleted meanwhile is not made anew.
	return r.Applier.Release(ctx, corev1ac.Namespace(namespace.Name).WithUID(namespace.UID), map[string]string{
		tenant.LabelTenant:    t.Name,
		tenant.LabelManagedBy: tenant.Operator,
	})
}

// release lets go of a namespace that the tenant moved into, and of the tenant.
func (r *IngressTenantReconciler) release(ctx context.Context, t *v1alpha1.IngressTenant) error {
	if err := r.vacate(ctx, t); err != nil {
		return err
	}

	base := t.DeepCopy()
	controllerutil.RemoveFinalizer(t, tenant.Finalizer)

	if err := r.Client.Patch(ctx, t, client.MergeFromWithOptions(base, client.MergeFromWithOptimisticLock{})); client.IgnoreNotFound(err) != nil {
		return fmt.Errorf("removing finalizer %s: %w", tenant.Finalizer, err)
	}

	r.Metrics.Forget(t.Name)
	ctrl.LoggerFrom(ctx).Info("Tore down tenant")

	return nil
}
