// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"
)

// bench is one run of the benchmark.
type bench struct {
	options options
	// folder holds what the run needs: binaries, kubeconfigs, logs.
	folder   string
	progress *progress
	figures  *figures
}

func newBench(o options, folder string, out io.Writer) *bench {
	return &bench{
		options: o,
		folder:  folder,
		// The build, the creations of the fleet, and three measurements of it.
		progress: newProgress(out, 1+2*o.rounds+3),
		figures:  &figures{},
	}
}

// measure measures everything. The last creation of the fleet is the
// operator's, and what comes after it is measured on that fleet.
func (b *bench) measure(ctx context.Context) (*figures, error) {
	load, err := loadAverage()
	if err != nil {
		return nil, err
	}

	b.figures.Conditions = conditions{
		Started:     time.Now().UTC(),
		CPUs:        runtime.NumCPU(),
		Load:        load,
		Tenants:     b.options.tenants,
		Concurrency: b.options.concurrency,
	}

	if err := b.build(ctx); err != nil {
		return nil, err
	}

	turns := order(b.options.rounds)
	for i, name := range turns {
		b.progress.beginf("the %s creates %d tenants, round %d of %d", name, b.options.tenants, i/2+1, b.options.rounds)

		if err := b.turn(ctx, name, i == len(turns)-1); err != nil {
			return nil, err
		}
	}

	return b.figures, nil
}

// order alternates which program goes first, so that neither has the better
// times of a machine whose speed drifts. The last turn is the operator's.
func order(rounds int) []string {
	var turns []string

	for left := rounds; left > 0; left-- {
		if left%2 == 0 {
			turns = append(turns, operatorName, baselineName)
		} else {
			turns = append(turns, baselineName, operatorName)
		}
	}

	return turns
}

// turn lets a program create the fleet on an API server of its own. The last
// turn also measures the fleet.
func (b *bench) turn(ctx context.Context, name string, last bool) (err error) {
	site, err := b.open(ctx)
	defer func() { err = errors.Join(err, site.close()) }()

	if err != nil {
		return err
	}

	b.figures.Conditions.Kubernetes = site.version

	if name == baselineName {
		baseline, err := b.startBaseline(ctx, site)
		if err != nil {
			return err
		}
		defer baseline.stop()

		creation, err := b.create(ctx, site, baseline, nil)
		b.figures.Baseline = append(b.figures.Baseline, creation)

		return err
	}

	operator, err := b.startOperator(ctx, site)
	if err != nil {
		return err
	}
	defer operator.stop()

	if last {
		if _, err := operator.settle(ctx); err != nil {
			return err
		}

		if b.figures.Memory.Empty, err = operator.memory(ctx); err != nil {
			return err
		}
	}

	creation, err := b.create(ctx, site, operator.program, operator.settle)
	if err != nil {
		return err
	}

	b.figures.Operator = append(b.figures.Operator, creation)

	if !last {
		return nil
	}

	return b.fleet(ctx, site, operator)
}

// fleet measures an operator whose fleet is there and settled.
func (b *bench) fleet(ctx context.Context, site *site, operator *operator) error {
	b.progress.beginf("nothing happens for %s", b.options.quiet)

	if err := b.watchQuiet(ctx, site, operator); err != nil {
		return err
	}

	var err error
	if b.figures.Memory.Settled, err = operator.memory(ctx); err != nil {
		return err
	}

	b.progress.beginf("the operator starts again")
	operator.stop()

	operator, err = b.restart(ctx, site)
	if err != nil {
		return err
	}
	defer operator.stop()

	if b.figures.Memory.Restarted, err = operator.memory(ctx); err != nil {
		return err
	}

	b.progress.beginf("%d Deployments are deleted, one after the other", b.options.deletions)

	return b.heal(ctx, site, operator)
}

// build compiles both programs.
func (b *bench) build(ctx context.Context) error {
	b.progress.beginf("build the operator and the baseline")

	for name, source := range map[string]string{operatorName: ".", baselineName: "./test/bench/baseline"} {
		build := exec.CommandContext(ctx, "go", "build", "-o", filepath.Join(b.folder, name), source)
		if output, err := build.CombinedOutput(); err != nil {
			return fmt.Errorf("go build %s, from the repository's root: %w\n%s", source, err, output)
		}
	}

	return nil
}
