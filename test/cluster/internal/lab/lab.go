// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build linux

// Package lab runs the cluster: it puts the parts together in order, keeps
// them, and takes them apart again.
//
// A node is a network namespace, a mount namespace and a cgroup. Its programs
// are ordinary processes of the computer; the first node also has the control
// plane. Everything that is done is safe to repeat, so that `up` on a running
// cluster is a check, and `up` on a damaged one a repair.
package lab

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/gofrs/flock"

	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/layout"
	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/network"
	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/pki"
	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/process"
	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/progress"
)

// Lab is one clone's cluster, running or not.
type Lab struct {
	layout   layout.Layout
	progress *progress.Reporter
	table    process.Table
}

// New returns the cluster of a clone.
func New(l layout.Layout, reporter *progress.Reporter) *Lab {
	return &Lab{layout: l, progress: reporter, table: process.Open(l.Processes())}
}

// running is a cluster whose state is known.
type running struct {
	*Lab
	state    State
	plan     network.Plan
	topology network.Topology
}

func (l *Lab) with(state State) (*running, error) {
	plan, err := network.NewPlan(state.Nodes)
	if err != nil {
		return nil, err
	}
	return &running{Lab: l, state: state, plan: plan, topology: network.NewTopology(plan, l.layout.NetworkNamespace)}, nil
}

// open returns the running cluster, or an error that says how to start one.
func (l *Lab) open() (*running, error) {
	state, found, err := readState(l.layout.State())
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, errNotRunning
	}
	current, err := bootID()
	if err != nil {
		return nil, err
	}
	if state.Boot != current {
		return nil, fmt.Errorf("%w (the one that was started before this computer's last restart is gone)", errNotRunning)
	}
	return l.with(state)
}

// lock waits until no other command changes this cluster.
func (l *Lab) lock(ctx context.Context) (unlock func(), err error) {
	if err := os.MkdirAll(l.layout.Cluster(), 0o755); err != nil {
		return nil, fmt.Errorf("creating %s: %w", l.layout.Cluster(), err)
	}
	lock := flock.New(l.layout.Lock())
	held, err := lock.TryLock()
	if err == nil && !held {
		l.progress.Linef("waiting for another command that changes this cluster")
		_, err = lock.TryLockContext(ctx, 200*time.Millisecond)
	}
	if err != nil {
		return nil, fmt.Errorf("waiting for another command that changes this cluster (%s): %w", lock.Path(), err)
	}
	return func() {
		lock.Unlock() //nolint:errcheck // the lock ends with the process in any case
	}, nil
}

func (l *Lab) store() (*pki.Store, error) { return pki.Open(l.layout.PKI()) }
