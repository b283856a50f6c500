// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Command admission measures what the operator's admission policies add to the
// creation of an Ingress, on a real API server and etcd: beside no policies at all,
// and beside a policy that gets every IngressTenant as a parameter, which is what the
// claims are there to avoid. All three take turns on one fleet.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"

	"github.com/go-logr/logr"
	ctrl "sigs.k8s.io/controller-runtime"
)

// options are the benchmark's settings.
type options struct {
	tenants   []int
	hostnames int
	rounds    int
	samples   int
}

func main() {
	o := options{}
	sizes := flag.String("tenants", "10,100,1000,5000", "The sizes of the fleet, from the smallest on.")
	flag.IntVar(&o.hostnames, "hostnames", 10, "How many hostnames each tenant holds.")
	flag.IntVar(&o.rounds, "rounds", 5, "How many turns each variant has.")
	flag.IntVar(&o.samples, "samples", 200, "How many Ingresses are created in a turn.")
	flag.Parse()

	if err := run(o, *sizes); err != nil {
		fmt.Fprintln(os.Stderr, "admission:", err)
		os.Exit(1)
	}
}

func run(o options, sizes string) error {
	for size := range strings.SplitSeq(sizes, ",") {
		number, err := strconv.Atoi(size)
		if err != nil {
			return fmt.Errorf("-tenants: %w", err)
		}

		o.tenants = append(o.tenants, number)
	}

	ctrl.SetLogger(logr.Discard())

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	return measure(ctx, o, os.Stdout)
}
