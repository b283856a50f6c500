// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package cgroup

import (
	"os"
	"path/filepath"
	"testing"
)

func TestInheritFillsOnlyWhatIsEmpty(t *testing.T) {
	for name, test := range map[string]struct{ own, want string }{
		"empty":  {own: "\n", want: "0-1\n"},
		"filled": {own: "1\n", want: "1\n"},
	} {
		t.Run(name, func(t *testing.T) {
			parent := t.TempDir()
			dir := filepath.Join(parent, "child")
			if err := os.Mkdir(dir, 0o755); err != nil {
				t.Fatal(err)
			}
			write(t, filepath.Join(parent, "cpuset.cpus"), "0-1\n")
			write(t, filepath.Join(dir, "cpuset.cpus"), test.own)
			if err := inherit(dir, "cpuset.cpus"); err != nil {
				t.Fatal(err)
			}
			got, err := os.ReadFile(filepath.Join(dir, "cpuset.cpus"))
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
			if err := inherit(dir, "cpuset.mems"); err != nil {
				t.Errorf("a setting that the hierarchy does not have: %v", err)
			}
		})
	}
}

func TestProcessesAreListedOnceAndSorted(t *testing.T) {
	first, second := t.TempDir(), t.TempDir()
	for _, hierarchy := range []string{first, second} {
		if err := os.MkdirAll(filepath.Join(hierarchy, "key", "pod"), 0o755); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(hierarchy, "key", "cgroup.procs"), "")
		write(t, filepath.Join(hierarchy, "key", "pod", "cgroup.procs"), "30\n20\n")
	}
	tree := Tree{path: "/key", hierarchies: []string{first, second}, remains: []string{t.TempDir()}}
	got, err := tree.Processes()
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 || got[0] != 20 || got[1] != 30 {
		t.Errorf("got %v, want [20 30]", got)
	}
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
