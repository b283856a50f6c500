// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/desired"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/status"
	"github.com/ingresstenant/ingress-tenant-operator/internal/switchover"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

const (
	// compareAgain is when two controllers that answer differently are compared
	// again: somebody may have put the Ingresses right.
	compareAgain = 15 * time.Second

	// compareLimit is how many requests both are asked to answer.
	compareLimit = 100
)

// Comparer finds the requests that two controllers answer differently.
type Comparer func(ctx context.Context, before, after switchover.Endpoint, requests []switchover.Request) []switchover.Difference

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

// move compares the controllers where the decision waits for that, and returns
// the decision to go on with and what the status says of it.
func (r *IngressTenantReconciler) move(ctx context.Context, t *v1alpha1.IngressTenant, resolved *resolved) (switchover.Decision, error) {
	decision, wanted := resolved.decision, resolved.input.Workload.Provider
	if decision.Keep == "" {
		return decision, nil
	}

	said, incoming := resolved.plan.Switchover, resolved.running[wanted]
	if incoming == nil {
		return decision, nil
	}

	var err error

	said.Incoming = incoming
	if said.Pods, err = r.pods(ctx, t, incoming); err != nil || !decision.Compare {
		return decision, err
	}

	serving := resolved.running[decision.Keep]

	pods, err := r.pods(ctx, t, serving)
	if err != nil {
		return decision, err
	}

	before, after := endpoint(serving, pods), endpoint(incoming, said.Pods)
	if before == nil || after == nil {
		return decision, nil
	}

	ingresses, err := r.ingresses(ctx, t, resolved.input.Namespaces)
	if err != nil {
		return decision, err
	}

	said.Compared, said.Differences = r.compare(ctx, *before, *after, ingresses)

	ctrl.LoggerFrom(ctx).Info("Compared controllers", "from", decision.Keep, "to", wanted,
		"requests", said.Compared, "differences", len(said.Differences))

	if len(said.Differences) == 0 {
		return decision.Move(wanted), nil
	}

	return decision, nil
}

// compare asks both controllers for what Ingresses route. It returns how many
// requests that were, and those that they answer differently, in words.
func (r *IngressTenantReconciler) compare(ctx context.Context, before, after switchover.Endpoint, ingresses []networkingv1.Ingress) (compared int, differences []string) {
	requests := switchover.Requests(ingresses, compareLimit)
	for _, difference := range r.Compare(ctx, before, after, requests) {
		differences = append(differences, difference.String())
	}

	return len(requests), differences
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

// endpoint is where a ready one of a Deployment's pods takes requests, or nil if
// none is.
func endpoint(deployment *appsv1.Deployment, pods []corev1.Pod) *switchover.Endpoint {
	at := slices.IndexFunc(pods, func(pod corev1.Pod) bool { return takesRequests(&pod) })
	if at < 0 {
		return nil
	}

	return &switchover.Endpoint{
		Address: pods[at].Status.PodIP,
		HTTP:    portOf(deployment, status.PortHTTP),
		HTTPS:   portOf(deployment, status.PortHTTPS),
	}
}

// ingresses returns the tenant's Ingresses whole, which the cache does not hold.
// They are asked for only while a tenant changes its provider.
func (r *IngressTenantReconciler) ingresses(ctx context.Context, t *v1alpha1.IngressTenant, namespaces provider.Namespaces) ([]networkingv1.Ingress, error) {
	scopes := namespaces.Names
	if namespaces.All {
		scopes = []string{""}
	}

	var found []networkingv1.Ingress

	for _, namespace := range scopes {
		list := &networkingv1.IngressList{}
		if err := r.Applier.Live.List(ctx, list, client.InNamespace(namespace)); err != nil {
			return nil, fmt.Errorf("listing the tenant's Ingresses: %w", err)
		}

		for i := range list.Items {
			if slices.Contains(classesOf(&list.Items[i]), tenant.ClassName(t)) {
				found = append(found, list.Items[i])
			}
		}
	}

	return found, nil
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

// awaitsComparison is whether two controllers are to be compared again.
func awaitsComparison(plan *status.Plan) bool {
	return plan != nil && plan.Switchover != nil && plan.Switchover.Incoming != nil && !plan.Switchover.Moved
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
