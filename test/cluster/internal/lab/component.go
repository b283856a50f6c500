// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build linux

package lab

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/isolate"
	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/process"
)

// component is one program of the cluster, what it reads, and how to tell that it works.
type component struct {
	process.Spec
	// files are written before the program starts, by path; if one changes, the
	// program is started anew.
	files map[string]string
	check health
}

// health tells whether a program does its work.
type health func(ctx context.Context) error

const (
	// startLimit is how long a program may take until it works. Everything
	// starts at once, on perhaps two cores.
	startLimit = 3 * time.Minute
	// healthLimit is how long one look at a program may take.
	healthLimit = 5 * time.Second
	poll        = 100 * time.Millisecond
)

// environment is that of every program: the caller's own, with its proxies and
// kubeconfigs, must not change what the cluster does.
func environment() []string {
	return []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root"}
}

// spec fills in what all programs on a node have in common. node may be empty:
// the program then runs outside.
func (r *running) spec(name, node string, args ...string) process.Spec {
	spec := process.Spec{
		Name: name,
		Node: node,
		Args: args,
		Env:  environment(),
		Log:  r.layout.Log(name),
	}
	if node != "" {
		spec.Namespaces.Network = r.inside(node)
	}
	return spec
}

func (r *running) inside(machine string) isolate.Network {
	return isolate.Network(r.topology.NamespacePath(machine))
}

// start starts those of the components that do not run, and waits until all work.
func (r *running) start(ctx context.Context, components ...component) error {
	for _, c := range components {
		for _, path := range slices.Sorted(maps.Keys(c.files)) {
			if err := writeFile(path, c.files[path]); err != nil {
				return err
			}
			c.Configuration += c.files[path]
		}
		started, err := r.table.Ensure(ctx, c.Spec)
		if err != nil {
			return err
		}
		if started {
			r.progress.Linef("started %s", c.Name)
		}
	}
	for _, c := range components {
		if err := r.await(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

func (r *running) await(ctx context.Context, c component) error {
	deadline := time.After(startLimit)
	stop := r.progress.During(func() string { return "waiting for " + c.Name })
	defer stop()
	for {
		sick := c.look(ctx)
		if sick == nil {
			return nil
		}
		if err := r.ended(c.Name); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waiting for %s: %w", c.Name, ctx.Err())
		case <-deadline:
			return errors.Join(
				fmt.Errorf("%s does not work after %v: %w", c.Name, startLimit, sick),
				fmt.Errorf("the end of %s:\n%s", c.Log, process.Tail(c.Log)))
		case <-time.After(poll):
		}
	}
}

// look checks the component once.
func (c component) look(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, healthLimit)
	defer cancel()
	return c.check(ctx)
}

// ended returns an error if the program has ended, with what it said last.
func (r *running) ended(name string) error {
	record, found, err := r.table.Find(name)
	if err != nil {
		return err
	}
	if !found {
		return fmt.Errorf("%s was never started: run `cluster up`", name)
	}
	alive, err := record.Alive()
	if err != nil {
		return err
	}
	if !alive {
		return fmt.Errorf("%s has ended; the end of %s:\n%s", name, record.Log, process.Tail(record.Log))
	}
	return nil
}
