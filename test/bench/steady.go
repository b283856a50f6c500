// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"time"
)

// watchQuiet lets time pass while nothing happens, and counts what the operator
// sends all the same.
func (b *bench) watchQuiet(ctx context.Context, s *site, o *operator) error {
	mark, err := s.audit.mark()
	if err != nil {
		return err
	}

	started := time.Now()

	if err := o.await(ctx, "sit still", func(context.Context) (bool, error) {
		b.progress.at(int(time.Since(started).Seconds()), int(b.options.quiet.Seconds()), "seconds")

		return time.Since(started) >= b.options.quiet, nil
	}); err != nil {
		return err
	}

	b.figures.Quiet.Seconds = time.Since(started).Seconds()
	b.figures.Quiet.Requests, err = s.audit.requests(o.name, mark)

	return err
}

// restart starts the operator with the fleet there, and measures how long it
// takes until it has looked at every tenant, and what it sends meanwhile.
func (b *bench) restart(ctx context.Context, s *site) (*operator, error) {
	mark, err := s.audit.mark()
	if err != nil {
		return nil, err
	}

	o, err := b.startOperator(ctx, s)
	if err != nil {
		return nil, err
	}

	b.figures.Restart.ReadySeconds = time.Since(o.started).Seconds()

	if err := b.awaitReconciled(ctx, o); err != nil {
		o.stop()

		return nil, err
	}

	b.figures.Restart.Requests, err = s.audit.requests(o.name, mark)

	return o, err
}

func (b *bench) awaitReconciled(ctx context.Context, o *operator) error {
	err := o.await(ctx, "reconcile every tenant", func(ctx context.Context) (bool, error) {
		now, err := o.activity(ctx)

		return now.reconciles >= b.options.tenants && now.pending == 0, err
	})
	if err != nil {
		return err
	}

	b.figures.Restart.ReconciledSeconds = time.Since(o.started).Seconds()

	_, err = o.settle(ctx)

	return err
}
