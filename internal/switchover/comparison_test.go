// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package switchover_test

import (
	"testing"

	"github.com/ingresstenant/ingress-tenant-operator/internal/switchover"
)

func TestOutcome(t *testing.T) {
	t.Parallel()

	plain, encrypted := switchover.Request{Host: "a.example.com", Path: "/"}, switchover.Request{Host: "a.example.com", Path: "/", TLS: true}
	all := func(requests ...switchover.Request) []switchover.Request { return requests }
	differs := []switchover.Difference{{Request: plain, Old: "200", New: "404"}}

	for name, test := range map[string]struct {
		comparison switchover.Comparison
		want       switchover.Outcome
	}{
		"nothing was asked":                      {switchover.Comparison{}, switchover.OutcomeUnknown},
		"all alike":                              {switchover.Comparison{Alike: all(plain, encrypted)}, switchover.OutcomeAlike},
		"one differs":                            {switchover.Comparison{Alike: all(encrypted), Differences: differs}, switchover.OutcomeDiffers},
		"one differs and the rest was not asked": {switchover.Comparison{Differences: differs, Silent: all(encrypted), Unasked: all(plain)}, switchover.OutcomeDiffers},
		"neither answers anything":               {switchover.Comparison{Silent: all(plain, encrypted)}, switchover.OutcomeUnknown},
		"a backend is silent":                    {switchover.Comparison{Alike: all(plain), Silent: all(plain)}, switchover.OutcomeAlike},
		"nothing is answered over TLS":           {switchover.Comparison{Alike: all(plain), Silent: all(encrypted)}, switchover.OutcomeUnknown},
		"nothing is answered but over TLS":       {switchover.Comparison{Alike: all(encrypted), Silent: all(plain)}, switchover.OutcomeUnknown},
		"a backend is silent over TLS":           {switchover.Comparison{Alike: all(encrypted), Silent: all(encrypted)}, switchover.OutcomeAlike},
		"there was no time for the rest":         {switchover.Comparison{Alike: all(plain), Unasked: all(plain)}, switchover.OutcomeUnknown},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			if got := test.comparison.Outcome(); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}

	if !(switchover.Comparison{Alike: all(plain), Differences: differs}).Equal(switchover.Comparison{Alike: all(plain), Differences: differs}) {
		t.Error("the same is not equal")
	}

	if (switchover.Comparison{Alike: all(plain)}).Equal(switchover.Comparison{Silent: all(plain)}) {
		t.Error("what was answered is equal to what was not")
	}
}
