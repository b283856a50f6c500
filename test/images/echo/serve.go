// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

// headerTimeout ends connections that never send a request.
const headerTimeout = 10 * time.Second

// serve answers requests on listener until ctx ends. Then it is not ready any
// more, but accepts requests for another grace; only after that it closes the
// listener and waits at most drain for the requests in flight. Pods that stop
// like this lose no request, because their address is known for a while after
// they were told to stop.
func serve(ctx context.Context, listener net.Listener, self identity, grace, drain time.Duration) error {
	var stopping atomic.Bool
	server := &http.Server{
		Handler:           handler(self, func() bool { return !stopping.Load() }),
		ReadHeaderTimeout: headerTimeout,
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()

	select {
	case err := <-failed:
		return fmt.Errorf("serve on %s: %w", listener.Addr(), err)
	case <-ctx.Done():
	}
	stopping.Store(true)
	select {
	case err := <-failed:
		return fmt.Errorf("serve on %s: %w", listener.Addr(), err)
	case <-time.After(grace):
	}
	draining, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
	defer cancel()
	if err := server.Shutdown(draining); err != nil {
		_ = server.Close()
		return fmt.Errorf("requests were still in flight %s after the listener closed: %w", drain, err)
	}
	if err := <-failed; !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve on %s: %w", listener.Addr(), err)
	}
	return nil
}
