// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package operator runs the operator for tests the way that main does, on an API
// server of package apiserver.
package operator

import (
	"context"
	"fmt"
	"sync"

	"github.com/prometheus/client_golang/prometheus"
	"k8s.io/client-go/rest"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/config"

	"github.com/ingresstenant/ingress-tenant-operator/controllers"
	"github.com/ingresstenant/ingress-tenant-operator/internal/admission"
	"github.com/ingresstenant/ingress-tenant-operator/internal/manager"
	"github.com/ingresstenant/ingress-tenant-operator/internal/platform"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider/all"
	"github.com/ingresstenant/ingress-tenant-operator/test/apiserver"
)

// Process is a process of the operator.
type Process struct {
	// Requests are those of the process, but for watches.
	Requests *apiserver.Requests
	// Metrics are the operator's own.
	Metrics *prometheus.Registry
	// Elected is closed when the process may act.
	Elected <-chan struct{}

	stop func() error
}

// Stop ends the process, waits until it ended, and returns why it did if that was
// not for Stop. It may be called again.
func (p *Process) Stop() error {
	return p.stop()
}

// Start starts the operator. It lives until Stop, not until the context ends. Of the
// controllers' options those that are about the world outside are the caller's; the
// others are what main makes of the manager's.
func Start(ctx context.Context, connection *rest.Config, options manager.Options, outside controllers.Options) (*Process, error) {
	options.MetricsAddress, options.HealthAddress = "0", "0"
	started := &Process{Requests: &apiserver.Requests{}, Metrics: prometheus.NewRegistry()}
	connection = started.Requests.Record(connection)

	providers, err := provider.NewRegistry(all.All(), nil)
	if err != nil {
		return nil, err
	}

	scheme, err := manager.Scheme()
	if err != nil {
		return nil, err
	}

	live, err := client.New(connection, client.Options{Scheme: scheme})
	if err != nil {
		return nil, fmt.Errorf("connecting the operator: %w", err)
	}

	facts, err := platform.Detect(ctx, live.RESTMapper(), live)
	if err != nil {
		return nil, err
	}

	mgr, err := manager.New(connection, scheme, options, facts)
	if err != nil {
		return nil, err
	}

	outside.Providers, outside.Facts, outside.Registerer = providers, facts, started.Metrics
	outside.RequireConsent, outside.AdmissionPolicies = options.RequireConsent, options.AdmissionPolicies
	outside.MaxConcurrentReconciles = options.MaxConcurrentReconciles

	if options.AdmissionPolicies {
		if outside.Username, err = platform.Username(ctx, live); err != nil {
			return nil, err
		}
	}

	lifetime, end := context.WithCancel(context.WithoutCancel(ctx))
	if err := controllers.Setup(lifetime, oneOfMany{mgr}, outside); err != nil {
		end()

		return nil, err
	}

	ended := make(chan error, 1)
	started.Elected = mgr.Elected()
	started.stop = sync.OnceValue(func() error {
		end()

		return <-ended
	})

	go func() { ended <- mgr.Start(lifetime) }()

	return started, nil
}

// oneOfMany is a manager of which there are several in one process, each with a
// controller of the same name.
type oneOfMany struct {
	ctrl.Manager
}

// GetControllerOptions implements ctrl.Manager.
func (m oneOfMany) GetControllerOptions() config.Controller {
	options := m.Manager.GetControllerOptions()
	options.SkipNameValidation = new(true)

	return options
}

// Fence is the fence around the operator's account, as the operator itself makes it
// where it keeps admission policies.
func Fence(connection *rest.Config) (admission.Policy, error) {
	account, ok := admission.AccountOf(connection.Impersonate.UserName)
	if !ok {
		return admission.Policy{}, fmt.Errorf("%q is no ServiceAccount", connection.Impersonate.UserName)
	}

	providers, err := provider.NewRegistry(all.All(), nil)
	if err != nil {
		return admission.Policy{}, err
	}

	return admission.Fence(account, providers.Descriptors(), false), nil
}
