// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/desired"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// existing is what a tenant has already, and cannot simply get anew.
type existing struct {
	services desired.Services
	// adoption is what it has to do with Services of others.
	adoption adoption
	// running are the Deployments of its controllers, by implementation.
	running map[v1alpha1.ProviderName]*appsv1.Deployment
	// account is the UID of a ServiceAccount of the wanted implementation that was
	// created after its Deployment; empty where there is none.
	account types.UID
	// value is the controller value that its IngressClass has; empty where there
	// is no class.
	value string
	// adopted is whether the namespace for its controller is somebody else's and
	// permits the tenant to move in.
	adopted bool
}

func (r *IngressTenantReconciler) existing(ctx context.Context, t *v1alpha1.IngressTenant, wanted v1alpha1.ProviderName) (existing, error) {
	services, err := r.ownServices(ctx, t)
	if err != nil {
		return existing{}, err
	}

	adoption, err := r.adoption(ctx, t)
	if err != nil {
		return existing{}, err
	}

	value, err := r.controllerValue(ctx, t)
	if err != nil {
		return existing{}, err
	}

	running, err := r.controllersOf(ctx, t)
	if err != nil {
		return existing{}, err
	}

	account, err := r.newAccount(ctx, t, running[wanted])
	if err != nil {
		return existing{}, err
	}

	adopted, err := r.adoptsNamespace(ctx, t)

	return existing{services: services, adoption: adoption, running: running, account: account, value: value, adopted: adopted}, err
}

// newAccount returns the UID of a Deployment's ServiceAccount if that was created
// after the Deployment; empty otherwise.
func (r *IngressTenantReconciler) newAccount(ctx context.Context, t *v1alpha1.IngressTenant, deployment *appsv1.Deployment) (types.UID, error) {
	if deployment == nil {
		return "", nil
	}

	account := &corev1.ServiceAccount{}

	there, err := r.find(ctx, client.ObjectKey{Namespace: tenant.Namespace(t), Name: deployment.Name}, account)
	if !there || !r.Applier.Owns(t, account) || !deployment.CreationTimestamp.Before(&account.CreationTimestamp) {
		return "", err
	}

	return account.UID, nil
}

// controllerValue returns the controller value of the tenant's IngressClass,
// empty where it has none.
func (r *IngressTenantReconciler) controllerValue(ctx context.Context, t *v1alpha1.IngressTenant) (string, error) {
	class := &networkingv1.IngressClass{}

	there, err := r.find(ctx, client.ObjectKey{Name: tenant.ClassName(t)}, class)
	if !there || !r.Applier.Owns(t, class) {
		return "", err
	}

	return class.Spec.Controller, nil
}

// adoptsNamespace is whether the namespace for the tenant's controller is
// somebody else's and permits the tenant to move in.
func (r *IngressTenantReconciler) adoptsNamespace(ctx context.Context, t *v1alpha1.IngressTenant) (bool, error) {
	namespace := &corev1.Namespace{}

	there, err := r.find(ctx, client.ObjectKey{Name: tenant.Namespace(t)}, namespace)
	if !there {
		return false, err
	}

	return !r.Applier.Owns(t, namespace) && namespace.Annotations[tenant.AnnotationAdopt] == t.Name, nil
}
