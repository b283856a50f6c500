// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Command baseline is what the operator is measured against: a program that
// does no more than it must. It watches IngressTenants and applies the objects
// of each new one, in order, several tenants at once. It reads nothing back,
// guards nothing, keeps no cache and writes no status.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/sync/errgroup"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/rest"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/manager"
	"github.com/ingresstenant/ingress-tenant-operator/test/bench/internal/fleet"
)

func main() {
	concurrency := flag.Int("concurrency", 1, "How many tenants are applied at once.")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	err := run(ctx, *concurrency)
	ended := ctx.Err() != nil

	stop()

	// To be told to end is no failure.
	if err != nil && !ended {
		fmt.Fprintln(os.Stderr, "baseline:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, concurrency int) error {
	config, err := ctrl.GetConfig()
	if err != nil {
		return fmt.Errorf("finding the API server: %w", err)
	}

	// No limit of its own, as the operator has none.
	config.QPS = -1
	config.UserAgent = rest.DefaultKubernetesUserAgent()

	renderer, err := fleet.NewRenderer(ctx, config)
	if err != nil {
		return err
	}

	samples, err := renderer.Objects(fleet.Tenant(0))
	if err != nil {
		return err
	}

	writer, err := newWriter(config, samples)
	if err != nil {
		return err
	}

	added, err := watchTenants(ctx, config)
	if err != nil {
		return err
	}
	defer added.Stop()

	// The benchmark starts its clock after this line.
	fmt.Println("ready")

	workers, ctx := errgroup.WithContext(ctx)
	for range concurrency {
		workers.Go(func() error { return work(ctx, added.ResultChan(), renderer, writer) })
	}

	return workers.Wait()
}

func watchTenants(ctx context.Context, config *rest.Config) (watch.Interface, error) {
	scheme, err := manager.Scheme()
	if err != nil {
		return nil, err
	}

	watcher, err := client.NewWithWatch(config, client.Options{Scheme: scheme})
	if err != nil {
		return nil, fmt.Errorf("connecting to the API server: %w", err)
	}

	added, err := watcher.Watch(ctx, &v1alpha1.IngressTenantList{})
	if err != nil {
		return nil, fmt.Errorf("watching IngressTenants: %w", err)
	}

	return added, nil
}

var errWatchEnded = errors.New("the watch of IngressTenants ended")

// work applies one tenant after the other until the context ends.
func work(ctx context.Context, events <-chan watch.Event, renderer *fleet.Renderer, writer *writer) error {
	for {
		var event watch.Event

		select {
		case <-ctx.Done():
			return ctx.Err()
		case next, ok := <-events:
			if !ok {
				return errWatchEnded
			}

			event = next
		}

		t, ok := event.Object.(*v1alpha1.IngressTenant)
		if !ok || event.Type != watch.Added {
			continue
		}

		objects, err := renderer.Objects(t)
		if err != nil {
			return err
		}

		for _, object := range objects {
			if err := writer.apply(ctx, object); err != nil {
				return err
			}
		}
	}
}
