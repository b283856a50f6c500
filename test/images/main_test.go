// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ingresstenant/ingress-tenant-operator/test/images/internal/progress"
)

// enterRepository makes the working directory a repository whose root package is
// a throwaway operator.
func enterRepository(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	for name, content := range map[string]string{
		"PROJECT": "",
		"go.mod":  "module example.com/operator\n\ngo 1.26.0\n",
		"main.go": "package main\n\nvar version string\n\nfunc main() { println(version) }\n",
	} {
		if err := os.WriteFile(filepath.Join(root, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(root)
	return root
}

// command runs the program with the given arguments.
func command(t *testing.T, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	var out, log bytes.Buffer
	err = run(t.Context(), args, &out, &log, progress.NewLog(&log))
	return out.String(), log.String(), err
}

func TestBuildWritesTheArchiveOnce(t *testing.T) {
	root := enterRepository(t)
	archive := filepath.Join(root, ".cluster", "images", "operator.tar")
	want := "operator ingresstenant.io/ingress-tenant-operator:dev " + archive + "\n"

	for _, outcome := range []string{"archive written", "archive is up to date"} {
		stdout, stderr, err := command(t, "build", "operator")
		if err != nil {
			t.Fatal(err)
		}
		if stdout != want {
			t.Errorf("standard output = %q, want %q", stdout, want)
		}
		if !strings.Contains(stderr, outcome) {
			t.Errorf("progress does not say %q:\n%s", outcome, stderr)
		}
	}
	if _, err := os.Stat(archive); err != nil {
		t.Error(err)
	}
}

func TestBuildHonoursItsFlags(t *testing.T) {
	enterRepository(t)
	out := t.TempDir()
	stdout, _, err := command(t, "build", "--out", out, "--ref", "operator=example.com/operator:v1", "operator")
	if err != nil {
		t.Fatal(err)
	}
	if want := "operator example.com/operator:v1 " + filepath.Join(out, "operator.tar") + "\n"; stdout != want {
		t.Errorf("standard output = %q, want %q", stdout, want)
	}
}

func TestBuildNamesTheImageThatFails(t *testing.T) {
	root := enterRepository(t)
	if err := os.Remove(filepath.Join(root, "main.go")); err != nil {
		t.Fatal(err)
	}
	stdout, _, err := command(t, "build", "operator")
	if err == nil || !strings.Contains(err.Error(), "image operator") {
		t.Errorf("error = %v, want one that names the image", err)
	}
	if stdout != "" {
		t.Errorf("standard output = %q for a failed build, want nothing", stdout)
	}
}

func TestListNamesEveryImage(t *testing.T) {
	enterRepository(t)
	stdout, _, err := command(t, "list")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"ingresstenant.io/ingress-tenant-operator:dev",
		"ingresstenant.io/traefik:v3.7.9",
		"ingresstenant.io/haproxy-ingress:v0.16.1",
		"ingresstenant.io/ingress-nginx:v0.0.0-20240708192948-52c50467d67d",
		"ingresstenant.io/echo:dev",
	} {
		if !strings.Contains(stdout, want) {
			t.Errorf("the list does not contain %s:\n%s", want, stdout)
		}
	}
}

func TestBadCommandLines(t *testing.T) {
	enterRepository(t)
	for _, args := range [][]string{
		nil,
		{"push"},
		{"build", "--nowhere"},
		{"build", "--ref", "operator", "operator"},
	} {
		if _, stderr, err := command(t, args...); !errors.Is(err, errUsage) || !strings.Contains(stderr, "Usage:") {
			t.Errorf("images %q: error = %v, want a usage error", args, err)
		}
	}
	for _, args := range [][]string{
		{"build"},
		{"build", "nginx"},
		{"list", "echo"},
	} {
		if err := run(t.Context(), args, io.Discard, io.Discard, progress.NewLog(io.Discard)); err == nil {
			t.Errorf("images %q succeeded", args)
		}
	}
}

func TestHelpIsNoFailure(t *testing.T) {
	for _, args := range [][]string{{"--help"}, {"build", "--help"}} {
		if _, stderr, err := command(t, args...); !errors.Is(err, flag.ErrHelp) || !strings.Contains(stderr, "images build") {
			t.Errorf("images %q: error = %v, want help", args, err)
		}
	}
}
