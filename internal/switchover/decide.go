// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package switchover

import (
	"slices"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// State is what is known of a tenant's controllers before a reconcile writes.
type State struct {
	// Wanted is the implementation that the tenant asks for.
	Wanted v1alpha1.ProviderName
	// Serving is the implementation whose pods the tenant's Service selects;
	// empty where there is no Service yet.
	Serving v1alpha1.ProviderName
	// OldAvailable is whether the serving implementation, where it is not the
	// wanted one, has pods that serve.
	OldAvailable bool
	// NewReady is whether all pods of the wanted implementation are ready.
	NewReady bool
	// ClassChanges is whether the wanted implementation needs another controller
	// value than the tenant's IngressClass has. Kubernetes cannot change it, so
	// the class has to be deleted and created anew.
	ClassChanges bool
	// Pinned are the implementations that Services lead to which the operator may
	// not change, such as an adopted one whose owner withdrew the consent. Without
	// their pods such a Service would lead nowhere.
	Pinned []v1alpha1.ProviderName
	// Mode is how the tenant wants to move.
	Mode v1alpha1.Switchover
}

// Decision is what a reconcile does about the tenant's controllers.
type Decision struct {
	// Serve is the implementation whose pods the Service is to select.
	Serve v1alpha1.ProviderName
	// Keep is the implementation that is kept beside the wanted one; empty where
	// there is none to keep.
	Keep v1alpha1.ProviderName
	// Spare are the implementations beside Keep whose objects stay, for Services
	// lead to them that the operator may not change.
	Spare []v1alpha1.ProviderName
	// Held is whether such a Service is why Keep is kept.
	Held bool
	// Compare is whether the move waits for a comparison of both.
	Compare bool
	// RecreateClass is whether the IngressClass is deleted and created anew.
	RecreateClass bool
	// NeedsConsent is whether the move cannot go on without the tenant's consent
	// to RecreateClass.
	NeedsConsent bool
}

// Decide says how to go on. It is called again after everything that it made
// happen, and each of its steps can be repeated: nothing is remembered between
// two calls but what the cluster holds.
func Decide(s State) Decision {
	pinned := slices.DeleteFunc(slices.Clone(s.Pinned), func(name v1alpha1.ProviderName) bool { return name == s.Wanted })

	decision := decide(s, pinned)
	decision.Spare = slices.DeleteFunc(pinned, func(name v1alpha1.ProviderName) bool { return name == decision.Keep })

	return decision
}

func decide(s State, pinned []v1alpha1.ProviderName) Decision {
	moving := s.Serving != "" && s.Serving != s.Wanted

	if !moving {
		// The other's pods are gone from the tenant's own Service, or were never in
		// it. Where the class still has a value of theirs, a move was interrupted.
		decision := Decision{Serve: s.Wanted, RecreateClass: s.ClassChanges}
		if len(pinned) > 0 {
			decision.Keep, decision.Held = pinned[0], true
		}

		return decision
	}

	stay := Decision{Serve: s.Serving, Keep: s.Serving}

	// The other is still needed while its last connections end, and is deleted
	// by the next reconcile, which finds that the Service has moved.
	move := Decision{Serve: s.Wanted, Keep: s.Serving, RecreateClass: s.ClassChanges}

	switch {
	case s.ClassChanges && s.Mode != v1alpha1.SwitchoverRecreate:
		stay.NeedsConsent = true

		return stay
	case slices.Contains(pinned, s.Serving):
		stay.Held = true

		return stay
	case !s.NewReady:
		return stay
	case !s.OldAvailable, s.ClassChanges, s.Mode == v1alpha1.SwitchoverForce:
		// There is nothing to compare with, no way to, or no wish to.
		return move
	default:
		stay.Compare = true

		return stay
	}
}

// Move is the decision to go on after a comparison found no difference.
func (d Decision) Move(wanted v1alpha1.ProviderName) Decision {
	return Decision{Serve: wanted, Keep: d.Keep, Spare: d.Spare}
}
