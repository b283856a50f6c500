// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build linux

package lab

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"

	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/isolate"
	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/pki"
	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/publish"
)

const forwarder = "forwarder"

// ForwardCommand is the hidden command by which this program runs as the
// forwarder. Its arguments are the control socket, the table, and the network
// namespace that it dials from.
const ForwardCommand = "forward"

// Forward is the forwarder: it publishes addresses until ctx ends.
func Forward(ctx context.Context, socket, table, namespace string) error {
	return publish.NewForwarder(isolate.Network(namespace).DialContext, table).Serve(ctx, socket)
}

func (r *running) forwarder() component {
	return component{
		Spec: r.spec(forwarder, "",
			r.forwarderProgram(), ForwardCommand, r.layout.ForwarderSocket(), r.layout.Published(), string(r.inside(r.plan.ControlPlane().Name))),
		check: publish.NewClient(r.layout.ForwarderSocket()).Healthy,
	}
}

// forwarderProgram is a copy of this program, which itself may be built anew, or
// be a temporary file of `go run`.
func (r *running) forwarderProgram() string { return filepath.Join(r.layout.Run(), forwarder) }

// publishAPIServer makes the API server reachable on this computer, and writes
// the kubeconfig that says where.
func (r *running) publishAPIServer(ctx context.Context, store *pki.Store) error {
	entry := publish.Entry{
		Name:   apiServer,
		Port:   r.state.Port,
		Target: netip.AddrPortFrom(r.plan.ControlPlane().Address, r.state.Port),
	}
	published, err := publish.NewClient(r.layout.ForwarderSocket()).Publish(ctx, entry)
	if err != nil {
		return err
	}
	if published.Port != r.state.Port {
		return fmt.Errorf("the API server is published on port %d, but was to be on %d: run `cluster down`, then `cluster up`", published.Port, r.state.Port)
	}
	access, err := r.kubeconfig(store, administrator, localhost())
	if err != nil {
		return err
	}
	return writeFile(r.layout.Kubeconfig(), access)
}

// Publish makes addresses of the cluster's network reachable on this computer.
func (l *Lab) Publish(ctx context.Context, entries []publish.Entry) ([]publish.Entry, error) {
	if _, err := l.open(); err != nil {
		return nil, err
	}
	client := publish.NewClient(l.layout.ForwarderSocket())
	var published []publish.Entry
	for _, entry := range entries {
		done, err := client.Publish(ctx, entry)
		if err != nil {
			return nil, fmt.Errorf("%w (does the forwarder run? `cluster up` repairs it)", err)
		}
		published = append(published, done)
	}
	return published, nil
}

func copySelf(target string) error {
	_, err := os.Stat(target)
	if err == nil || !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	source, err := os.Open("/proc/self/exe")
	if err != nil {
		return fmt.Errorf("copying this program: %w", err)
	}
	defer source.Close() //nolint:errcheck // nothing was written
	copied, err := os.OpenFile(target+".partial", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o755)
	if err != nil {
		return fmt.Errorf("copying this program: %w", err)
	}
	_, err = io.Copy(copied, source)
	if err := errors.Join(err, copied.Close()); err != nil {
		return fmt.Errorf("copying this program: %w", err)
	}
	return os.Rename(target+".partial", target)
}
