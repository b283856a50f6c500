// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package process

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/isolate"
)

// poll is how often a process is looked at that is about to start or end.
const poll = 50 * time.Millisecond

// Spec is how a program is started.
type Spec struct {
	// Name is unique in the cluster.
	Name string `json:"name"`
	// Node is the node that the program belongs to, empty for none.
	Node string `json:"node,omitempty"`
	// Args are the absolute path of the program, and its arguments.
	Args []string `json:"args"`
	// Env is added to the caller's environment.
	Env []string `json:"env,omitempty"`
	// Configuration is the content of the files that the program reads when it
	// starts: if it changes, the program is started anew.
	Configuration string `json:"-"`
	// Log is the file that the standard streams are appended to.
	Log string `json:"log"`
	// Namespaces are where the program runs.
	Namespaces isolate.Namespaces `json:"namespaces"`
}

// Record is what is known of a program that was started.
type Record struct {
	Identity
	Spec
	// Digest tells a program started by one Spec from one started by another.
	Digest string `json:"digest"`
	// At is when the program was started.
	At time.Time `json:"at"`
}

// Table keeps one file for each program that was started.
type Table struct {
	dir string
}

// Open returns the table in dir, which need not exist.
func Open(dir string) Table { return Table{dir: dir} }

// Records are all programs that were started, running or not, oldest first.
func (t Table) Records() ([]Record, error) {
	entries, err := os.ReadDir(t.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("listing the processes: %w", err)
	}
	var records []Record
	for _, entry := range entries {
		name, isRecord := strings.CutSuffix(entry.Name(), ".json")
		if !isRecord {
			continue
		}
		record, found, err := t.Find(name)
		if err != nil {
			return nil, err
		}
		if found {
			records = append(records, record)
		}
	}
	slices.SortFunc(records, func(a, b Record) int { return a.At.Compare(b.At) })
	return records, nil
}

// Find returns the record of one program.
func (t Table) Find(name string) (record Record, found bool, err error) {
	content, err := os.ReadFile(t.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return Record{}, false, nil
	}
	if err != nil {
		return Record{}, false, fmt.Errorf("reading the record of %s: %w", name, err)
	}
	if err := json.Unmarshal(content, &record); err != nil {
		return Record{}, false, fmt.Errorf("reading the record of %s: %w", name, err)
	}
	return record, true, nil
}

// Ensure starts the program unless it runs already as spec says. One that runs
// by another spec is stopped first. started tells whether anything was done.
func (t Table) Ensure(ctx context.Context, spec Spec) (started bool, err error) {
	record, found, err := t.Find(spec.Name)
	if err != nil {
		return false, err
	}
	if found {
		alive, err := record.Alive()
		if err != nil {
			return false, err
		}
		if alive && record.Digest == digest(spec) {
			return false, nil
		}
		if err := t.Stop(ctx, spec.Name, 10*time.Second); err != nil {
			return false, err
		}
	}
	return true, t.start(spec)
}

func (t Table) start(spec Spec) error {
	if err := os.MkdirAll(t.dir, 0o755); err != nil {
		return fmt.Errorf("creating the folder of records: %w", err)
	}
	log, err := os.OpenFile(spec.Log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("opening the log of %s: %w", spec.Name, err)
	}
	defer log.Close() //nolint:errcheck // the program has its own descriptor

	command := exec.Command(spec.Args[0], spec.Args[1:]...) //nolint:noctx // the program outlives this command
	command.Env = append(os.Environ(), spec.Env...)
	command.Dir = "/"
	command.Stdout = log
	command.Stderr = log
	command.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := spec.Namespaces.Start(command); err != nil {
		return fmt.Errorf("starting %s: %w", spec.Name, err)
	}
	identity, running, err := identify(command.Process.Pid)
	// A child of this command must be waited for, or it stays as a zombie when it ends.
	go command.Wait() //nolint:errcheck // how a program ended is read from its log
	if err != nil {
		return err
	}
	if !running {
		return fmt.Errorf("%s ended at once; the end of %s:\n%s", spec.Name, spec.Log, Tail(spec.Log))
	}
	return t.save(Record{Identity: identity, Spec: spec, Digest: digest(spec), At: time.Now()})
}

// Stop asks the program to end, and kills it if it has not after grace. Its
// record is removed. A program that does not run, or has none, is no error.
func (t Table) Stop(ctx context.Context, name string, grace time.Duration) error {
	record, found, err := t.Find(name)
	if err != nil || !found {
		return err
	}
	for _, step := range []struct {
		signal unix.Signal
		wait   time.Duration
	}{{unix.SIGTERM, grace}, {unix.SIGKILL, 10 * time.Second}} {
		sent, err := record.signal(step.signal)
		if err != nil {
			return fmt.Errorf("stopping %s: %w", name, err)
		}
		if !sent {
			return t.forget(name)
		}
		ended, err := record.await(ctx, step.wait)
		if err != nil {
			return fmt.Errorf("stopping %s: %w", name, err)
		}
		if ended {
			return t.forget(name)
		}
	}
	return fmt.Errorf("stopping %s: process %d is still there after SIGKILL", name, record.PID)
}

// await waits until the process has ended, at most for the given time.
func (i Identity) await(ctx context.Context, limit time.Duration) (ended bool, err error) {
	deadline := time.Now().Add(limit)
	for {
		alive, err := i.Alive()
		if err != nil || !alive {
			return !alive, err
		}
		if time.Now().After(deadline) {
			return false, nil
		}
		select {
		case <-ctx.Done():
			return false, ctx.Err()
		case <-time.After(poll):
		}
	}
}

func (t Table) save(record Record) error {
	content, err := json.MarshalIndent(record, "", "  ")
	if err != nil {
		return fmt.Errorf("recording %s: %w", record.Name, err)
	}
	partial := t.path(record.Name) + ".partial"
	if err := os.WriteFile(partial, content, 0o644); err != nil {
		return fmt.Errorf("recording %s: %w", record.Name, err)
	}
	return os.Rename(partial, t.path(record.Name))
}

func (t Table) forget(name string) error {
	err := os.Remove(t.path(name))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("removing the record of %s: %w", name, err)
	}
	return nil
}

func (t Table) path(name string) string { return filepath.Join(t.dir, name+".json") }

func digest(spec Spec) string {
	hash := sha256.New()
	fmt.Fprintf(hash, "%q %q %q %q", spec.Args, spec.Env, spec.Configuration, spec.Namespaces)
	return hex.EncodeToString(hash.Sum(nil)[:8])
}
