// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package hostname

import (
	"cmp"
	"time"
)

// rank is what of a claim comes before its age.
type rank int

const (
	// recorded holders come first.
	recorded rank = iota
	// holding is for those of whom no record is known: not yet written, or won
	// while a recorded holder was not yet known after a restart.
	holding
	waiting
)

// entry is one tenant's claim to one hostname.
type entry struct {
	tenant   *tenant
	hostname Name
	since    time.Time
	// at is the node of the hostname; nil once the claim is gone.
	at *node
	// rank stays as it is while a decision is under way, whatever becomes of held.
	rank rank
	held bool
	// winner is the first of those that hold and overlap, unless it is held.
	winner *entry
	// verdict is what the decision before was.
	verdict Verdict
	// queued and touched are whether the decision under way is to look at it.
	queued, touched bool
}

// tenant is who claims.
type tenant struct {
	name    string
	created time.Time
	// given are the hostnames as they were claimed, in order.
	given   []Name
	entries map[Name]*entry
}

// precedes is whether e is decided before other.
func (e *entry) precedes(other *entry) bool {
	if e.rank != other.rank {
		return e.rank < other.rank
	}

	return e.leads(other)
}

// leads is the order within a rank, and of holders in general.
func (e *entry) leads(other *entry) bool {
	return e.compare(other) < 0
}

func (e *entry) compare(other *entry) int {
	if c := compareSince(e.since, other.since); c != 0 {
		return c
	}

	if e.tenant == other.tenant {
		return cmp.Compare(e.hostname.text, other.hostname.text)
	}

	if c := e.tenant.created.Compare(other.tenant.created); c != 0 {
		return c
	}

	return cmp.Compare(e.tenant.name, other.tenant.name)
}

// compareSince puts what was never recorded after all that was.
func compareSince(a, b time.Time) int {
	switch {
	case a.IsZero() == b.IsZero():
		return a.Compare(b)
	case a.IsZero():
		return 1
	default:
		return -1
	}
}

// first is the first of two claims, of which each may be nil, without those of a
// tenant.
func first(one, other *entry, but *tenant) *entry {
	switch {
	case other == nil || other.tenant == but:
		return one
	case one == nil || one.tenant == but || other.leads(one):
		return other
	default:
		return one
	}
}
