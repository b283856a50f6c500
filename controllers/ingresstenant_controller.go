// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package controllers reconciles IngressTenants: it decides when to look at
// one, and joins the packages that decide everything else.
package controllers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"k8s.io/client-go/tools/events"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
	"sigs.k8s.io/controller-runtime/pkg/event"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/apply"
	"github.com/ingresstenant/ingress-tenant-operator/internal/desired"
	"github.com/ingresstenant/ingress-tenant-operator/internal/platform"
	"github.com/ingresstenant/ingress-tenant-operator/internal/probe"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/status"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// IngressTenantReconciler makes the cluster hold what IngressTenants ask for.
type IngressTenantReconciler struct {
	// Client reads from the cache, which has the indexes of SetupIndexes.
	Client client.Client
	// Applier writes the tenants' objects.
	Applier *apply.Applier
	// Providers are the controller implementations.
	Providers *provider.Registry
	// Facts are what the cluster offers.
	Facts platform.Facts
	// Recorder records an event for each condition that changes.
	Recorder events.EventRecorder
	// Metrics are the operator's own metrics.
	Metrics *Metrics
	// Comparisons compares how two controllers answer, and sends a tenant of which
	// it learned something to Compared.
	Comparisons *probe.Comparisons
	Compared    <-chan event.GenericEvent
	// Certificates sees which default certificates controllers show, and sends
	// a tenant whose changed to CertificateChanged.
	Certificates       *probe.Certificates
	CertificateChanged <-chan event.GenericEvent
	// Hostnames is who holds which hostname.
	Hostnames *Hostnames
	// Violations are the Ingresses that break what tenants hold new ones to.
	Violations *Violations
	// RequireConsent is whether only namespaces are served that consent.
	RequireConsent bool
	// MaxConcurrentReconciles is how many tenants are reconciled at once; 1 if 0.
	MaxConcurrentReconciles int
}

// firstLook is when a new tenant is looked at again at the latest, should its
// objects' events not bring that about before.
const firstLook = time.Second

// The rights of the operator. It reads no Secrets, writes no roles, and may
// bind the roles that are named here and no others.
//
// +kubebuilder:rbac:groups=ingresstenant.io,resources=ingresstenants,verbs=list;watch;patch
// +kubebuilder:rbac:groups=ingresstenant.io,resources=ingresstenants/status,verbs=patch
// +kubebuilder:rbac:groups=ingresstenant.io,resources=ingresstenants/finalizers,verbs=update
// +kubebuilder:rbac:groups="",resources=namespaces,verbs=list;watch;create;patch;delete
// +kubebuilder:rbac:groups="",resources=serviceaccounts;services;configmaps,verbs=get;list;watch;create;patch;delete
// +kubebuilder:rbac:groups="",resources=pods,verbs=list;watch
// +kubebuilder:rbac:groups=apps,resources=deployments,verbs=get;list;watch;create;patch;delete
// +kubebuilder:rbac:groups=autoscaling,resources=horizontalpodautoscalers,verbs=get;list;watch;create;patch;delete
// +kubebuilder:rbac:groups=policy,resources=poddisruptionbudgets,verbs=get;list;watch;create;patch;delete
// +kubebuilder:rbac:groups=networking.k8s.io,resources=ingressclasses,verbs=list;watch;create;patch;delete
// +kubebuilder:rbac:groups=networking.k8s.io,resources=networkpolicies,verbs=get;list;watch;create;patch;delete
// +kubebuilder:rbac:groups=networking.k8s.io,resources=ingresses,verbs=list;watch
// +kubebuilder:rbac:groups=rbac.authorization.k8s.io,resources=rolebindings;clusterrolebindings,verbs=list;watch;create;patch;delete
// +kubebuilder:rbac:groups=rbac.authorization.k8s.io,resources=clusterroles,verbs=bind,resourceNames=ingresstenant-class-reader;ingresstenant-f5-nginx-own;ingresstenant-f5-nginx-served;ingresstenant-haproxy-namespaces;ingresstenant-haproxy-own;ingresstenant-haproxy-served;ingresstenant-haproxy-ingress-own;ingresstenant-haproxy-ingress-served;ingresstenant-traefik-served;ingresstenant-traefik-namespaces;ingresstenant-ingress-nginx-own;ingresstenant-ingress-nginx-served;ingresstenant-ingress-nginx-namespaces
// +kubebuilder:rbac:groups=events.k8s.io,resources=events,verbs=create;patch

// Reconcile makes the cluster hold what one tenant asks for:
//
//  1. claim its hostnames, and withdraw rights in namespaces that it does not serve;
//  2. resolve what the spec means in this cluster;
//  3. apply the tenant's objects, and delete those that are no longer wanted;
//  4. observe what became of them;
//  5. write the status, also when an earlier step failed. A new tenant's first
//     status waits for the reconcile after the one that creates its objects.
//
// Where nothing changed it sends nothing to the API server.
func (r *IngressTenantReconciler) Reconcile(ctx context.Context, t *v1alpha1.IngressTenant) (ctrl.Result, error) {
	if !t.DeletionTimestamp.IsZero() {
		return r.teardown(ctx, t)
	}

	if err := r.ensureFinalizer(ctx, t); err != nil {
		return ctrl.Result{}, err
	}

	var observed status.Observed

	// What is claimed and what is taken away do not wait for anything that can be
	// refused.
	refused := r.claimHostnames(ctx, t, &observed)
	served, err := r.withdraw(ctx, t, &observed)
	err = errors.Join(refused, err)

	var (
		changes  []apply.Change
		compares bool
	)

	if refused == nil && observed.Namespaces != nil {
		var failed error

		changes, compares, failed = r.provide(ctx, t, served, &observed)
		err = errors.Join(err, failed)
	}

	// The events of a new tenant's objects bring the reconcile that sees what
	// became of them. A status before that would say that nothing is there, and
	// hold up the objects of the other tenants of a new fleet.
	if isNew(t) && err == nil && created(changes) {
		return ctrl.Result{RequeueAfter: firstLook, Priority: new(lookAgain)}, nil
	}

	// What could not be looked at is not reported as absent.
	if failed := r.observe(ctx, t, &observed); failed != nil {
		return ctrl.Result{}, errors.Join(err, failed)
	}

	observed.Certificate = r.seenCertificate(t, observed)
	observed.Violations = r.Violations.of(t.Name)

	result, retriable := classify(err)
	observed.Altered, observed.Err = explain(r.withHolders(ctx, err))

	r.stopComparing(t, compares, retriable)

	if err == nil && awaitsAdoption(observed.Plan) {
		result.RequeueAfter = adoptionAgain
	}

	return result, errors.Join(retriable, r.writeStatus(ctx, t, observed))
}

// provide resolves what the spec means and makes the cluster hold it. It returns what
// it changed, and whether the tenant waits for a comparison of controllers, and fills
// in what is planned.
func (r *IngressTenantReconciler) provide(ctx context.Context, t *v1alpha1.IngressTenant, served provider.Namespaces, observed *status.Observed) (changes []apply.Change, compares bool, err error) {
	resolved, err := r.resolve(ctx, t, served)
	if err != nil {
		return nil, false, err
	}

	changes, err = r.apply(ctx, t, &resolved)
	observed.Plan, observed.Adopted = &resolved.plan, resolved.leading
	observed.DefaultClassConflict = resolved.defaultClassHolder

	return changes, resolved.compares, err
}

func (r *IngressTenantReconciler) ensureFinalizer(ctx context.Context, t *v1alpha1.IngressTenant) error {
	base := t.DeepCopy()
	if !controllerutil.AddFinalizer(t, tenant.Finalizer) {
		return nil
	}

	// The lock keeps a list of finalizers that changed meanwhile from being
	// overwritten.
	if err := r.Client.Patch(ctx, t, client.MergeFromWithOptions(base, client.MergeFromWithOptimisticLock{})); err != nil {
		return fmt.Errorf("adding finalizer %s: %w", tenant.Finalizer, err)
	}

	return nil
}

// apply writes the tenant's objects, deletes what it no longer wants, and
// returns what it changed.
func (r *IngressTenantReconciler) apply(ctx context.Context, t *v1alpha1.IngressTenant, resolved *resolved) ([]apply.Change, error) {
	decision, err := r.move(ctx, t, resolved)
	if err != nil {
		return nil, err
	}

	resolved.follow(decision)

	if err := r.adopt(ctx, t, resolved); err != nil {
		return nil, err
	}

	in := resolved.input

	objects, err := desired.Objects(in)
	if err != nil {
		return nil, err
	}

	keep := make([]apply.Reference, 0, len(objects))
	for _, object := range objects {
		keep = append(keep, apply.ReferenceTo(object))
	}

	// A controller that still serves keeps its rights and configuration. Objects
	// of the wanted one are not spared: a right that is withdrawn is withdrawn
	// at once.
	spare := func(object client.Object) bool {
		name := v1alpha1.ProviderName(object.GetLabels()[tenant.LabelProvider])

		return name != "" && (name == decision.Keep || slices.Contains(decision.Spare, name))
	}

	withdrawn := r.withdrawFromCluster(ctx, t, keep, spare)

	planned, err := r.Applier.Plan(ctx, t, objects)
	if err != nil {
		return nil, errors.Join(withdrawn, err)
	}

	if err := r.keepReplicas(ctx, t, in, resolved.running); err != nil {
		return nil, errors.Join(withdrawn, err)
	}

	changes, err := r.Applier.CarryOut(ctx, planned)
	r.report(ctx, changes)

	// Of a tenant that begins to be there is nothing to prune. What an earlier
	// attempt left behind is found by the reconcile that its objects bring about.
	// What is altered is there, and no reason to keep what it replaces.
	if err = errors.Join(withdrawn, err); !onlyAltered(err) || isNew(t) && created(changes) {
		return changes, err
	}

	pruned, failed := r.Applier.Prune(ctx, t, keep, spare, prunable(r.Facts))
	r.report(ctx, pruned)

	return append(changes, pruned...), errors.Join(err, failed)
}

// isNew is whether the tenant has no status yet.
func isNew(t *v1alpha1.IngressTenant) bool {
	return t.Status.ObservedGeneration == 0
}

// created is whether objects were created and nothing else was done. Where
// somebody else keeps changing them, that is no reason to stay silent.
func created(changes []apply.Change) bool {
	return len(changes) > 0 && !slices.ContainsFunc(changes, func(change apply.Change) bool {
		return change.Action != apply.Created
	})
}

// report logs and counts what was written.
func (r *IngressTenantReconciler) report(ctx context.Context, changes []apply.Change) {
	log := ctrl.LoggerFrom(ctx)

	for _, change := range changes {
		log.Info("Wrote object", "action", change.Action, "object", change.Object.String())

		if change.Action == apply.Healed {
			r.Metrics.Healed(change.Object.Kind)
		}
	}
}
