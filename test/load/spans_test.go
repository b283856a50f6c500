// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package load

import (
	"testing"
	"time"
)

func TestOccurrencesTellOneSpanFromTwo(t *testing.T) {
	t.Parallel()

	for _, tt := range []struct {
		name string
		at   []time.Duration
		want string
	}{
		{"one", []time.Duration{time.Second}, "1 times, at 1s after the start"},
		{"again and again", []time.Duration{0, 900 * time.Millisecond, 1800 * time.Millisecond}, "3 times, 0s to 1.8s after the start"},
		{"apart", []time.Duration{0, time.Second, 5 * time.Second}, "3 times, at 0s, at 1s, at 5s after the start"},
		{"told in another order", []time.Duration{1800 * time.Millisecond, 0, 900 * time.Millisecond}, "3 times, 0s to 1.8s after the start"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()

			var all occurrences
			for _, at := range tt.at {
				all = all.with(at)
			}

			if got := all.String(); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
