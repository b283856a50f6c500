// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Command demo shows what the operator is for: it creates the sample tenants,
// puts an application behind each, and sends each application's host to each
// tenant's address. It can be run again at any time.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"time"
)

// patience bounds the whole demo.
const patience = 5 * time.Minute

func main() {
	// controller-runtime has a flag named kubeconfig of its own in the default set.
	flags := flag.NewFlagSet("demo", flag.ExitOnError)
	kubeconfig := flags.String("kubeconfig", ".cluster/kubeconfig", "The cluster, with the operator installed.")
	samples := flags.String("samples", "config/samples", "The folder of the tenants' manifests.")
	publish := flags.String("publish", "", "The command that publishes addresses of the cluster on this machine; without it they are dialled as they are.")
	kubectl := flags.String("kubectl", "kubectl", "The kubectl to name in what to try next.")

	if err := flags.Parse(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(2)
	}

	if err := run(*kubeconfig, *samples, *kubectl, strings.Fields(*publish)); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

func run(kubeconfig, samples, kubectl string, publish []string) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()

	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()

	cluster, err := connect(kubeconfig)
	if err != nil {
		return err
	}

	names, err := cluster.applyTenants(ctx, samples)
	if err != nil {
		return err
	}

	for _, name := range names {
		if err := cluster.applyApp(ctx, name); err != nil {
			return err
		}
	}

	addresses, err := cluster.awaitTenants(ctx, names)
	if err != nil {
		return err
	}

	endpoints, err := publishAddresses(ctx, publish, names, addresses)
	if err != nil {
		return err
	}

	wrong, err := tryAll(ctx, os.Stdout, names, endpoints)
	if err != nil {
		return err
	}

	if wrong > 0 {
		return fmt.Errorf("%d of %d requests were answered wrongly: see the table", wrong, len(names)*len(names))
	}

	explain(os.Stdout, kubectl, kubeconfig, names, endpoints)

	return nil
}

// host is the host of a tenant's application.
func host(name string) string {
	return name + ".example.com"
}

var errNoTenants = errors.New("no IngressTenant in the folder of samples")
