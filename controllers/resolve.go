// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/desired"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/status"
	"github.com/ingresstenant/ingress-tenant-operator/internal/switchover"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
	"github.com/ingresstenant/ingress-tenant-operator/internal/validation"
)

// resolved is what a tenant's spec means in this cluster.
type resolved struct {
	existing

	input desired.Input
	plan  status.Plan
	// defaultClassHolder is who is the cluster's default class instead of a
	// tenant that asks to be; empty if nobody is.
	defaultClassHolder string
	// decision is how the tenant goes on from the controllers that it has.
	decision switchover.Decision
	// users are the Ingresses that it serves, as far as the cache keeps them.
	users []networkingv1.Ingress
	// compares is whether it waits for a comparison of controllers.
	compares bool
	// leading are the Services of others that lead to the tenant.
	leading []*corev1.Service
}

func (r *IngressTenantReconciler) resolve(ctx context.Context, t *v1alpha1.IngressTenant, namespaces provider.Namespaces) (resolved, error) {
	if err := validation.Check(t); err != nil {
		return resolved{}, err
	}

	choice, err := r.Providers.Choose(t)
	if err != nil {
		return resolved{}, err
	}

	now, err := r.existing(ctx, t, choice.Provider.Descriptor().Name)
	if err != nil {
		return resolved{}, err
	}

	beside := others(now.running, choice.Provider.Descriptor().Name)

	workload, err := r.workload(choice, provider.Request{
		Tenant:          t,
		Namespaces:      namespaces,
		ControllerValue: now.value,
		Standby:         len(beside) > 0,
		Addresses:       published(t, now),
	})
	if err != nil {
		return resolved{}, err
	}

	users, err := r.classUsers(ctx, t, namespaces)
	if err != nil {
		return resolved{}, err
	}

	decision := decide(t, workload, now)
	if decision.NeedsConsent {
		return resolved{}, refuseRecreation(t, decision.Serve, workload, now.value)
	}

	holder, err := r.defaultClassHolder(ctx, t)
	if err != nil {
		return resolved{}, err
	}

	plan := planOf(t, choice, workload, namespaces)
	plan.IgnoredAnnotations = choice.Provider.Descriptor().Annotations.Ignored(users)
	plan.ClientAddress = clientAddressOf(t, choice.Provider.Descriptor().Annotations.AddressLists(users))

	input := desired.Input{
		Tenant:         t,
		Workload:       workload,
		Namespaces:     namespaces,
		DefaultClass:   tenant.WantsDefaultClass(t) && holder == "",
		AdoptNamespace: now.adopted,
		NewAccount:     now.account,
		Beside:         beside,
		Live:           now.services,
		Facts:          r.Facts,
	}

	if err := planLoadBalancers(&plan, input); err != nil {
		return resolved{}, err
	}

	found := resolved{existing: now, input: input, plan: plan, users: users, defaultClassHolder: holder, leading: now.adoption.taken}
	found.follow(decision)

	return found, nil
}

func planOf(t *v1alpha1.IngressTenant, choice provider.Choice, workload provider.Workload, namespaces provider.Namespaces) status.Plan {
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
		MinReplicas:     desired.MinReplicas(t),
		Isolation: v1alpha1.IsolationStatus{
			ClassBinding: choice.Provider.Descriptor().Capabilities.ClassBinding,
			Secrets:      v1alpha1.SecretsNamespaced,
		},
	}

	if workload.Certificate != nil {
		plan.CertificateSecret = workload.Certificate.SecretName
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
		if r.RequireConsent {
			return provider.Namespaces{}, nil, refuseWithoutConsent("spec.namespaces: omitted, it is all namespaces")
		}

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

		there, err := r.find(ctx, client.ObjectKey{Name: name}, &namespace)
		if err != nil {
			return provider.Namespaces{}, nil, err
		}

		if there {
			found = append(found, namespace)
		}
	}

	served, states := serve(tenant.Namespace(t), t.Spec.Namespaces.Names, found, func(namespace *corev1.Namespace) bool {
		return tenant.Consents(namespace.Annotations, t.Name, r.RequireConsent)
	})

	return provider.Namespaces{Names: served}, states, nil
}

// workload is what runs for a tenant, unless that reads what nobody consents to.
func (r *IngressTenantReconciler) workload(choice provider.Choice, request provider.Request) (provider.Workload, error) {
	workload, err := choice.Workload(request)
	if err == nil && workload.ClusterWide && r.RequireConsent {
		err = refuseWithoutConsent("spec.namespaces.secrets: ClusterWide is the Secrets of all namespaces")
	}

	return workload, err
}

// refuseWithoutConsent says that a tenant asks for what no namespace can consent to.
func refuseWithoutConsent(what string) error {
	return provider.Refuse(v1alpha1.ReasonConsentRequired,
		"%s, and this operator serves only those that consent by their annotation %s; name the namespaces to serve, and let their controller read these alone",
		what, tenant.AnnotationConsent)
}

// classUsers returns the Ingresses that the tenant's controller serves, as far as
// the cache keeps them.
func (r *IngressTenantReconciler) classUsers(ctx context.Context, t *v1alpha1.IngressTenant, namespaces provider.Namespaces) ([]networkingv1.Ingress, error) {
	users, err := r.ofClass(ctx, t)
	if err != nil || namespaces.All {
		return users, err
	}

	var served []networkingv1.Ingress

	for i := range users {
		if slices.Contains(namespaces.Names, users[i].Namespace) {
			served = append(served, users[i])
		}
	}

	return served, nil
}

// ofClass returns the Ingresses of all namespaces that name the tenant's class,
// as far as the cache keeps them. They are the cache's own.
func (r *IngressTenantReconciler) ofClass(ctx context.Context, t *v1alpha1.IngressTenant) ([]networkingv1.Ingress, error) {
	list := &networkingv1.IngressList{}
	if err := r.Client.List(ctx, list, client.MatchingFields{classIndex: tenant.ClassName(t)}, client.UnsafeDisableDeepCopy); err != nil {
		return nil, fmt.Errorf("listing the Ingresses of class %s: %w", tenant.ClassName(t), err)
	}

	return list.Items, nil
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
