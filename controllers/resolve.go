// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/apply"
	"github.com/ingresstenant/ingress-tenant-operator/internal/desired"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/status"
	"github.com/ingresstenant/ingress-tenant-operator/internal/switchover"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// resolved is what a tenant's spec means in this cluster.
type resolved struct {
	input desired.Input
	plan  status.Plan
	// defaultClassHolder is who is the cluster's default class instead of a
	// tenant that asks to be; empty if nobody is.
	defaultClassHolder string
	// decision is how the tenant goes on from the controllers that it has, which
	// are running.
	decision switchover.Decision
	running  map[v1alpha1.ProviderName]*appsv1.Deployment
	// value is the controller value that the IngressClass has; empty where there
	// is no class.
	value string
}

func (r *IngressTenantReconciler) resolve(ctx context.Context, t *v1alpha1.IngressTenant) (resolved, error) {
	choice, err := r.Providers.Choose(t)
	if err != nil {
		return resolved{}, err
	}

	namespaces, states, err := r.namespaces(ctx, t)
	if err != nil {
		return resolved{}, err
	}

	services, err := r.ownServices(ctx, t)
	if err != nil {
		return resolved{}, err
	}

	value, err := r.controllerValue(ctx, t)
	if err != nil {
		return resolved{}, err
	}

	running, err := r.controllersOf(ctx, t)
	if err != nil {
		return resolved{}, err
	}

	ports, standby := others(running, choice.Provider.Descriptor().Name)

	workload, err := choice.Workload(provider.Request{
		Tenant:          t,
		Namespaces:      namespaces,
		ControllerValue: value,
		Standby:         standby,
		Addresses:       published(services),
	})
	if err != nil {
		return resolved{}, err
	}

	users, err := r.classUsers(ctx, t, namespaces)
	if err != nil {
		return resolved{}, err
	}

	decision := decide(t, workload, value, services.Service, running)
	if decision.NeedsConsent {
		return resolved{}, refuseRecreation(t, decision.Serve, workload, value)
	}

	holder, err := r.defaultClassHolder(ctx, t)
	if err != nil {
		return resolved{}, err
	}

	adopt, err := r.adoptsNamespace(ctx, t)
	if err != nil {
		return resolved{}, err
	}

	plan := planOf(t, choice, workload, namespaces, states, decision)
	plan.IgnoredAnnotations = choice.Provider.Descriptor().Annotations.Ignored(users)
	plan.ClientAddress = clientAddressOf(t, choice.Provider.Descriptor().Annotations.AddressLists(users))

	input := desired.Input{
		Tenant:         t,
		Workload:       workload,
		Namespaces:     namespaces,
		DefaultClass:   tenant.WantsDefaultClass(t) && holder == "",
		AdoptNamespace: adopt,
		BesidePorts:    ports,
		Live:           services,
		Facts:          r.Facts,
	}

	err = planLoadBalancers(&plan, input)

	return resolved{
		input:              input,
		plan:               plan,
		defaultClassHolder: holder,
		decision:           decision,
		running:            running,
		value:              value,
	}, err
}

func planOf(t *v1alpha1.IngressTenant, choice provider.Choice, workload provider.Workload, namespaces provider.Namespaces, states []v1alpha1.NamespaceStatus, decision switchover.Decision) status.Plan {
	plan := status.Plan{
		IngressClassName: tenant.ClassName(t),
		ControllerValue:  workload.ControllerValue,
		Namespace:        tenant.Namespace(t),
		Provider: v1alpha1.ProviderStatus{
			Name:    workload.Provider,
			Version: choice.Version.Name,
			Image:   workload.Image,
		},
		ImageOverridden: choice.ImageOverridden,
		Exposure:        desired.Exposure(t).Type,
		AllNamespaces:   namespaces.All,
		Namespaces:      states,
		Isolation: v1alpha1.IsolationStatus{
			ClassBinding: choice.Provider.Descriptor().Capabilities.ClassBinding,
			Secrets:      v1alpha1.SecretsNamespaced,
		},
	}

	if workload.Certificate != nil {
		plan.CertificateSecret = workload.Certificate.SecretName
	}

	if decision.Keep != "" {
		plan.Switchover = &status.Switchover{From: decision.Keep, To: workload.Provider, Moved: decision.Serve == workload.Provider}
	}

	if namespaces.All || workload.ClusterWide {
		plan.Isolation.Secrets = v1alpha1.SecretsClusterWide
	}

	if choice.Version.Name != "" {
		plan.Provider.Support = &v1alpha1.SupportStatus{
			Phase:     v1alpha1.SupportEndOfLife,
			EndOfLife: choice.Version.EndOfLife,
		}

		switch {
		case choice.Version.Supported && choice.Provider.Descriptor().Unverified:
			plan.Provider.Support.Phase = v1alpha1.SupportUnverified
		case choice.Version.Supported:
			plan.Provider.Support.Phase = v1alpha1.SupportSupported
		}
	}

	return plan
}

// namespaces returns the namespaces that a tenant serves, and the state of each
// that it asks for.
func (r *IngressTenantReconciler) namespaces(ctx context.Context, t *v1alpha1.IngressTenant) (provider.Namespaces, []v1alpha1.NamespaceStatus, error) {
	if t.Spec.Namespaces == nil {
		return provider.Namespaces{All: true}, nil, nil
	}

	var found []corev1.Namespace

	if t.Spec.Namespaces.Selector != nil {
		list := &corev1.NamespaceList{}
		if err := r.Client.List(ctx, list, client.MatchingLabelsSelector{Selector: selectorOf(t)}, client.UnsafeDisableDeepCopy); err != nil {
			return provider.Namespaces{}, nil, fmt.Errorf("listing the namespaces of the tenant's selector: %w", err)
		}

		found = list.Items
	}

	for _, name := range t.Spec.Namespaces.Names {
		namespace := corev1.Namespace{}

		err := r.Client.Get(ctx, client.ObjectKey{Name: name}, &namespace)
		if client.IgnoreNotFound(err) != nil {
			return provider.Namespaces{}, nil, fmt.Errorf("reading Namespace %s: %w", name, err)
		}

		if err == nil {
			found = append(found, namespace)
		}
	}

	served, states := serve(tenant.Namespace(t), t.Spec.Namespaces.Names, found)

	return provider.Namespaces{Names: served}, states, nil
}

// classUsers returns the Ingresses that the tenant's controller serves, as far as
// the cache keeps them.
func (r *IngressTenantReconciler) classUsers(ctx context.Context, t *v1alpha1.IngressTenant, namespaces provider.Namespaces) ([]networkingv1.Ingress, error) {
	list := &networkingv1.IngressList{}
	if err := r.Client.List(ctx, list, client.MatchingFields{classIndex: tenant.ClassName(t)}, client.UnsafeDisableDeepCopy); err != nil {
		return nil, fmt.Errorf("listing the Ingresses of class %s: %w", tenant.ClassName(t), err)
	}

	if namespaces.All {
		return list.Items, nil
	}

	var served []networkingv1.Ingress

	for i := range list.Items {
		if slices.Contains(namespaces.Names, list.Items[i].Namespace) {
			served = append(served, list.Items[i])
		}
	}

	return served, nil
}

// controllerValue returns the controller value of the tenant's IngressClass,
// empty where it has none.
func (r *IngressTenantReconciler) controllerValue(ctx context.Context, t *v1alpha1.IngressTenant) (string, error) {
	class := &networkingv1.IngressClass{}

	err := r.Client.Get(ctx, client.ObjectKey{Name: tenant.ClassName(t)}, class)
	if apierrors.IsNotFound(err) {
		return "", nil
	}

	if err != nil {
		return "", fmt.Errorf("reading IngressClass %s: %w", tenant.ClassName(t), err)
	}

	if !apply.OwnedBy(class, t) {
		return "", nil
	}

	return class.Spec.Controller, nil
}

func (r *IngressTenantReconciler) service(ctx context.Context, t *v1alpha1.IngressTenant) (*corev1.Service, error) {
	service := &corev1.Service{}
	key := client.ObjectKey{Namespace: tenant.Namespace(t), Name: tenant.Name(t)}

	err := r.Client.Get(ctx, key, service)
	if apierrors.IsNotFound(err) {
		return nil, nil
	}

	if err != nil {
		return nil, fmt.Errorf("reading Service %s: %w", key, err)
	}

	return service, nil
}

// adoptsNamespace is whether the namespace for the tenant's controller is
// somebody else's and permits the tenant to move in.
func (r *IngressTenantReconciler) adoptsNamespace(ctx context.Context, t *v1alpha1.IngressTenant) (bool, error) {
	namespace := &corev1.Namespace{}

	err := r.Client.Get(ctx, client.ObjectKey{Name: tenant.Namespace(t)}, namespace)
	if apierrors.IsNotFound(err) {
		return false, nil
	}

	if err != nil {
		return false, fmt.Errorf("reading Namespace %s: %w", tenant.Namespace(t), err)
	}

	return !apply.OwnedBy(namespace, t) && namespace.Annotations[tenant.AnnotationAdopt] == t.Name, nil
}

// defaultClassHolder returns who is the cluster's default class instead of the
// tenant, or nothing if the tenant does not ask to be or is.
func (r *IngressTenantReconciler) defaultClassHolder(ctx context.Context, t *v1alpha1.IngressTenant) (string, error) {
	if !tenant.WantsDefaultClass(t) {
		return "", nil
	}

	tenants := &v1alpha1.IngressTenantList{}
	if err := r.Client.List(ctx, tenants, client.UnsafeDisableDeepCopy); err != nil {
		return "", fmt.Errorf("listing IngressTenants to find the default class: %w", err)
	}

	classes := &networkingv1.IngressClassList{}
	if err := r.Client.List(ctx, classes, client.UnsafeDisableDeepCopy); err != nil {
		return "", fmt.Errorf("listing IngressClasses to find the default class: %w", err)
	}

	return defaultHolder(t, tenants.Items, classes.Items), nil
}
