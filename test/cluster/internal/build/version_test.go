// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package build

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestEveryComponentHasAVersion(t *testing.T) {
	for _, component := range Components() {
		version, err := Version(filepath.Join("..", "..", "components", component.Folder), component.Module)
		if err != nil {
			t.Errorf("%s: %v", component.Name, err)
		}
		if !strings.HasPrefix(version, "v") {
			t.Errorf("%s has the version %q", component.Name, version)
		}
	}
}

func TestVersionSaysWhatToDo(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module example.com/m\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Version(dir, "example.com/missing")
	if err == nil || !strings.Contains(err.Error(), "go get example.com/missing@VERSION") {
		t.Errorf("got %v, want the command that adds the requirement", err)
	}
}

func TestLinkerFlags(t *testing.T) {
	if got := linkerFlags(false, "v3.7.3"); got != "-s -w" {
		t.Errorf("a part that is not stamped gets %q", got)
	}
	got := linkerFlags(true, "v1.37.2")
	for _, want := range []string{
		"-X k8s.io/component-base/version.gitVersion=v1.37.2",
		"-X k8s.io/component-base/version.gitMajor=1",
		"-X k8s.io/client-go/pkg/version.gitMinor=37",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q lacks %q", got, want)
		}
	}
}

func TestKeyFollowsTheToolchain(t *testing.T) {
	components := filepath.Join("..", "..", "components")
	first, err := key(components, "go1.26.0 linux/amd64")
	if err != nil {
		t.Fatal(err)
	}
	second, err := key(components, "go1.26.1 linux/amd64")
	if err != nil {
		t.Fatal(err)
	}
	if first == second {
		t.Errorf("two toolchains share the folder %s", first)
	}
}
