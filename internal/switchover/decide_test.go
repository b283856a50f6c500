// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package switchover_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

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

	held := stay
	held.Held = true

	pinned := []v1alpha1.ProviderName{from}
	third := v1alpha1.ProviderHAProxy
	spared := move
	spared.Spare = []v1alpha1.ProviderName{third}

	for name, test := range map[string]struct {
		state switchover.State
		want  switchover.Decision
	}{
		"a new tenant":                            {switchover.State{Wanted: to}, switchover.Decision{Serve: to}},
		"nothing to move":                         {switchover.State{Wanted: to, Serving: to, NewReady: true}, switchover.Decision{Serve: to}},
		"the new one starts":                      {switchover.State{Wanted: to, Serving: from, OldAvailable: true}, stay},
		"neither serves":                          {switchover.State{Wanted: to, Serving: from}, stay},
		"both serve":                              {switchover.State{Wanted: to, Serving: from, OldAvailable: true, NewReady: true}, compare},
		"both serve, without a look":              {switchover.State{Wanted: to, Serving: from, OldAvailable: true, NewReady: true, Mode: v1alpha1.SwitchoverForce}, move},
		"the old one is broken":                   {switchover.State{Wanted: to, Serving: from, NewReady: true}, move},
		"the class is in the way":                 {switchover.State{Wanted: to, Serving: from, OldAvailable: true, NewReady: true, ClassChanges: true}, ask},
		"force is not consent":                    {switchover.State{Wanted: to, Serving: from, NewReady: true, ClassChanges: true, Mode: v1alpha1.SwitchoverForce}, ask},
		"consent, and it starts":                  {switchover.State{Wanted: to, Serving: from, OldAvailable: true, ClassChanges: true, Mode: v1alpha1.SwitchoverRecreate}, stay},
		"consent, and it is ready":                {switchover.State{Wanted: to, Serving: from, OldAvailable: true, NewReady: true, ClassChanges: true, Mode: v1alpha1.SwitchoverRecreate}, recreate},
		"consent that nobody needs":               {switchover.State{Wanted: to, Serving: from, OldAvailable: true, NewReady: true, Mode: v1alpha1.SwitchoverRecreate}, compare},
		"interrupted after the class":             {switchover.State{Wanted: to, Serving: to, ClassChanges: true, Mode: v1alpha1.SwitchoverRecreate}, switchover.Decision{Serve: to, RecreateClass: true}},
		"a Service leads to the old one for good": {switchover.State{Wanted: to, Serving: from, OldAvailable: true, NewReady: true, Pinned: pinned}, held},
		"that goes before force":                  {switchover.State{Wanted: to, Serving: from, NewReady: true, Pinned: pinned, Mode: v1alpha1.SwitchoverForce}, held},
		"and before a new class":                  {switchover.State{Wanted: to, Serving: from, NewReady: true, ClassChanges: true, Pinned: pinned, Mode: v1alpha1.SwitchoverRecreate}, held},
		"not before the tenant's consent to it":   {switchover.State{Wanted: to, Serving: from, NewReady: true, ClassChanges: true, Pinned: pinned}, ask},
		"a Service stayed behind after the move":  {switchover.State{Wanted: to, Serving: to, NewReady: true, Pinned: pinned}, switchover.Decision{Serve: to, Keep: from, Held: true}},
		"a Service leads to the wanted one":       {switchover.State{Wanted: to, Serving: to, NewReady: true, Pinned: []v1alpha1.ProviderName{to}}, switchover.Decision{Serve: to}},
		"a Service leads to a third one":          {switchover.State{Wanted: to, Serving: from, NewReady: true, Pinned: []v1alpha1.ProviderName{third}, Mode: v1alpha1.SwitchoverForce}, spared},
		"Services lead to two":                    {switchover.State{Wanted: to, Serving: to, Pinned: []v1alpha1.ProviderName{from, third}}, switchover.Decision{Serve: to, Keep: from, Held: true, Spare: spared.Spare}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			if diff := cmp.Diff(test.want, switchover.Decide(test.state), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}

	if diff := cmp.Diff(move, compare.Move(to)); diff != "" {
		t.Errorf("after a comparison (-want +got):\n%s", diff)
	}
}
