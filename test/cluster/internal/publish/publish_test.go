// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package publish_test

import (
	"context"
	"io"
	"net"
	"net/netip"
	"path/filepath"
	"testing"
	"time"

	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/publish"
)

func TestParseEntry(t *testing.T) {
	got, err := publish.ParseEntry("blog=172.19.0.1:80")
	if err != nil {
		t.Fatal(err)
	}
	if got.Name != "blog" || got.Target != netip.MustParseAddrPort("172.19.0.1:80") || got.Port != 0 {
		t.Errorf("got %+v", got)
	}
	for _, bad := range []string{"", "blog", "=1.2.3.4:80", "blog=1.2.3.4", "blog=name:80", "a/b=1.2.3.4:80", "blog=1.2.3.4:99999"} {
		if _, err := publish.ParseEntry(bad); err == nil {
			t.Errorf("ParseEntry(%q) found no fault", bad)
		}
	}
}

func TestANameKeepsItsPort(t *testing.T) {
	first, second := echo(t, "first"), echo(t, "second")
	table := filepath.Join(t.TempDir(), "published.json")
	client, stop := serve(t, table)

	before := put(t, client, publish.Entry{Name: "blog", Target: first})
	if got := ask(t, before.Local()); got != "first: hello" {
		t.Errorf("got %q", got)
	}
	after := put(t, client, publish.Entry{Name: "blog", Target: second})
	if after.Port != before.Port {
		t.Errorf("the port changed from %d to %d", before.Port, after.Port)
	}
	if got := ask(t, after.Local()); got != "second: hello" {
		t.Errorf("got %q after pointing elsewhere", got)
	}
	other := put(t, client, publish.Entry{Name: "shop", Target: first})
	if other.Port == after.Port {
		t.Error("two names share a port")
	}

	stop()
	_, stop = serve(t, table)
	defer stop()
	if got := ask(t, after.Local()); got != "second: hello" {
		t.Errorf("got %q from a new forwarder with the same table", got)
	}
}

func serve(t *testing.T, table string) (publish.Client, func()) {
	t.Helper()
	// A Unix socket's path must be short, which a test's own folder may not be.
	socket := filepath.Join(t.TempDir(), "s")
	forwarder := publish.NewForwarder((&net.Dialer{}).DialContext, table)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- forwarder.Serve(ctx, socket) }()
	client := publish.NewClient(socket)
	deadline := time.Now().Add(5 * time.Second)
	for client.Healthy(t.Context()) != nil {
		if time.Now().After(deadline) {
			t.Fatal("the forwarder does not answer")
		}
		<-time.After(5 * time.Millisecond)
	}
	return client, func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Serve: %v", err)
		}
	}
}

func put(t *testing.T, client publish.Client, entry publish.Entry) publish.Entry {
	t.Helper()
	published, err := client.Publish(t.Context(), entry)
	if err != nil {
		t.Fatal(err)
	}
	return published
}

// echo listens, reads to the end of the stream, and answers with its name.
func echo(t *testing.T, name string) netip.AddrPort {
	t.Helper()
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() }) //nolint:errcheck // the test is over
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			content, err := io.ReadAll(connection)
			if err == nil {
				io.WriteString(connection, name+": "+string(content)) //nolint:errcheck // the asker notices
			}
			connection.Close() //nolint:errcheck // the asker notices
		}
	}()
	return netip.MustParseAddrPort(listener.Addr().String())
}

func ask(t *testing.T, address netip.AddrPort) string {
	t.Helper()
	connection, err := net.Dial("tcp", address.String())
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close() //nolint:errcheck // the test is over
	if _, err := io.WriteString(connection, "hello"); err != nil {
		t.Fatal(err)
	}
	if err := connection.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(connection)
	if err != nil {
		t.Fatal(err)
	}
	return string(answer)
}
