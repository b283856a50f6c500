// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package progress tells a person, or a CI log, how far a long command is.
package progress

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"golang.org/x/term"
)

// Quiet is the shortest time between two repeated lines on a CI log.
const Quiet = 15 * time.Second

// Reporter writes one line for each step, and while a step takes long, how long
// it has taken. On a terminal that line is rewritten each second; elsewhere
// plain lines are written, at most one each Quiet. It is safe for concurrent use.
type Reporter struct {
	out      io.Writer
	terminal bool
	start    time.Time

	mutex sync.Mutex
	drawn bool
}

// New returns a Reporter that writes to out.
func New(out io.Writer) *Reporter {
	file, isFile := out.(*os.File)
	return &Reporter{
		out:      out,
		terminal: isFile && term.IsTerminal(int(file.Fd())),
		start:    time.Now(),
	}
}

// Linef writes one line at once.
func (r *Reporter) Linef(format string, args ...any) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.erase()
	fmt.Fprintf(r.out, "[%6s] %s\n", Elapsed(time.Since(r.start)), fmt.Sprintf(format, args...))
}

// During repeats what detail returns, with the time since During was called,
// until the returned function is called.
func (r *Reporter) During(detail func() string) (stop func()) {
	interval := Quiet
	if r.terminal {
		interval = time.Second
	}
	done := make(chan struct{})
	finished := make(chan struct{})
	began := time.Now()
	go func() {
		defer close(finished)
		ticker := time.NewTicker(interval)
		defer ticker.Stop()
		for {
			select {
			case <-done:
				return
			case <-ticker.C:
				r.repeat(fmt.Sprintf("  … %s, %s", detail(), Elapsed(time.Since(began))))
			}
		}
	}()
	return func() {
		close(done)
		<-finished
		r.mutex.Lock()
		defer r.mutex.Unlock()
		r.erase()
	}
}

func (r *Reporter) repeat(text string) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if !r.terminal {
		fmt.Fprintf(r.out, "[%6s] %s\n", Elapsed(time.Since(r.start)), text)
		return
	}
	r.erase()
	fmt.Fprint(r.out, text)
	r.drawn = true
}

func (r *Reporter) erase() {
	if r.drawn {
		fmt.Fprint(r.out, "\r\033[K")
		r.drawn = false
	}
}

// Elapsed renders a duration as a person reads it: 850ms, 4.2s, 3m07s.
func Elapsed(d time.Duration) string {
	switch {
	case d < time.Second:
		return fmt.Sprintf("%dms", d.Milliseconds())
	case d < time.Minute:
		return fmt.Sprintf("%.1fs", d.Seconds())
	default:
		d = d.Round(time.Second)
		return fmt.Sprintf("%dm%02ds", int(d.Minutes()), int(d.Seconds())%60)
	}
}
