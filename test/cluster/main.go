// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Command cluster builds a Kubernetes cluster from Go modules and runs it on
// this machine: no container registry, no downloaded binaries, no daemon.
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime"
	"syscall"

	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/cli"
)

// init keeps the main thread for main alone. Work inside Linux namespaces uses
// up threads, and the main thread is the one that cannot be thrown away.
func init() { runtime.LockOSThread() } //nolint:gochecknoinits // only init is sure to run on the main thread

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := cli.Run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
