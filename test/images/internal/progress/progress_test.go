// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package progress_test

import (
	"bytes"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ingresstenant/ingress-tenant-operator/test/images/internal/progress"
)

func TestLogShowsPlainLinesAtALowRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		step := progress.NewLog(&out).Start("traefik: compiling")
		time.Sleep(20 * time.Second) //nolint:forbidigo // simulated time
		step.Detail("go: downloading example.com/a v1.0.0")
		time.Sleep(15 * time.Second) //nolint:forbidigo // simulated time
		step.Done("archive written")

		const want = `traefik: compiling
traefik: compiling: 15s so far
traefik: compiling: 30s so far (go: downloading example.com/a v1.0.0)
traefik: compiling: archive written, 35s
`
		if got := out.String(); got != want {
			t.Errorf("log:\n%s\nwant:\n%s", got, want)
		}
	})
}
