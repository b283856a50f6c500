// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package build

import "testing"

func TestPackageCounterTellsPackagesFromMessages(t *testing.T) {
	counter := &packageCounter{}
	for _, piece := range []string{"k8s.io/api/co", "re/v1\ngo.uber.org/zap\nfile.go:3:1: undefined: x\n", "unfinished"} {
		if _, err := counter.Write([]byte(piece)); err != nil {
			t.Fatal(err)
		}
	}
	if counter.Count() != 2 {
		t.Errorf("counted %d packages, want 2", counter.Count())
	}
	if want := "file.go:3:1: undefined: x\nunfinished"; counter.Messages() != want {
		t.Errorf("messages are %q, want %q", counter.Messages(), want)
	}
}
