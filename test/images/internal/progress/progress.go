// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package progress tells a person what a long build is doing. On a terminal one
// line is kept up to date; in a log, plain lines appear at a low rate.
package progress

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"golang.org/x/term"
)

const (
	terminalInterval = time.Second
	logInterval      = 15 * time.Second
	// detailLimit keeps the line that is rewritten on a terminal from wrapping.
	detailLimit = 50
)

// Printer writes progress. It is used by one step at a time. That progress cannot
// be written, as when its reader has gone, does not stop the work.
type Printer struct {
	out      io.Writer
	terminal bool
}

// New returns a Printer that writes to out in the way that suits it.
func New(out *os.File) *Printer {
	return &Printer{out: out, terminal: term.IsTerminal(int(out.Fd()))}
}

// NewLog returns a Printer that writes plain lines.
func NewLog(out io.Writer) *Printer {
	return &Printer{out: out}
}

// Printf writes one line.
func (p *Printer) Printf(format string, args ...any) {
	_, _ = fmt.Fprintf(p.out, format+"\n", args...)
}

// Start announces a step and repeats what it is doing until Done is called.
func (p *Printer) Start(what string) *Step {
	s := &Step{printer: p, what: what, started: time.Now(), stop: make(chan struct{}), stopped: make(chan struct{})}
	interval := logInterval
	if p.terminal {
		interval = terminalInterval
	}
	_, _ = fmt.Fprintf(p.out, "%s%s", what, s.lineEnd())
	go s.repeat(interval)
	return s
}

// Step is one thing being done.
type Step struct {
	printer *Printer
	what    string
	started time.Time
	stop    chan struct{}
	stopped chan struct{}

	mu     sync.Mutex
	detail string
}

// Detail sets what the step is busy with at the moment. It is shown with the
// next line and may be called from any goroutine.
func (s *Step) Detail(detail string) {
	if len(detail) > detailLimit {
		detail = detail[:detailLimit] + "…"
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.detail = detail
}

// Done ends the step with a line that says how it went and how long it took.
// It must be called exactly once.
func (s *Step) Done(outcome string) {
	close(s.stop)
	<-s.stopped
	s.clear()
	s.printer.Printf("%s: %s, %s", s.what, outcome, s.elapsed(100*time.Millisecond))
}

func (s *Step) repeat(interval time.Duration) {
	defer close(s.stopped)
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		select {
		case <-s.stop:
			return
		case <-ticker.C:
			s.clear()
			_, _ = fmt.Fprintf(s.printer.out, "%s: %s so far%s%s", s.what, s.elapsed(time.Second), s.suffix(), s.lineEnd())
		}
	}
}

func (s *Step) suffix() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	detail := s.detail
	if detail == "" {
		return ""
	}
	// In a log a line stands for the time since the last one: what was done
	// before is not repeated as if it went on.
	if !s.printer.terminal {
		s.detail = ""
	}
	return " (" + detail + ")"
}

func (s *Step) elapsed(precision time.Duration) time.Duration {
	return time.Since(s.started).Round(precision)
}

// clear removes the line that a terminal shows at the moment.
func (s *Step) clear() {
	if s.printer.terminal {
		_, _ = fmt.Fprint(s.printer.out, "\r\x1b[K")
	}
}

func (s *Step) lineEnd() string {
	if s.printer.terminal {
		return ""
	}
	return "\n"
}
