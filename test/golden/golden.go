// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package golden holds what is rendered to files.
package golden

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const updateFlag = "update"

// AddFlag adds the flag -update to those of a test's program; TestMain calls it.
func AddFlag() {
	flag.Bool(updateFlag, false, "write the golden files anew")
}

// Compare fails where what is rendered differs from a golden file. With -update, it
// writes the file anew.
func Compare(tb testing.TB, path string, got []byte) {
	tb.Helper()

	if flag.Lookup(updateFlag).Value.String() == "true" {
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			tb.Fatal(err)
		}

		if err := os.WriteFile(path, got, 0o600); err != nil {
			tb.Fatal(err)
		}
	}

	want, err := os.ReadFile(path)
	if err != nil {
		tb.Fatalf("%v; write it with -update", err)
	}

	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		tb.Errorf("what is rendered differs from %s; if it should, write it anew with -update (-want +got):\n%s", path, diff)
	}
}
