// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Command bench measures the operator, as its own binary, against a real API
// server and etcd: how fast it creates a fleet beside a program that does no
// more than it must, what it takes in memory, what it sends when nothing
// happens and when it starts again, and how fast it heals.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/go-logr/logr"
	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/ingresstenant/ingress-tenant-operator/internal/manager"
)

// options are the benchmark's settings.
type options struct {
	out         string
	tenants     int
	concurrency int
	rounds      int
	deletions   int
	quiet       time.Duration
}

func main() {
	var o options

	flag.StringVar(&o.out, "out", "bench", "The folder for the figures as JSON.")
	flag.IntVar(&o.tenants, "tenants", 200, "How many tenants the fleet has.")
	flag.IntVar(&o.concurrency, "concurrency", operatorConcurrency(), "How many tenants are worked on at once, by either program.")
	flag.IntVar(&o.rounds, "rounds", 7, "How many times each program creates the fleet.")
	flag.IntVar(&o.deletions, "deletions", 200, "How many Deployments are deleted to see them healed.")
	flag.DurationVar(&o.quiet, "quiet", time.Minute, "How long the operator is watched while nothing happens.")
	flag.Parse()

	// The API server's helper logs through controller-runtime, and has nothing
	// to tell that its errors do not.
	ctrl.SetLogger(logr.Discard())

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, o)

	stop()

	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// operatorConcurrency is the operator's own default.
func operatorConcurrency() int {
	var defaults manager.Options

	defaults.Bind(flag.NewFlagSet("", flag.ContinueOnError))

	return defaults.MaxConcurrentReconciles
}

func run(ctx context.Context, o options) error {
	if o.tenants < 1 || o.concurrency < 1 || o.rounds < 1 || o.deletions < 1 {
		return fmt.Errorf("-tenants %d -concurrency %d -rounds %d -deletions %d: each has to be 1 or more", o.tenants, o.concurrency, o.rounds, o.deletions)
	}

	folder, err := os.MkdirTemp("", "bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder) //nolint:errcheck // What is left lies in the system's folder for such things.

	figures, err := newBench(o, folder, os.Stderr).measure(ctx)
	if err != nil {
		return err
	}

	path := filepath.Join(o.out, figures.Conditions.Started.Format("20060102-150405")+".json")
	if err := figures.save(path); err != nil {
		return err
	}

	if err := figures.table(os.Stdout); err != nil {
		return err
	}

	fmt.Fprintln(os.Stderr, "bench: figures in", path)

	return nil
}
