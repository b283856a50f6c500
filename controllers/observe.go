// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"
	"maps"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/status"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// observe fills in what became of the tenant's objects. It looks for them also
// when the spec was refused: what was there before still serves.
func (r *IngressTenantReconciler) observe(ctx context.Context, t *v1alpha1.IngressTenant, observed *status.Observed) error {
	namespace := &corev1.Namespace{}

	there, err := r.find(ctx, client.ObjectKey{Name: tenant.Namespace(t)}, namespace)
	if err != nil {
		return err
	}

	// One that is in the way is not where the controller runs.
	if there && (r.Applier.Owns(t, namespace) || namespace.Annotations[tenant.AnnotationAdopt] == t.Name) {
		observed.Namespace = namespace
	}

	services, err := r.ownServices(ctx, t)
	if err != nil {
		return err
	}

	// What a plan was made from need not be looked for again.
	adopted := observed.Adopted
	if observed.Plan == nil {
		if adopted, err = r.adopted(ctx, t); err != nil {
			return err
		}
	}

	observed.Services = observedServices(t, services, adopted)

	if observed.Deployment, err = r.currentDeployment(ctx, t, observed.Plan, services.Service); err != nil || observed.Deployment == nil {
		return err
	}

	if observed.Pods, err = r.pods(ctx, t, observed.Deployment); err != nil {
		return err
	}

	observed.Beside, err = r.beside(ctx, t, observed.Deployment)

	return err
}

// beside returns the tenant's Deployments but for the one, by the names of their
// implementations.
func (r *IngressTenantReconciler) beside(ctx context.Context, t *v1alpha1.IngressTenant, current *appsv1.Deployment) ([]*appsv1.Deployment, error) {
	running, err := r.controllersOf(ctx, t)

	var others []*appsv1.Deployment

	for _, name := range slices.Sorted(maps.Keys(running)) {
		if running[name].Name != current.Name {
			others = append(others, running[name])
		}
	}

	return others, err
}

// currentDeployment returns the Deployment that serves, or nil. Of a refused spec
// it is the one that is left.
func (r *IngressTenantReconciler) currentDeployment(ctx context.Context, t *v1alpha1.IngressTenant, plan *status.Plan, service *corev1.Service) (*appsv1.Deployment, error) {
	if plan != nil {
		// Read by name, what has just been written is waited for. A list would wait
		// for what is being written for other tenants, too.
		deployment := &appsv1.Deployment{}

		there, err := r.find(ctx, client.ObjectKey{Namespace: tenant.Namespace(t), Name: plan.Deployment}, deployment)
		if !there || !r.Applier.Owns(t, deployment) || deployment.DeletionTimestamp != nil {
			return nil, err
		}

		return deployment, nil
	}

	running, err := r.controllersOf(ctx, t)
	if err != nil {
		return nil, err
	}

	if serving := running[selected(service)]; serving != nil {
		return serving, nil
	}

	for _, name := range slices.Sorted(maps.Keys(running)) {
		return running[name], nil
	}

	return nil, nil
}

// writeStatus writes the tenant's status if it changed, and tells of the
// conditions that did.
func (r *IngressTenantReconciler) writeStatus(ctx context.Context, t *v1alpha1.IngressTenant, observed status.Observed) error {
	before := t.DeepCopy()
	t.Status = status.Compute(before, observed, metav1.Now())
	r.Metrics.Observe(t)

	if equality.Semantic.DeepEqual(before.Status, t.Status) {
		return nil
	}

	err := r.Client.Status().Patch(ctx, t, client.MergeFrom(before))
	if apierrors.IsNotFound(err) {
		// The tenant is gone, and so is everybody who could read it.
		return nil
	}

	if err != nil {
		return fmt.Errorf("writing the status: %w", err)
	}

	for _, transition := range status.Transitions(before.Status.Conditions, t.Status.Conditions) {
		eventType := corev1.EventTypeNormal
		if transition.Warning {
			eventType = corev1.EventTypeWarning
		}

		r.Recorder.Eventf(t, nil, eventType, transition.Condition.Reason, "Reconcile", "%s", transition.Note())
	}

	return nil
}
