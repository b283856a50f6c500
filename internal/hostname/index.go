// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package hostname

import (
	"cmp"
	"slices"
	"sync"
	"time"
)

// Claimant is a tenant and all hostnames that it claims.
type Claimant struct {
	// Tenant is its name, which no other tenant has.
	Tenant string
	// Created is when the tenant came into being. One of the same name that was
	// created at another time is another tenant.
	Created time.Time
	// Claims are what it claims. Those that overlap each other are no conflict. A
	// hostname that is given twice is held if either is, since the earlier.
	Claims []Claim
}

// Claim is one hostname that a tenant claims.
type Claim struct {
	// Hostname is what is claimed. A claim to the zero Name is none.
	Hostname Name
	// Held is whether the tenant is on record as the one that holds it. It is
	// believed of a tenant that the index does not know yet; of others the index
	// knows itself.
	Held bool
	// Since is when the claim was first seen; zero if that is not on record, which
	// comes after all times that are.
	Since time.Time
}

// Verdict is what became of a claim.
type Verdict struct {
	// Hostname is what was claimed.
	Hostname Name
	// Held is whether the tenant holds it.
	Held bool
	// Winner is, where it does not, the tenant that holds a hostname that overlaps,
	// and WinningHostname that hostname. Of several it is the first by the claims'
	// Since, the tenants' age and their names.
	Winner          string
	WinningHostname Name
}

// Holding is a hostname and the tenant that holds it.
type Holding struct {
	Tenant   string
	Hostname Name
}

// Index is who holds which hostnames in a fleet. Its methods can be called from
// several goroutines.
type Index struct {
	mu      sync.RWMutex
	root    *node
	tenants map[string]*tenant
}

// NewIndex returns the index of a fleet, which is decided as a whole: the order in
// which tenants are given has no meaning. Where all are given one by one to Set,
// recorded holders get theirs as well, but the rest goes to who comes first. Of
// several claimants of one name the last counts.
func NewIndex(fleet ...Claimant) *Index {
	x := &Index{root: &node{}, tenants: map[string]*tenant{}}
	d := decision{root: x.root}
	last := map[string]Claimant{}

	for _, claimant := range fleet {
		last[claimant.Tenant] = claimant
	}

	for _, claimant := range last {
		x.set(&d, claimant)
	}

	d.settle("")

	return x
}

// Set replaces all claims of a tenant and decides. It returns the other tenants of
// which a verdict is another than before, sorted.
func (x *Index) Set(claimant Claimant) []string {
	x.mu.Lock()
	defer x.mu.Unlock()

	d := decision{root: x.root}
	x.set(&d, claimant)

	return d.settle(claimant.Tenant)
}

// Remove forgets a tenant. It returns the other tenants of which a verdict is
// another than before, sorted.
func (x *Index) Remove(name string) []string {
	x.mu.Lock()
	defer x.mu.Unlock()

	d := decision{root: x.root}
	x.remove(&d, name)

	return d.settle(name)
}

// Verdicts returns what became of a tenant's claims, in the order in which they
// were given; nil for a tenant that is not known.
func (x *Index) Verdicts(name string) []Verdict {
	x.mu.RLock()
	defer x.mu.RUnlock()

	known := x.tenants[name]
	if known == nil {
		return nil
	}

	verdicts := make([]Verdict, 0, len(known.given))
	for _, hostname := range known.given {
		verdicts = append(verdicts, known.entries[hostname].verdict)
	}

	return verdicts
}

// Owner returns the tenant that holds all of a name: the name itself or a wildcard
// that covers it. It is false if no tenant does, even if some hold parts of it.
func (x *Index) Owner(name Name) (string, bool) {
	x.mu.RLock()
	defer x.mu.RUnlock()

	for at := range x.root.covering(name) {
		if at.holder != nil {
			return at.holder.tenant.name, true
		}
	}

	return "", false
}

// Conflicts returns what other tenants than the given one hold of a name: hostnames
// that overlap it. They are sorted by tenant and hostname.
func (x *Index) Conflicts(name Name, tenant string) []Holding {
	x.mu.RLock()
	defer x.mu.RUnlock()

	var found []Holding

	for holder := range x.root.holding(name) {
		if holder.tenant.name != tenant {
			found = append(found, Holding{Tenant: holder.tenant.name, Hostname: holder.hostname})
		}
	}

	slices.SortFunc(found, func(a, b Holding) int {
		return cmp.Or(cmp.Compare(a.Tenant, b.Tenant), cmp.Compare(a.Hostname.text, b.Hostname.text))
	})

	return found
}

// set replaces a tenant's claims without deciding yet.
func (x *Index) set(d *decision, claimant Claimant) {
	known := x.tenants[claimant.Tenant]

	isNew := known == nil || !known.created.Equal(claimant.Created)
	if isNew {
		x.remove(d, claimant.Tenant)

		known = &tenant{name: claimant.Tenant, created: claimant.Created, entries: map[Name]*entry{}}
		x.tenants[claimant.Tenant] = known
	}

	given, claims := merge(claimant.Claims)
	known.given = given

	for hostname, e := range known.entries {
		if _, ok := claims[hostname]; !ok {
			d.remove(e)
			delete(known.entries, hostname)
		}
	}

	for hostname, claim := range claims {
		if e := known.entries[hostname]; e != nil {
			d.renew(e, claim.Held, claim.Since)

			continue
		}

		e := &entry{tenant: known, hostname: hostname, since: claim.Since, rank: waiting}
		if isNew && claim.Held {
			e.rank = recorded
		}

		known.entries[hostname] = e
		d.add(e)
	}
}

func (x *Index) remove(d *decision, name string) {
	known := x.tenants[name]
	if known == nil {
		return
	}

	for _, e := range known.entries {
		d.remove(e)
	}

	delete(x.tenants, name)
}

// merge returns the hostnames of claims as they are given, and one claim for each.
func merge(claims []Claim) ([]Name, map[Name]Claim) {
	given, merged := make([]Name, 0, len(claims)), make(map[Name]Claim, len(claims))

	for _, claim := range claims {
		if claim.Hostname == (Name{}) {
			continue
		}

		given = append(given, claim.Hostname)

		if twin, ok := merged[claim.Hostname]; ok {
			claim.Held = claim.Held || twin.Held

			if compareSince(twin.Since, claim.Since) < 0 {
				claim.Since = twin.Since
			}
		}

		merged[claim.Hostname] = claim
	}

	return given, merged
}
