// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Command ingress-tenant-operator gives every IngressTenant its own ingress
// controller.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	"sigs.k8s.io/controller-runtime/pkg/metrics"

	"github.com/ingresstenant/ingress-tenant-operator/controllers"
	"github.com/ingresstenant/ingress-tenant-operator/internal/manager"
	"github.com/ingresstenant/ingress-tenant-operator/internal/platform"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider/all"
)

// version is set by the linker.
var version = "unknown"

func main() {
	var (
		options manager.Options
		logging zap.Options
	)

	options.Bind(flag.CommandLine)
	logging.BindFlags(flag.CommandLine)
	flag.Parse()

	ctrl.SetLogger(zap.New(zap.UseFlagOptions(&logging)))

	if err := run(ctrl.SetupSignalHandler(), options); err != nil {
		ctrl.Log.Error(err, "The operator stopped")
		os.Exit(1)
	}
}

func run(ctx context.Context, options manager.Options) error {
	ctrl.Log.Info("Starting the operator", "version", version)

	config, err := ctrl.GetConfig()
	if err != nil {
		return fmt.Errorf("finding the cluster: %w", err)
	}

	providers, err := provider.NewRegistry(all.All(), options.Images)
	if err != nil {
		return err
	}

	scheme, err := manager.Scheme()
	if err != nil {
		return err
	}

	live, err := client.New(config, client.Options{Scheme: scheme})
	if err != nil {
		return fmt.Errorf("connecting to the API server at %s: %w", config.Host, err)
	}

	facts, err := platform.Detect(ctx, live.RESTMapper(), live)
	if err != nil {
		return err
	}

	facts.Network = options.Network

	mgr, err := manager.New(config, scheme, options, facts)
	if err != nil {
		return err
	}

	username, err := platform.Username(ctx, live)
	if err != nil {
		return err
	}

	if err := controllers.Setup(ctx, mgr, controllers.Options{
		Providers:               providers,
		Facts:                   facts,
		Registerer:              metrics.Registry,
		RequireConsent:          options.RequireConsent,
		AdmissionPolicies:       options.AdmissionPolicies,
		Username:                username,
		MaxConcurrentReconciles: options.MaxConcurrentReconciles,
	}); err != nil {
		return err
	}

	return mgr.Start(ctx)
}
