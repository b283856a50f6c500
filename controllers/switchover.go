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
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/desired"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/status"
	"github.com/ingresstenant/ingress-tenant-operator/internal/switchover"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// controllersOf returns the tenant's Deployments by implementation, but for
// those that are being deleted.
func (r *IngressTenantReconciler) controllersOf(ctx context.Context, t *v1alpha1.IngressTenant) (map[v1alpha1.ProviderName]*appsv1.Deployment, error) {
	owned, err := r.Applier.Owned(ctx, t, appsv1.SchemeGroupVersion.WithKind("Deployment"), client.DisableReadYourWritesConsistency)
	if err != nil {
		return nil, fmt.Errorf("listing the tenant's Deployments: %w", err)
	}

	found := map[v1alpha1.ProviderName]*appsv1.Deployment{}

	for _, object := range owned {
		if deployment, ok := object.(*appsv1.Deployment); ok && deployment.DeletionTimestamp == nil {
			found[v1alpha1.ProviderName(deployment.Labels[tenant.LabelProvider])] = deployment
		}
	}

	return found, nil
}

// selected is the implementation whose pods a Service selects.
func selected(service *corev1.Service) v1alpha1.ProviderName {
	if service == nil {
		return ""
	}

	return v1alpha1.ProviderName(service.Spec.Selector[tenant.LabelProvider])
}

// decide says how the tenant goes on from the controllers that it has to the
// workload that it wants.
func decide(t *v1alpha1.IngressTenant, workload provider.Workload, now existing) switchover.Decision {
	state := switchover.State{
		Wanted:       workload.Provider,
		Serving:      selected(now.services.Service),
		ClassChanges: now.value != "" && now.value != workload.ControllerValue,
		Pinned:       pinned(t, now),
	}

	if t.Spec.Controller != nil {
		state.Mode = t.Spec.Controller.Switchover
	}

	if before := now.running[state.Serving]; before != nil {
		state.OldAvailable = available(before)
	}

	if after := now.running[state.Wanted]; after != nil {
		state.NewReady = status.Complete(after) && *after.Spec.Replicas >= least(t, now.running[state.Serving])
	}

	return switchover.Decide(state)
}

// pinned are the implementations that Services of others lead to which the operator
// may not change.
func pinned(t *v1alpha1.IngressTenant, now existing) []v1alpha1.ProviderName {
	var names []v1alpha1.ProviderName

	for _, service := range fatesOf(t, now.adoption).fixed() {
		name := selected(service)
		if service.Spec.Selector[tenant.LabelTenant] == t.Name && now.running[name] != nil && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}

	return names
}

// holds says why an implementation cannot be given up: which Services lead to it,
// and what whoever may change them can do.
func holds(t *v1alpha1.IngressTenant, now existing, name v1alpha1.ProviderName) []string {
	var texts []string

	f := fatesOf(t, now.adoption)
	for _, service := range f.fixed() {
		switch {
		case selected(service) != name || service.Spec.Selector[tenant.LabelTenant] != t.Name:
		case slices.Contains(f.damaged, service):
			texts = append(texts, damaged(service).String())
		default:
			texts = append(texts, fmt.Sprintf("Service %s/%s leads to %s, and no longer permits that it is changed. To have it follow the tenant, run: %s ; "+
				"to give it back what it led to before, remove spec.exposure.loadBalancer.adopt.",
				service.Namespace, service.Name, name, permit(t, service.Name)))
		}
	}

	return texts
}

// least is how many pods a controller needs to take over from another: an autoscaled
// tenant may have more than it asks for.
func least(t *v1alpha1.IngressTenant, serving *appsv1.Deployment) int32 {
	if t.Spec.Controller == nil || t.Spec.Controller.Autoscaling == nil || serving == nil || serving.Spec.Replicas == nil {
		return desired.MinReplicas(t)
	}

	return max(desired.MinReplicas(t), *serving.Spec.Replicas)
}

// others are the ports of the controllers that run beside the wanted one, in the
// order of their names.
func others(running map[v1alpha1.ProviderName]*appsv1.Deployment, wanted v1alpha1.ProviderName) []provider.Ports {
	var beside []provider.Ports

	for _, name := range slices.Sorted(maps.Keys(running)) {
		if name != wanted {
			beside = append(beside, desired.PortsOf(running[name].Spec.Template.Spec))
		}
	}

	return beside
}

// move returns the decision to go on with, and adds to the plan what the status says
// of it. Where the decision waits for a comparison of the controllers, it goes by
// what the prober knows of that.
func (r *IngressTenantReconciler) move(ctx context.Context, t *v1alpha1.IngressTenant, resolved *resolved) (switchover.Decision, error) {
	decision, wanted := resolved.decision, resolved.input.Workload.Provider
	if decision.Keep == "" {
		return decision, nil
	}

	plan, incoming := resolved.plan.Switchover, resolved.running[wanted]
	if decision.Held {
		plan.Held = holds(t, resolved.existing, decision.Keep)
	}

	if incoming == nil {
		return decision, nil
	}

	var err error

	plan.Incoming = incoming
	if plan.Pods, err = r.pods(ctx, t, incoming); err != nil || !decision.Compare {
		return decision, err
	}

	serving := resolved.running[decision.Keep]

	pods, err := r.pods(ctx, t, serving)
	if err != nil {
		return decision, err
	}

	before, after := endpoint(serving, pods), endpoint(incoming, plan.Pods)
	if before == nil || after == nil {
		return decision, nil
	}

	known := r.compared(t, resolved, *before, *after, "")
	plan.Comparison = comparisonOf(known)

	if known.Done && known.Comparison.Outcome() == switchover.OutcomeAlike {
		return decision.Move(wanted), nil
	}

	return decision, nil
}

// pods returns the pods of one of the tenant's Deployments.
func (r *IngressTenantReconciler) pods(ctx context.Context, t *v1alpha1.IngressTenant, deployment *appsv1.Deployment) ([]corev1.Pod, error) {
	pods := &corev1.PodList{}
	if err := r.Client.List(ctx, pods, client.InNamespace(deployment.Namespace), client.MatchingLabels{
		tenant.LabelTenant:   t.Name,
		tenant.LabelProvider: deployment.Labels[tenant.LabelProvider],
	}); err != nil {
		return nil, fmt.Errorf("listing the tenant's Pods: %w", err)
	}

	return pods.Items, nil
}

// refuseRecreation says why a tenant cannot move to another provider without
// its consent to a new IngressClass.
func refuseRecreation(t *v1alpha1.IngressTenant, from v1alpha1.ProviderName, workload provider.Workload, value string) error {
	return provider.Refuse(v1alpha1.ReasonConsentRequired,
		"spec.controller.provider: %s needs controller value %s, and IngressClass %s has %s, which Kubernetes cannot change. %s goes on serving. "+
			"Set spec.controller.switchover to Recreate to have the class deleted and created anew, during which requests fail for a few seconds; "+
			"or set spec.controller.provider back to %s",
		workload.Provider, workload.ControllerValue, tenant.ClassName(t), value, from, from)
}

// follow makes what is rendered, and what is said of it, follow a decision.
func (r *resolved) follow(decision switchover.Decision) {
	wanted := r.input.Workload.Provider
	moved := decision.Serve == wanted

	r.decision = decision
	r.input.Serve = decision.Serve
	r.input.ServeName = r.input.Workload.Name
	r.input.ControllerValue = ""
	r.plan.Deployment = r.input.Workload.Name

	// Until the move the class keeps what the other controller knows it by.
	if !moved {
		r.input.ControllerValue = r.value

		if serving := r.running[decision.Serve]; serving != nil {
			r.plan.Deployment, r.input.ServeName = serving.Name, serving.Name
		}
	}

	if decision.Keep == "" {
		return
	}

	if r.plan.Switchover == nil {
		r.plan.Switchover = &status.Switchover{From: decision.Keep, To: wanted}
	}

	r.plan.Switchover.Moved = moved
}
