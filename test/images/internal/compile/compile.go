// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package compile builds static Linux programs with the Go command.
package compile

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"time"
)

// Architecture is the one that programs are built for: this machine's own,
// because a local cluster runs on this machine.
const Architecture = runtime.GOARCH

// stopDelay is how long an interrupted Go command may take to remove its
// temporary files before it is killed.
const stopDelay = 5 * time.Second

// Program names a main package and how to link it.
type Program struct {
	// Module is the folder of the module to build in, absolute.
	Module string
	// Package is the import path of the main package, or one relative to
	// Module such as ".".
	Package string
	// Stamps are string variables set by the linker: import path and name of
	// the variable to its value. Values must not contain spaces or quotes.
	Stamps map[string]string
}

// Build writes the program to output as a static, stripped Linux executable
// that depends on its sources alone: no paths of this machine and no state of
// the checkout go in. The Go command leaves an output alone that is up to date
// already, so keep the file between calls.
//
// Each line that the Go command prints on the way, such as a module it
// downloads, is passed to report. When the build fails, the error holds all of
// its output.
func Build(ctx context.Context, program Program, output string, report func(line string)) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-C", program.Module,
		"-trimpath", "-buildvcs=false", "-ldflags", ldflags(program.Stamps), "-o", output, program.Package)
	cmd.Env = append(os.Environ(),
		"CGO_ENABLED=0", "GOOS=linux", "GOARCH="+Architecture, "GOWORK=off")
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = stopDelay

	reader, writer := io.Pipe()
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = writer, writer
	reported := make(chan struct{})
	go func() {
		defer close(reported)
		lines := bufio.NewScanner(io.TeeReader(reader, &said))
		for lines.Scan() {
			report(lines.Text())
		}
		// A line too long to scan must not block the Go command.
		_, _ = io.Copy(&said, reader)
	}()
	err := cmd.Run()
	_ = writer.Close()
	<-reported

	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("build %s in %s: %w", program.Package, program.Module, context.Cause(ctx))
	case err != nil:
		return fmt.Errorf("build %s in %s: go build: %w\n%s", program.Package, program.Module, err, bytes.TrimSpace(said.Bytes()))
	}
	return nil
}

// ModuleDir is the folder with the source of a module that another one, in the
// given folder, requires. The module is downloaded where it is missing.
func ModuleDir(ctx context.Context, folder, module string) (string, error) {
	for _, args := range [][]string{
		{"mod", "download", module},
		{"list", "-m", "-f", "{{.Dir}}", module},
	} {
		cmd := exec.CommandContext(ctx, "go", args...)
		cmd.Dir = folder
		cmd.Env = append(os.Environ(), "GOWORK=off")
		said, err := cmd.Output()
		if err != nil {
			return "", fmt.Errorf("source of %s for %s: go %s: %w", module, folder, args[0], err)
		}
		if dir := strings.TrimSpace(string(said)); dir != "" {
			return dir, nil
		}
	}
	return "", fmt.Errorf("source of %s for %s: the module has no folder", module, folder)
}

// ldflags sorts the stamps, so that equal programs get equal flags and the Go
// command finds its output up to date.
func ldflags(stamps map[string]string) string {
	flags := []string{"-s", "-w"}
	for _, variable := range slices.Sorted(maps.Keys(stamps)) {
		flags = append(flags, "-X", variable+"="+stamps[variable])
	}
	return strings.Join(flags, " ")
}
