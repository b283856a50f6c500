// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package build

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/gofrs/flock"

	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/layout"
	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/progress"
)

// Builder builds programs into a folder keyed by their versions.
type Builder struct {
	layout   layout.Layout
	progress *progress.Reporter
	folder   string
}

// New returns a Builder for the versions that the repository pins now.
func New(ctx context.Context, l layout.Layout, reporter *progress.Reporter) (*Builder, error) {
	toolchain, err := run(ctx, l.Module(), "env", "GOVERSION", "GOOS", "GOARCH")
	if err != nil {
		return nil, fmt.Errorf("asking for Go's version (is go on the PATH?): %w", err)
	}
	name, err := key(filepath.Join(l.Module(), "components"), strings.Join(strings.Fields(toolchain), " "))
	if err != nil {
		return nil, err
	}
	return &Builder{layout: l, progress: reporter, folder: filepath.Join(l.Binaries(), name)}, nil
}

// Folder is where the programs are, or will be.
func (b *Builder) Folder() string { return b.folder }

// Path is the absolute path of one program.
func (b *Builder) Path(name string) string { return filepath.Join(b.folder, name) }

// CustomResources is the folder that holds MetalLB's resource definitions.
func (b *Builder) CustomResources() string { return filepath.Join(b.folder, "metallb-crds") }

// Pause is the path of the program that holds a pod's namespaces.
func (b *Builder) Pause() string { return b.Path("pause") }

// Ensure builds those of the named programs that are missing; no name means all.
// A build that is interrupted leaves nothing half-written, and two commands that
// build at once do not build anything twice.
func (b *Builder) Ensure(ctx context.Context, names ...string) error {
	wanted, err := choose(names)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(b.folder, 0o755); err != nil {
		return fmt.Errorf("creating the folder of binaries: %w", err)
	}
	lock := flock.New(b.folder + ".lock")
	if _, err := lock.TryLockContext(ctx, time.Second); err != nil {
		return fmt.Errorf("waiting for another build of the same versions (%s): %w", lock.Path(), err)
	}
	defer lock.Unlock() //nolint:errcheck // the lock ends with the process in any case

	var missing []Component
	for _, component := range wanted {
		exists, err := exists(b.Path(component.Name))
		if err != nil {
			return err
		}
		if !exists {
			missing = append(missing, component)
		}
	}
	for i, component := range missing {
		if err := b.buildComponent(ctx, component, i+1, missing); err != nil {
			return err
		}
	}
	return nil
}

// EnsurePause builds the program that holds a pod's namespaces.
func (b *Builder) EnsurePause(ctx context.Context) error {
	if found, err := exists(b.Pause()); err != nil || found {
		return err
	}
	args := append([]string{"build"}, flags()...)
	args = append(args, "-ldflags", linkerFlags(false, ""), "-o", b.Pause()+".partial", "./pause")
	if _, err := run(ctx, b.layout.Module(), args...); err != nil {
		return fmt.Errorf("building the pause program: %w", err)
	}
	return os.Rename(b.Pause()+".partial", b.Pause())
}

// EnsureCustomResources copies MetalLB's resource definitions out of its module,
// so that a running cluster depends on nothing but the folder of programs.
func (b *Builder) EnsureCustomResources(ctx context.Context) error {
	if found, err := exists(b.CustomResources()); err != nil || found {
		return err
	}
	source, err := run(ctx, filepath.Join(b.layout.Module(), "components", "metallb"),
		"list", "-m", "-f", "{{.Dir}}", "go.universe.tf/metallb")
	if err != nil {
		return fmt.Errorf("finding MetalLB's module: %w", err)
	}
	partial := b.CustomResources() + ".partial"
	if err := os.RemoveAll(partial); err != nil {
		return fmt.Errorf("clearing an interrupted copy: %w", err)
	}
	definitions := filepath.Join(strings.TrimSpace(source), "config", "crd", "bases")
	if err := os.CopyFS(partial, os.DirFS(definitions)); err != nil {
		return fmt.Errorf("copying MetalLB's resource definitions: %w", err)
	}
	return os.Rename(partial, b.CustomResources())
}

func (b *Builder) buildComponent(ctx context.Context, component Component, number int, all []Component) error {
	folder := filepath.Join(b.layout.Module(), "components", component.Folder)
	version, err := Version(folder, component.Module)
	if err != nil {
		return err
	}
	left := "nothing"
	if rest := all[number:]; len(rest) > 0 {
		left = names(rest)
	}
	b.progress.Linef("building %s %s (%d of %d; then: %s)", component.Name, version, number, len(all), left)

	counter := &packageCounter{}
	stop := b.progress.During(func() string {
		return fmt.Sprintf("%s: %d packages compiled", component.Name, counter.Count())
	})
	began := time.Now()
	err = compile(ctx, folder, component, version, b.Path(component.Name), counter)
	stop()
	if err != nil {
		return fmt.Errorf("building %s %s: %w", component.Name, version, err)
	}
	b.progress.Linef("built %s in %s", component.Name, progress.Elapsed(time.Since(began)))
	return nil
}

func compile(ctx context.Context, folder string, component Component, version, output string, counter *packageCounter) error {
	partial := output + ".partial"
	args := append([]string{"build", "-v"}, flags()...)
	args = append(args, "-ldflags", linkerFlags(component.Stamp, version), "-o", partial, component.Package)
	command := goCommand(ctx, folder, args...)
	command.Stderr = counter
	if err := command.Run(); err != nil {
		return fmt.Errorf("go build in %s: %w\n%s", folder, err, counter.Messages())
	}
	return os.Rename(partial, output)
}

func goCommand(ctx context.Context, dir string, args ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, "go", args...)
	command.Dir = dir
	// The caller's own flags and workspace must not change what is built.
	command.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=", "GOWORK=off")
	// An interrupt lets go remove its work folder; a kill would leave it behind.
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	command.WaitDelay = 10 * time.Second
	return command
}

func run(ctx context.Context, dir string, args ...string) (string, error) {
	var stderr bytes.Buffer
	command := goCommand(ctx, dir, args...)
	command.Stderr = &stderr
	out, err := command.Output()
	if err != nil {
		return "", fmt.Errorf("go %s in %s: %w\n%s", args[0], dir, err, stderr.String())
	}
	return string(out), nil
}

func choose(wanted []string) ([]Component, error) {
	all := Components()
	if len(wanted) == 0 {
		return all, nil
	}
	var chosen []Component
	for _, name := range wanted {
		index := slices.IndexFunc(all, func(c Component) bool { return c.Name == name })
		if index < 0 {
			return nil, fmt.Errorf("there is no component %q; the components are: %s", name, names(all))
		}
		chosen = append(chosen, all[index])
	}
	return chosen, nil
}

func names(components []Component) string {
	list := make([]string, len(components))
	for i, component := range components {
		list[i] = component.Name
	}
	return strings.Join(list, ", ")
}

func exists(path string) (bool, error) {
	_, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}
