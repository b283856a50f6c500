// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"testing"

	"github.com/ingresstenant/ingress-tenant-operator/internal/apply"
)

func TestCreated(t *testing.T) {
	t.Parallel()

	change := func(actions ...apply.Action) []apply.Change {
		changes := make([]apply.Change, 0, len(actions))
		for _, action := range actions {
			changes = append(changes, apply.Change{Action: action})
		}

		return changes
	}

	for name, test := range map[string]struct {
		changes []apply.Change
		want    bool
	}{
		"nothing": {nil, false},
		"objects": {change(apply.Created, apply.Created), true},
		// Without a status the tenant would stay silent for as long as the
		// other goes on.
		"an object that somebody keeps changing": {change(apply.Created, apply.Healed), false},
		"an object that was there":               {change(apply.Configured), false},
		"an object too many":                     {change(apply.Created, apply.Deleted), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			if got := created(test.changes); got != test.want {
				t.Errorf("created: %v, want %v", got, test.want)
			}
		})
	}
}
