// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"

	networkingv1 "k8s.io/api/networking/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/internal/manager"
	"github.com/ingresstenant/ingress-tenant-operator/test/apiserver"
)

// measure prints, for each size of the fleet, how long it takes to create an Ingress
// with each variant in force.
func measure(ctx context.Context, o options, out io.Writer) (err error) {
	server, err := apiserver.Start(ctx, nil)
	defer func() { err = errors.Join(err, server.Stop()) }()

	if err != nil {
		return err
	}

	scheme, err := manager.Scheme()
	if err != nil {
		return err
	}

	config := rest.CopyConfig(server.Admin)
	config.QPS = -1

	admin, err := client.New(config, client.Options{Scheme: scheme})
	if err != nil {
		return err
	}

	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "TENANTS\tPOLICIES\tP50\tP99\tADDED TO P50\tADDED TO P99\tRATIO OF P99")

	size := 0
	for _, next := range o.tenants {
		fmt.Fprintf(out, "%s %d tenants\n", time.Now().Format(time.TimeOnly), next)

		if err := grow(ctx, admin, size, next, o.hostnames); err != nil {
			return fmt.Errorf("growing the fleet to %d tenants: %w", next, err)
		}

		size = next

		times, err := turns(ctx, admin, variants(claims(size, o.hostnames)), o)
		if err != nil {
			return err
		}

		report(table, size, times)
	}

	return table.Flush()
}

// turns lets the variants take turns, in an order that changes, so that none has the
// better times of a machine whose speed drifts.
func turns(ctx context.Context, admin client.Client, variants []variant, o options) (map[string][]time.Duration, error) {
	times := map[string][]time.Duration{}

	for round := range o.rounds {
		order := slices.Clone(variants)
		if round%2 == 1 {
			slices.Reverse(order)
		}

		for _, v := range order {
			took, err := turn(ctx, admin, v, o.samples)
			if err != nil {
				return nil, fmt.Errorf("variant %s: %w", v.name, err)
			}

			times[v.name] = append(times[v.name], took...)
		}
	}

	return times, nil
}

// warmUp is how many Ingresses each turn asks for before it measures.
const warmUp = 50

func turn(ctx context.Context, admin client.Client, v variant, samples int) (took []time.Duration, err error) {
	if err := v.install(ctx, admin); err != nil {
		return nil, err
	}

	defer func() { err = errors.Join(err, v.remove(ctx, admin)) }()

	if err := inForce(ctx, admin, v); err != nil {
		return nil, err
	}

	// Policies are compiled one after the other, and the first evaluations of each are
	// slower; neither is what a cluster pays for an Ingress.
	for range warmUp {
		if err := admin.Create(ctx, ingressOf(first, "warm-up", hostOf(first, 0)), client.DryRunAll); err != nil {
			return nil, err
		}
	}

	for i := range samples {
		ingress := ingressOf(first, fmt.Sprintf("sample-%d", i), hostOf(first, 0))

		begin := time.Now()
		if err := admin.Create(ctx, ingress); err != nil {
			return nil, err
		}

		took = append(took, time.Since(begin))
	}

	return took, admin.DeleteAllOf(ctx, &networkingv1.Ingress{}, client.InNamespace(first))
}

// inForce waits until what the variant refuses is refused, or if it refuses nothing
// until the one before it does not refuse it any more.
func inForce(ctx context.Context, admin client.Client, v variant) error {
	refused := len(v.policies) > 0

	return wait.PollUntilContextTimeout(ctx, 50*time.Millisecond, time.Minute, true, func(ctx context.Context) (bool, error) {
		// Only a tenant's class may not be named from here.
		err := admin.Create(ctx, ingressOf("default", "probe", hostOf(first, 0)), client.DryRunAll)
		if err != nil && !apierrors.IsForbidden(err) && !apierrors.IsInvalid(err) {
			return false, err
		}

		return (err != nil) == refused, nil
	})
}

func report(out io.Writer, size int, times map[string][]time.Duration) {
	for _, v := range variants(nil) {
		slices.Sort(times[v.name])
	}

	base := times["none"]
	for _, v := range variants(nil) {
		own := times[v.name]
		fmt.Fprintf(out, "%d\t%s\t%s\t%s\t%s\t%s\t%.1f\n", size, v.name,
			rounded(percentile(own, 50)), rounded(percentile(own, 99)),
			rounded(percentile(own, 50)-percentile(base, 50)), rounded(percentile(own, 99)-percentile(base, 99)),
			float64(percentile(own, 99))/float64(percentile(base, 99)))
	}
}

// percentile is the time below which a share of the sorted times lies.
func percentile(times []time.Duration, share int) time.Duration {
	return times[min(len(times)-1, len(times)*share/100)]
}

func rounded(d time.Duration) time.Duration {
	return d.Round(100 * time.Microsecond)
}
