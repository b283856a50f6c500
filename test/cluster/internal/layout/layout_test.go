// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package layout_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/layout"
)

func TestFindWalksUpToTheMark(t *testing.T) {
	for _, mark := range []string{"PROJECT", ".git"} {
		t.Run(mark, func(t *testing.T) {
			root := t.TempDir()
			deep := filepath.Join(root, "a", "b")
			if err := os.MkdirAll(deep, 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(root, mark), nil, 0o600); err != nil {
				t.Fatal(err)
			}
			want, err := layout.At(root)
			if err != nil {
				t.Fatal(err)
			}
			got, err := layout.Find(deep)
			if err != nil {
				t.Fatal(err)
			}
			if got != want {
				t.Errorf("Find(%s) = %+v, want %+v", deep, got, want)
			}
		})
	}
}

func TestTwoClonesHaveDifferentKeys(t *testing.T) {
	first, err := layout.At(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	second, err := layout.At(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if first.Key == second.Key {
		t.Errorf("both clones have the key %s", first.Key)
	}
}

func TestSocketsFitIntoAnAddress(t *testing.T) {
	const limit = 107
	l := layout.Layout{Repository: "/a/very/long/path/that/does/not/matter", Key: "igt-abcdef"}
	if path := l.ContainerdSocket("node-2"); len(path) > limit {
		t.Errorf("%s is longer than %d characters", path, limit)
	}
}
