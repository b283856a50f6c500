// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
	"sigs.k8s.io/controller-runtime/pkg/source"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/platform"
	"github.com/ingresstenant/ingress-tenant-operator/internal/probe"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// Options are what Setup cannot find out from its manager.
type Options struct {
	// Providers are the controller implementations.
	Providers *provider.Registry
	// Facts are what the cluster offers.
	Facts platform.Facts
	// Registerer takes the operator's own metrics.
	Registerer prometheus.Registerer
	// Compare asks two controllers the same requests; it is probe.Compare if nil.
	Compare probe.CompareFunc
	// ComparisonDelay is how long after a change they are first asked;
	// probe.ComparisonDelay if 0.
	ComparisonDelay time.Duration
	// ReadCertificate sees which certificate a controller shows; it is
	// probe.ReadCertificate if nil.
	ReadCertificate probe.ReadFunc
	// CertificateInterval is how often it is asked; probe.CertificateInterval if 0.
	CertificateInterval time.Duration
	// RequireConsent is whether only namespaces are served that consent.
	RequireConsent bool
	// AdmissionPolicies is whether admission policies are installed, and kept as they
	// are, that make exceptions for Username.
	AdmissionPolicies bool
	// Username is the name that the API server knows the operator by.
	Username string
	// MaxConcurrentReconciles is how many tenants are reconciled at once.
	MaxConcurrentReconciles int
}

// Setup adds the operator's controllers to a manager that package manager made.
func Setup(ctx context.Context, mgr ctrl.Manager, options Options) error {
	metrics, err := NewMetrics(options.Registerer)
	if err != nil {
		return err
	}

	if err := SetupIndexes(ctx, mgr.GetFieldIndexer(), options.Facts); err != nil {
		return err
	}

	// The first events of other kinds may come before those of tenants, and are
	// mapped to tenants all the same.
	if _, err := mgr.GetCache().GetInformer(ctx, &v1alpha1.IngressTenant{}, cache.BlockUntilSynced(false)); err != nil {
		return fmt.Errorf("caching IngressTenants: %w", err)
	}

	certificates, certificateChanged, err := probeCertificates(mgr, options)
	if err != nil {
		return err
	}

	comparisons, compared, err := probeAnswers(mgr, options)
	if err != nil {
		return err
	}

	reconciler := &IngressTenantReconciler{
		Client:                  mgr.GetClient(),
		Applier:                 newApplier(mgr, options.Facts),
		Providers:               options.Providers,
		Facts:                   options.Facts,
		Recorder:                mgr.GetEventRecorder(tenant.Operator),
		Metrics:                 metrics,
		Comparisons:             comparisons,
		Compared:                compared,
		Certificates:            certificates,
		CertificateChanged:      certificateChanged,
		Hostnames:               NewHostnames(),
		Violations:              NewViolations(),
		RequireConsent:          options.RequireConsent,
		MaxConcurrentReconciles: options.MaxConcurrentReconciles,
	}

	if err := reconciler.SetupWithManager(mgr); err != nil {
		return err
	}

	finder := &ViolationReconciler{
		Client:         mgr.GetClient(),
		Providers:      options.Providers,
		RequireConsent: options.RequireConsent,
		Hostnames:      reconciler.Hostnames,
		Violations:     reconciler.Violations,
	}

	if err := finder.SetupWithManager(mgr); err != nil || !options.AdmissionPolicies {
		return err
	}

	guard := &AdmissionReconciler{
		Client:         mgr.GetClient(),
		Live:           mgr.GetAPIReader(),
		Username:       options.Username,
		Providers:      options.Providers,
		RequireConsent: options.RequireConsent,
	}

	return guard.SetupWithManager(mgr)
}

// reconcileTimeout bounds one reconcile, so that a read that waits for a cache
// which does not catch up gives its worker back.
const reconcileTimeout = 2 * time.Minute

// SetupWithManager registers the reconciler with a manager, and what makes it
// look at a tenant: the tenant itself, its own objects, and those objects of
// others that decide how the tenant is served.
func (r *IngressTenantReconciler) SetupWithManager(mgr ctrl.Manager) error {
	build := ctrl.NewControllerManagedBy(mgr).
		For(&v1alpha1.IngressTenant{}, builder.WithPredicates(predicate.GenerationChangedPredicate{})).
		WithOptions(controller.Options{
			MaxConcurrentReconciles: r.MaxConcurrentReconciles,
			ReconciliationTimeout:   reconcileTimeout,
		}).
		// What changes of a tenant beside its spec is mostly the operator's doing,
		// but a finalizer may be missing or the status wrong.
		Watches(&v1alpha1.IngressTenant{}, yield(&handler.EnqueueRequestForObject{})).
		// Nobody but the pods' own label says whose they are: their owner is a
		// ReplicaSet, which is not watched.
		Watches(&corev1.Pod{}, yield(handler.EnqueueRequestsFromMapFunc(byLabel))).
		// Services of others that lead to a tenant are told by their label, too.
		Watches(&corev1.Service{}, yield(handler.EnqueueRequestsFromMapFunc(byAdoption))).
		Watches(&corev1.Namespace{}, handler.Funcs{
			CreateFunc: r.namespaceCreated,
			UpdateFunc: r.namespaceUpdated,
			DeleteFunc: r.namespaceDeleted,
		}).
		Watches(&networkingv1.IngressClass{}, handler.EnqueueRequestsFromMapFunc(r.byClass)).
		// Of Ingresses it counts which class they name, and which annotations for
		// controllers they have.
		Watches(&networkingv1.Ingress{}, yield(handler.EnqueueRequestsFromMapFunc(r.byIngress)),
			builder.WithPredicates(predicate.Or(
				predicate.GenerationChangedPredicate{}, predicate.AnnotationChangedPredicate{})))

	build = build.Watches(&v1alpha1.IngressTenant{}, handler.Funcs{DeleteFunc: r.tenantDeleted}).
		WatchesRawSource(source.Channel(r.Hostnames.Changed, &handler.EnqueueRequestForObject{})).
		WatchesRawSource(source.Channel(r.Violations.Changed, yield(&handler.EnqueueRequestForObject{})))

	build = build.WatchesRawSource(source.Channel(r.CertificateChanged, yield(&handler.EnqueueRequestForObject{}))).
		WatchesRawSource(source.Channel(r.Compared, yield(&handler.EnqueueRequestForObject{})))

	byOwner := yield(handler.EnqueueRequestForOwner(mgr.GetScheme(), mgr.GetRESTMapper(),
		&v1alpha1.IngressTenant{}, handler.OnlyControllerOwner()))
	for _, k := range kinds(r.Facts) {
		build = build.Watches(k.empty, byOwner)
	}

	if err := build.Complete(reconcile.AsReconciler(mgr.GetClient(), r)); err != nil {
		return fmt.Errorf("setting up the IngressTenant controller: %w", err)
	}

	return nil
}
