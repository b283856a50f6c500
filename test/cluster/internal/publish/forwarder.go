// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package publish

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// dialLimit is how long a connection into the cluster may take.
const dialLimit = 10 * time.Second

// DialFunc connects to an address inside the cluster's network.
type DialFunc func(ctx context.Context, network, address string) (net.Conn, error)

// Forwarder listens on local ports and hands each connection to a target. It is
// safe for concurrent use.
type Forwarder struct {
	dial  DialFunc
	table string

	mutex     sync.Mutex
	listeners map[string]*listener
}

type listener struct {
	net.Listener
	port   uint16
	target atomic.Pointer[netip.AddrPort]
}

// NewForwarder returns a forwarder that keeps its entries in the file table.
func NewForwarder(dial DialFunc, table string) *Forwarder {
	return &Forwarder{dial: dial, table: table, listeners: map[string]*listener{}}
}

// Restore publishes what the table holds, on the same ports as before. An entry
// that cannot have its port back is left out, and logged.
func (f *Forwarder) Restore(ctx context.Context) error {
	entries, err := ReadTable(f.table)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if _, err := f.Publish(ctx, entry); err != nil {
			slog.Error("an address is not published any more", "entry", entry, "error", err)
		}
	}
	return nil
}

// Publish listens for the entry, or points an entry of that name to a new
// target, and returns it with its port. An entry that already has a port keeps
// it, whatever the argument says.
func (f *Forwarder) Publish(ctx context.Context, entry Entry) (Entry, error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	existing, found := f.listeners[entry.Name]
	if !found {
		created, err := f.listen(ctx, entry)
		if err != nil {
			return Entry{}, err
		}
		existing = created
		f.listeners[entry.Name] = created
	}
	existing.target.Store(&entry.Target)
	entry.Port = existing.port
	return entry, WriteTable(f.table, f.entries())
}

// Close stops listening. Connections that are open stay so.
func (f *Forwarder) Close() error {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	var problems []error
	for _, l := range f.listeners {
		problems = append(problems, l.Close())
	}
	return errors.Join(problems...)
}

func (f *Forwarder) entries() []Entry {
	entries := make([]Entry, 0, len(f.listeners))
	for name, l := range f.listeners {
		entries = append(entries, Entry{Name: name, Port: l.port, Target: *l.target.Load()})
	}
	return entries
}

func (f *Forwarder) listen(ctx context.Context, entry Entry) (*listener, error) {
	opened, err := (&net.ListenConfig{}).Listen(ctx, "tcp4", entry.Local().String())
	if err != nil {
		return nil, fmt.Errorf("publishing %s: %w", entry.Name, err)
	}
	bound, err := netip.ParseAddrPort(opened.Addr().String())
	if err != nil {
		return nil, errors.Join(fmt.Errorf("publishing %s: %w", entry.Name, err), opened.Close())
	}
	created := &listener{Listener: opened, port: bound.Port()}
	go f.accept(entry.Name, created)
	return created, nil
}

func (f *Forwarder) accept(name string, l *listener) {
	for {
		outside, err := l.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			slog.Error("a connection was lost", "name", name, "error", err)
			continue
		}
		go f.forward(name, outside, *l.target.Load())
	}
}

func (f *Forwarder) forward(name string, outside net.Conn, target netip.AddrPort) {
	defer outside.Close() //nolint:errcheck // the peer sees the end either way
	ctx, cancel := context.WithTimeout(context.Background(), dialLimit)
	inside, err := f.dial(ctx, "tcp", target.String())
	cancel()
	if err != nil {
		slog.Warn("the target does not answer", "name", name, "target", target, "error", err)
		return
	}
	defer inside.Close() //nolint:errcheck // the peer sees the end either way

	var both sync.WaitGroup
	both.Go(func() { copyHalf(inside, outside) })
	both.Go(func() { copyHalf(outside, inside) })
	both.Wait()
}

// copyHalf copies one direction, and passes the end of the stream on, so that
// a peer that is done sending still gets its answer.
func copyHalf(to, from net.Conn) {
	// A broken connection is told to the other side in the same way as its end.
	io.Copy(to, from) //nolint:errcheck // see above
	if half, ok := to.(interface{ CloseWrite() error }); ok {
		half.CloseWrite() //nolint:errcheck // it may be closed already
	}
}
