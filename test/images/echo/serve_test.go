// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// memoryListener accepts connections that are made in this process, so that
// time can be simulated around them.
type memoryListener struct {
	conns  chan net.Conn
	closed chan struct{}
}

func newMemoryListener() *memoryListener {
	return &memoryListener{conns: make(chan net.Conn), closed: make(chan struct{})}
}

func (l *memoryListener) Accept() (net.Conn, error) {
	select {
	case conn := <-l.conns:
		return conn, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *memoryListener) Close() error {
	close(l.closed)
	return nil
}

func (*memoryListener) Addr() net.Addr { return &net.TCPAddr{} }

func (l *memoryListener) dial(context.Context, string, string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case l.conns <- server:
		return client, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// status asks once, on a connection of its own.
func (l *memoryListener) status(ctx context.Context, path string) (int, error) {
	client := http.Client{Transport: &http.Transport{DialContext: l.dial, DisableKeepAlives: true}}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://echo"+path, nil)
	if err != nil {
		return 0, err
	}
	response, err := client.Do(request)
	if err != nil {
		return 0, err
	}
	defer func() { _ = response.Body.Close() }()
	_, err = io.Copy(io.Discard, response.Body)
	return response.StatusCode, err
}

func expect(t *testing.T, l *memoryListener, path string, want int) {
	t.Helper()
	if got, err := l.status(t.Context(), path); err != nil || got != want {
		t.Errorf("%s answered %d, %v; want %d", path, got, err, want)
	}
}

func TestSleepDelaysTheAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		if got := get(t, handler(identity{}, always), "/?sleep=30s").Code; got != http.StatusOK {
			t.Errorf("answered %d, want 200", got)
		}
		if got := time.Since(start); got != 30*time.Second {
			t.Errorf("answered after %s, want 30s", got)
		}
	})
}

func TestServeStopsWithoutLosingARequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		listener := newMemoryListener()
		stopped := make(chan error, 1)
		go func() { stopped <- serve(ctx, listener, identity{}, 5*time.Second, 20*time.Second) }()

		expect(t, listener, "/healthz", http.StatusOK)
		stop()
		synctest.Wait()
		expect(t, listener, "/healthz", http.StatusServiceUnavailable)
		expect(t, listener, "/", http.StatusOK)

		// A request that is in flight when the listener closes is answered.
		expect(t, listener, "/?sleep=15s", http.StatusOK)
		if err := <-stopped; err != nil {
			t.Errorf("serve = %v, want nil", err)
		}
		if _, err := listener.status(t.Context(), "/"); err == nil {
			t.Error("a request was accepted after the end")
		}
	})
}

func TestServeGivesUpOnRequestsThatOutlastTheDrain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		listener := newMemoryListener()
		stopped := make(chan error, 1)
		go func() { stopped <- serve(ctx, listener, identity{}, 0, time.Second) }()
		go func() { _, _ = listener.status(t.Context(), "/?sleep=30s") }()
		synctest.Wait()
		stop()
		if err := <-stopped; err == nil {
			t.Error("serve said nothing about the request it cut off")
		}
	})
}
