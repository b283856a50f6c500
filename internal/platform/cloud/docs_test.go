// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package cloud_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/platform/cloud"
)

// Every platform has a page, which the overview links to and which names every
// key and source, and says whether it was run.
func TestPages(t *testing.T) {
	t.Parallel()

	overview := read(t, "README.md")

	for _, profile := range cloud.Profiles() {
		if profile.Platform == v1alpha1.PlatformNone {
			continue
		}

		t.Run(string(profile.Platform), func(t *testing.T) {
			t.Parallel()

			file := strings.ToLower(string(profile.Platform)) + ".md"
			page := read(t, file)

			if !strings.Contains(overview, "["+string(profile.Platform)+"]("+file+")") {
				t.Errorf("the overview does not link to %s", file)
			}

			if profile.Platform != v1alpha1.PlatformMetalLB && !strings.Contains(page, "checked against the cloud's documentation; not run on the cloud") {
				t.Error("the page does not say that nothing was run")
			}

			for _, key := range profile.Keys {
				if !strings.Contains(page, "`"+key.Name+"`") {
					t.Errorf("the page does not name key %s", key.Name)
				}
			}

			for _, source := range profile.Sources {
				if !strings.Contains(page, "- "+source+"\n") {
					t.Errorf("the page does not name source %s", source)
				}
			}
		})
	}
}

func read(t *testing.T, name string) string {
	t.Helper()

	text, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "clouds", name))
	if err != nil {
		t.Fatal(err)
	}

	return string(text)
}
