// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build linux

package lab

import (
	"context"
	"fmt"
	"path/filepath"

	"golang.org/x/sync/errgroup"

	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/image"
)

// LoadImages imports image archives into every node. What a node has already is
// not imported again.
func (l *Lab) LoadImages(ctx context.Context, files []string) error {
	r, err := l.open()
	if err != nil {
		return err
	}
	for _, file := range files {
		// containerd's own tool runs elsewhere: a relative path would not do.
		archive, err := filepath.Abs(file)
		if err != nil {
			return fmt.Errorf("finding %s: %w", file, err)
		}
		loaded, err := r.load(ctx, archive)
		if err != nil {
			return err
		}
		if loaded {
			l.progress.Linef("loaded %s", file)
		} else {
			l.progress.Linef("%s is there already", file)
		}
	}
	return nil
}

// load imports one archive into every node at once; loaded is false if no node
// needed it.
func (r *running) load(ctx context.Context, archive string) (loaded bool, err error) {
	images, err := image.Inspect(archive)
	if err != nil {
		return false, err
	}
	group, ctx := errgroup.WithContext(ctx)
	results := make([]bool, len(r.plan.Nodes))
	for i, node := range r.plan.Nodes {
		group.Go(func() error {
			done, err := image.Load(ctx, r.layout.ContainerdSocket(node.Name), archive, images)
			if err != nil {
				return fmt.Errorf("%s: %w", node.Name, err)
			}
			results[i] = done
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return false, err
	}
	for _, done := range results {
		loaded = loaded || done
	}
	return loaded, nil
}
