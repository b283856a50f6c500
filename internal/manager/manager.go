// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package manager

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
	"sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/platform"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// syncTimeout is how long a readiness check waits for the caches.
const syncTimeout = time.Second

// Scheme returns the types that the operator reads and writes.
func Scheme() (*runtime.Scheme, error) {
	scheme := runtime.NewScheme()
	if err := clientgoscheme.AddToScheme(scheme); err != nil {
		return nil, fmt.Errorf("registering the Kubernetes types: %w", err)
	}

	if err := v1alpha1.AddToScheme(scheme); err != nil {
		return nil, fmt.Errorf("registering the IngressTenant types: %w", err)
	}

	return scheme, nil
}

// New returns a manager with the operator's cache, client, health checks and
// leader election, and no controllers.
func New(config *rest.Config, scheme *runtime.Scheme, options Options, facts platform.Facts) (ctrl.Manager, error) {
	// The API server's own priority and fairness limits the operator; a limit
	// of its own would only make a start with many tenants slow.
	config = rest.CopyConfig(config)
	config.QPS = -1

	mgr, err := ctrl.NewManager(config, ctrl.Options{
		Scheme: scheme,
		Cache:  cacheOptions(facts),
		Client: client.Options{
			FieldOwner: tenant.Operator,
			// A reconcile reads what the one before it wrote. Without this it
			// would write again whatever the watch has not brought back yet.
			Cache: &client.CacheOptions{EnableReadYourWritesConsistency: new(true)},
		},
		Metrics:                 server.Options{BindAddress: options.MetricsAddress},
		HealthProbeBindAddress:  options.HealthAddress,
		LeaderElection:          options.LeaderElection,
		LeaderElectionID:        tenant.Operator,
		LeaderElectionNamespace: options.LeaderElectionNamespace,
		// The process ends when its manager does, so nothing acts after the
		// Lease is given up.
		LeaderElectionReleaseOnCancel: true,
	})
	if err != nil {
		return nil, fmt.Errorf("creating the manager: %w", err)
	}

	if err := mgr.AddHealthzCheck("ping", healthz.Ping); err != nil {
		return nil, fmt.Errorf("adding the liveness check: %w", err)
	}

	if err := mgr.AddReadyzCheck("caches", cachesSynced(mgr)); err != nil {
		return nil, fmt.Errorf("adding the readiness check: %w", err)
	}

	return mgr, nil
}

// cachesSynced fails until the API server has been listed once.
func cachesSynced(mgr ctrl.Manager) healthz.Checker {
	return func(request *http.Request) error {
		ctx, cancel := context.WithTimeout(request.Context(), syncTimeout)
		defer cancel()

		if !mgr.GetCache().WaitForCacheSync(ctx) {
			return errors.New("the caches are not synced: the API server does not answer, or the operator lacks the right to list one of its kinds; its log says which")
		}

		return nil
	}
}
