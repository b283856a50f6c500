// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package repo_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/ingresstenant/ingress-tenant-operator/test/images/internal/repo"
)

func TestRoot(t *testing.T) {
	for _, marker := range []string{"PROJECT", ".git"} {
		t.Run(marker, func(t *testing.T) {
			root := t.TempDir()
			nested := filepath.Join(root, "test", "images")
			if err := os.MkdirAll(nested, 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(root, marker), nil, 0o644); err != nil {
				t.Fatal(err)
			}
			for _, start := range []string{root, nested} {
				got, err := repo.Root(start)
				if err != nil || got != root {
					t.Errorf("Root(%s) = %q, %v; want %q", start, got, err, root)
				}
			}
		})
	}
}

func TestRootOutsideARepository(t *testing.T) {
	if got, err := repo.Root(t.TempDir()); err == nil {
		t.Errorf("Root of a folder outside any repository = %q, want an error", got)
	}
}
