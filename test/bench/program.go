// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// The names of the two programs: of their binaries, and so of their user agents.
const (
	operatorName = "operator"
	baselineName = "baseline"
)

// grace is how long a program has to end by itself.
const grace = 30 * time.Second

// program is a running process.
type program struct {
	name string
	pid  int
	// ended is closed when the process has ended.
	ended chan struct{}

	command *exec.Cmd
	logPath string
}

// start starts a program that was built before. It ends with the context, if
// it is not stopped before.
func (b *bench) start(ctx context.Context, name string, stdout io.Writer, args ...string) (*program, error) {
	log, err := os.CreateTemp(b.folder, name+"-*.log")
	if err != nil {
		return nil, err
	}
	defer log.Close() //nolint:errcheck // The process has its own descriptor.

	command := exec.CommandContext(ctx, filepath.Join(b.folder, name), args...)
	command.Stdout, command.Stderr = stdout, log
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGTERM) }
	command.WaitDelay = grace

	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("starting the %s: %w", name, err)
	}

	p := &program{name: name, pid: command.Process.Pid, ended: make(chan struct{}), command: command, logPath: log.Name()}

	go func() {
		defer close(p.ended)

		// How it ended matters only to who did not end it, and failure asks.
		_ = command.Wait()
	}()

	return p, nil
}

// stop ends the program and waits until it has ended. It may be called twice.
func (p *program) stop() {
	// The only failure is that the process has ended.
	_ = p.command.Process.Signal(syscall.SIGTERM)

	select {
	case <-p.ended:
	case <-time.After(grace):
		_ = p.command.Process.Kill()
		<-p.ended
	}
}

// failure says why a program that has ended by itself did so.
func (p *program) failure() error {
	return fmt.Errorf("the %s ended: %s; the end of its log:\n%s", p.name, p.command.ProcessState, p.lastWords())
}

// lastWords is the end of the program's log.
func (p *program) lastWords() []byte {
	log, err := os.ReadFile(p.logPath)
	if err != nil {
		return []byte(err.Error())
	}

	lines := bytes.Split(bytes.TrimSpace(log), []byte("\n"))
	if len(lines) > 10 {
		lines = lines[len(lines)-10:]
	}

	return bytes.Join(lines, []byte("\n"))
}

// startBaseline starts the baseline and waits until it watches.
func (b *bench) startBaseline(ctx context.Context, s *site) (*program, error) {
	reader, writer := io.Pipe()

	p, err := b.start(ctx, baselineName, writer, "-kubeconfig", s.kubeconfig, "-concurrency", fmt.Sprint(b.options.concurrency))
	if err != nil {
		return nil, err
	}

	ready := make(chan struct{})

	go func() {
		if _, err := bufio.NewReader(reader).ReadString('\n'); err == nil {
			close(ready)
		}
	}()

	select {
	case <-ready:
		return p, nil
	case <-p.ended:
		return nil, p.failure()
	case <-ctx.Done():
		p.stop()

		return nil, ctx.Err()
	}
}
