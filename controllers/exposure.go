// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/desired"
	"github.com/ingresstenant/ingress-tenant-operator/internal/status"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// ownServices returns the Services that are the tenant's.
func (r *IngressTenantReconciler) ownServices(ctx context.Context, t *v1alpha1.IngressTenant) (desired.Services, error) {
	main, err := r.ownService(ctx, t, tenant.Name(t))
	if err != nil {
		return desired.Services{}, err
	}

	internal, err := r.ownService(ctx, t, tenant.InternalName(t))

	return desired.Services{Service: main, Internal: internal}, err
}

// ownService returns a Service if it is the tenant's, or nil.
func (r *IngressTenantReconciler) ownService(ctx context.Context, t *v1alpha1.IngressTenant, name string) (*corev1.Service, error) {
	service := &corev1.Service{}
	key := client.ObjectKey{Namespace: tenant.Namespace(t), Name: name}

	there, err := r.find(ctx, key, service)
	if !there || !r.Applier.Owns(t, service) {
		return nil, err
	}

	return service, nil
}

// observedServices is what the status says of a tenant's Services, and of those
// of others that lead to it.
func observedServices(t *v1alpha1.IngressTenant, services desired.Services, adopted []*corev1.Service) status.Services {
	observed := status.Services{Service: services.Service, Internal: services.Internal, Adopted: adopted}

	if block := desired.Exposure(t).LoadBalancer; block != nil && block.Scope == v1alpha1.ScopeInternal {
		observed.AdoptedScope = v1alpha1.AddressInternal
	}

	if services.Service != nil {
		observed.Scope = desired.ScopeOf(services.Service)
	}

	return observed
}

// published are the addresses that go into the status of Ingresses, sorted:
// those for external clients, and others only if there are none of these. While
// a Service is to be adopted, clients come by another way.
func published(t *v1alpha1.IngressTenant, now existing) []string {
	if desired.AdoptedServiceName(t) != "" && len(now.adoption.taken) == 0 && !hasBalancer(now.services) {
		return nil
	}

	all := status.Addresses(observedServices(t, now.services, now.adoption.taken))
	external := slices.ContainsFunc(all, func(a v1alpha1.Address) bool { return a.Scope == v1alpha1.AddressExternal })

	var values []string

	for _, address := range all {
		if !external || address.Scope == v1alpha1.AddressExternal {
			values = append(values, address.Value)
		}
	}

	slices.Sort(values)

	return values
}

// hasBalancer is whether the tenant has a load balancer of its own.
func hasBalancer(services desired.Services) bool {
	return services.Service != nil && services.Service.Spec.Type == corev1.ServiceTypeLoadBalancer
}

// planLoadBalancers adds to the plan what the tenant asks of load balancers, and
// which of that waits for somebody. It refuses what the platform cannot do.
func planLoadBalancers(plan *status.Plan, in desired.Input) error {
	exposure := desired.Exposure(in.Tenant)
	plan.Both = exposure.LoadBalancer != nil && exposure.LoadBalancer.Scope == v1alpha1.ScopeBoth

	changes, err := desired.LoadBalancerChanges(in)
	if err != nil {
		return err
	}

	for _, change := range changes {
		waiting := status.LoadBalancerChange{
			Service: change.Namespace + "/" + change.Name,
			Removed: change.Removed,
			Billing: change.Billing,
			Effect:  fmt.Sprintf("kubectl delete service -n %s %s", change.Namespace, change.Name),
		}

		if change.Revert != "" {
			waiting.Revert = fmt.Sprintf("kubectl patch ingresstenant %s --type=merge -p %s", in.Tenant.Name, quote(change.Revert))
		}

		for _, difference := range change.Differences {
			waiting.Differences = append(waiting.Differences, status.Difference(difference))
		}

		plan.LoadBalancerChanges = append(plan.LoadBalancerChanges, waiting)
	}

	return nil
}

// quote is text as one word of a shell.
func quote(text string) string {
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
