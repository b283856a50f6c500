// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package progress_test

import (
	"bytes"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/progress"
)

func TestElapsed(t *testing.T) {
	for want, d := range map[string]time.Duration{
		"0ms":   0,
		"850ms": 850 * time.Millisecond,
		"4.2s":  4200 * time.Millisecond,
		"1m00s": 59*time.Second + 999*time.Millisecond + time.Millisecond,
		"3m07s": 3*time.Minute + 7*time.Second,
	} {
		if got := progress.Elapsed(d); got != want {
			t.Errorf("Elapsed(%v) = %s, want %s", d, got, want)
		}
	}
}

func TestPlainOutputIsRare(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		reporter := progress.New(&out)
		stop := reporter.During(func() string { return "compiling" })
		<-time.After(2*progress.Quiet + time.Second)
		stop()
		if lines := strings.Count(out.String(), "\n"); lines != 2 {
			t.Errorf("%d lines in a bit over twice the quiet time, want 2:\n%s", lines, out.String())
		}
		if strings.Contains(out.String(), "\r") {
			t.Errorf("a log has no terminal codes, got %q", out.String())
		}
	})
}
