// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build linux

package lab

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/cgroup"
	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/cri"
	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/isolate"
	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/network"
	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/process"
	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/progress"
)

const (
	// stopGrace is how long a program may take to end: its data is thrown away.
	stopGrace = 3 * time.Second
	// podsLimit is how long all pods of a node may take to be removed in order;
	// whatever is left is killed with its cgroup.
	podsLimit = time.Minute
	// cgroupLimit is how long the kernel may hold on to a cgroup.
	cgroupLimit = 20 * time.Second
)

// Down ends the cluster and removes everything but the built programs and the
// logs. It is safe on a cluster that is damaged, half-started, or not there.
func (l *Lab) Down(ctx context.Context) error {
	unlock, err := l.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	began := time.Now()
	if err := l.clean(ctx); err != nil {
		return err
	}
	l.progress.Linef("the cluster is gone (%s); its logs are in %s", progress.Elapsed(time.Since(began)), l.layout.Logs())
	return nil
}

// clean removes whatever a cluster of this clone may have left on the computer.
// Nothing is found by a general name: programs by their recorded identity, the
// rest by names that hold the clone's key.
func (l *Lab) clean(ctx context.Context) error {
	plan, err := network.NewPlan(network.MaxNodes)
	if err != nil {
		return err
	}
	records, err := l.table.Records()
	if err != nil {
		return err
	}
	runtimes := map[string]process.Record{}
	var others errgroup.Group
	for _, record := range records {
		if strings.HasPrefix(record.Name, "containerd-") {
			runtimes[record.Node] = record
			continue
		}
		others.Go(func() error { return l.table.Stop(ctx, record.Name, stopGrace) })
	}
	if err := others.Wait(); err != nil {
		return err
	}
	var nodes errgroup.Group
	for node, record := range runtimes {
		nodes.Go(func() error {
			l.removePods(ctx, node, record)
			return l.table.Stop(ctx, record.Name, stopGrace)
		})
	}
	if err := nodes.Wait(); err != nil {
		return err
	}
	return l.remove(ctx, plan)
}

// removePods lets the container runtime take its pods down in order. A failure
// is told and passed over: what is left ends with its cgroup.
func (l *Lab) removePods(ctx context.Context, node string, runtime process.Record) {
	if alive, err := runtime.Alive(); err != nil || !alive {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, podsLimit)
	defer cancel()
	client, err := cri.Connect(l.layout.ContainerdSocket(node))
	if err == nil {
		err = errors.Join(client.RemovePods(ctx), client.Close())
	}
	if err != nil {
		l.progress.Linef("the pods of %s were not removed in order, their processes are killed instead: %v", node, err)
	}
}

// remove removes what is left once no program of the cluster runs.
func (l *Lab) remove(ctx context.Context, plan network.Plan) error {
	tree, err := cgroup.Open(l.layout.Cgroup())
	if err != nil {
		return err
	}
	limited, cancel := context.WithTimeout(ctx, cgroupLimit)
	defer cancel()
	if err := tree.Remove(limited); err != nil {
		return fmt.Errorf("removing the cluster's cgroup: %w", err)
	}
	if err := network.NewTopology(plan, l.layout.NetworkNamespace).Remove(); err != nil {
		return err
	}
	for _, node := range plan.Nodes {
		if err := isolate.Unmount(l.layout.MountNamespace(node.Name)); err != nil {
			return err
		}
	}
	if err := isolate.Unmount(l.layout.Runtime()); err != nil {
		return err
	}
	for _, path := range []string{l.layout.Runtime(), l.layout.Kubeconfig()} {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("removing %s: %w", path, err)
		}
	}
	return removeState(l.layout.Run(), filepath.Base(l.layout.State()))
}

// removeState removes the folder of a cluster's state, and the state itself
// last: an interrupted removal then still knows that there is something to remove.
func removeState(dir, last string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("removing the cluster's state: %w", err)
	}
	for _, entry := range entries {
		if entry.Name() == last {
			continue
		}
		if err := os.RemoveAll(filepath.Join(dir, entry.Name())); err != nil {
			return fmt.Errorf("removing the cluster's state: %w", err)
		}
	}
	if err := os.RemoveAll(dir); err != nil {
		return fmt.Errorf("removing the cluster's state: %w", err)
	}
	return nil
}
