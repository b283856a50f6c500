// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package compile_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ingresstenant/ingress-tenant-operator/test/images/internal/compile"
)

const printsVersion = `package main

var version = "unset"

func main() { println(version) }
`

// module writes a throwaway module with one main package.
func module(t *testing.T, source string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range map[string]string{
		"go.mod":  "module example.com/throwaway\n\ngo 1.26.0\n",
		"main.go": source,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func build(t *testing.T, program compile.Program) []byte {
	t.Helper()
	output := filepath.Join(t.TempDir(), "program")
	if err := compile.Build(t.Context(), program, output, func(line string) { t.Log(line) }); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(output)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func TestBuildStampsTheVersion(t *testing.T) {
	program := build(t, compile.Program{
		Module:  module(t, printsVersion),
		Package: ".",
		Stamps:  map[string]string{"main.version": "v1.2.3-stamped"},
	})
	if !bytes.Contains(program, []byte("v1.2.3-stamped")) {
		t.Error("the program does not hold its version")
	}
}

func TestBuildDependsOnTheSourcesAlone(t *testing.T) {
	here := build(t, compile.Program{Module: module(t, printsVersion), Package: "."})
	elsewhere := build(t, compile.Program{Module: module(t, printsVersion), Package: "."})
	if !bytes.Equal(here, elsewhere) {
		t.Error("the same sources in two folders gave two different programs")
	}
}

func TestBuildSaysWhatTheCompilerSaid(t *testing.T) {
	program := compile.Program{Module: module(t, "package main\n\nfunc main() { undefined() }\n"), Package: "."}
	err := compile.Build(t.Context(), program, filepath.Join(t.TempDir(), "program"), func(string) {})
	if err == nil {
		t.Fatal("a program that does not compile was built")
	}
	for _, want := range []string{program.Module, "main.go:3", "undefined: undefined"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not contain %q:\n%v", want, err)
		}
	}
}

func TestBuildStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	program := compile.Program{Module: module(t, printsVersion), Package: "."}
	if err := compile.Build(ctx, program, filepath.Join(t.TempDir(), "program"), func(string) {}); err == nil {
		t.Error("a cancelled build succeeded")
	}
}
