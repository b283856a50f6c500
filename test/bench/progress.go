// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"time"
)

// progress tells a person what the benchmark is at.
type progress struct {
	out         io.Writer
	started     time.Time
	step, steps int
	said        time.Time
}

// lull is how long a step says nothing.
const lull = 5 * time.Second

func newProgress(out io.Writer, steps int) *progress {
	return &progress{out: out, started: time.Now(), steps: steps}
}

// beginf announces the next step.
func (p *progress) beginf(format string, args ...any) {
	p.step++
	p.sayf(format, args...)
}

// at tells how far the step is, once in a while.
func (p *progress) at(done, of int, what string) {
	if time.Since(p.said) > lull {
		p.sayf("  %d of %d %s", done, of, what)
	}
}

func (p *progress) sayf(format string, args ...any) {
	p.said = time.Now()
	fmt.Fprintf(p.out, "%4.0fs  %2d/%d  %s\n", time.Since(p.started).Seconds(), p.step, p.steps, fmt.Sprintf(format, args...))
}
