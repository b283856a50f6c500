// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package switchover_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/switchover"
)

const (
	from = v1alpha1.ProviderIngressNGINX
	to   = v1alpha1.ProviderTraefik
)

func TestDecide(t *testing.T) {
	t.Parallel()

	stay := switchover.Decision{Serve: from, Keep: from}
	move := switchover.Decision{Serve: to, Keep: from}

	compare := stay
	compare.Compare = true

	ask := stay
	ask.NeedsConsent = true

	recreate := move
	recreate.RecreateClass = true

	for name, test := range map[string]struct {
		state switchover.State
		want  switchover.Decision
	}{
		"a new tenant":                {switchover.State{Wanted: to}, switchover.Decision{Serve: to}},
		"nothing to move":             {switchover.State{Wanted: to, Serving: to, NewReady: true}, switchover.Decision{Serve: to}},
		"the new one starts":          {switchover.State{Wanted: to, Serving: from, OldAvailable: true}, stay},
		"neither serves":              {switchover.State{Wanted: to, Serving: from}, stay},
		"both serve":                  {switchover.State{Wanted: to, Serving: from, OldAvailable: true, NewReady: true}, compare},
		"both serve, without a look":  {switchover.State{Wanted: to, Serving: from, OldAvailable: true, NewReady: true, Mode: v1alpha1.SwitchoverForce}, move},
		"the old one is broken":       {switchover.State{Wanted: to, Serving: from, NewReady: true}, move},
		"the class is in the way":     {switchover.State{Wanted: to, Serving: from, OldAvailable: true, NewReady: true, ClassChanges: true}, ask},
		"force is not consent":        {switchover.State{Wanted: to, Serving: from, NewReady: true, ClassChanges: true, Mode: v1alpha1.SwitchoverForce}, ask},
		"consent, and it starts":      {switchover.State{Wanted: to, Serving: from, OldAvailable: true, ClassChanges: true, Mode: v1alpha1.SwitchoverRecreate}, stay},
		"consent, and it is ready":    {switchover.State{Wanted: to, Serving: from, OldAvailable: true, NewReady: true, ClassChanges: true, Mode: v1alpha1.SwitchoverRecreate}, recreate},
		"consent that nobody needs":   {switchover.State{Wanted: to, Serving: from, OldAvailable: true, NewReady: true, Mode: v1alpha1.SwitchoverRecreate}, compare},
		"interrupted after the class": {switchover.State{Wanted: to, Serving: to, ClassChanges: true, Mode: v1alpha1.SwitchoverRecreate}, switchover.Decision{Serve: to, RecreateClass: true}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			if diff := cmp.Diff(test.want, switchover.Decide(test.state)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}

	if diff := cmp.Diff(move, compare.Move(to)); diff != "" {
		t.Errorf("after a comparison (-want +got):\n%s", diff)
	}
}
