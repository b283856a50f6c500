// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Command echo is the application behind the tests' Ingresses: an HTTP server
// that answers with the request it saw, so that a test can tell which pod
// answered and what the ingress controller had made of the request.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	os.Exit(exitCode())
}

// exitCode runs the server: 0 after an orderly stop, 1 after a failure.
func exitCode() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	log := slog.New(slog.NewJSONHandler(os.Stderr, nil))
	if err := run(ctx, os.Args[1:], os.Getenv, os.Stderr, log); err != nil {
		log.Error("Stopped", "error", err)
		return 1
	}
	return 0
}

// run serves until ctx ends, and then until the requests in flight are answered.
func run(ctx context.Context, args []string, getenv func(string) string, stderr io.Writer, log *slog.Logger) error {
	flags := flag.NewFlagSet("echo", flag.ContinueOnError)
	flags.SetOutput(stderr)
	listen := flags.String("listen", orDefault(getenv("LISTEN"), ":8080"), "`address` to listen on (environment: LISTEN)")
	grace := flags.Duration("grace", 5*time.Second, "how long to keep accepting requests after SIGTERM, for the news to reach everybody who sends them")
	drain := flags.Duration("drain", 20*time.Second, "how long requests in flight may take after that")
	if err := flags.Parse(args); err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", *listen)
	if err != nil {
		return fmt.Errorf("listen on %q: %w", *listen, err)
	}
	log.Info("Serving", "address", listener.Addr().String())
	return serve(ctx, listener, identity{App: getenv("APP_NAME"), Pod: getenv("POD_NAME")}, *grace, *drain)
}

func orDefault(value, fallback string) string {
	if value == "" {
		return fallback
	}
	return value
}
