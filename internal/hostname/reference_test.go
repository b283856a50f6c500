// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package hostname_test

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/ingresstenant/ingress-tenant-operator/internal/hostname"
)

// reference follows the rules to the letter, from the beginning after each change.
type reference struct {
	tenants map[string]*referenceTenant
}

type referenceTenant struct {
	created time.Time
	given   []hostname.Name
	claims  map[hostname.Name]*referenceClaim
}

type referenceClaim struct {
	tenant   string
	created  time.Time
	hostname hostname.Name
	since    time.Time
	// recorded is whether the record was believed, held what the index knows itself.
	recorded, held bool
	verdict        hostname.Verdict
}

// set is Set without its answer.
func (r *reference) set(claimant hostname.Claimant) {
	before := r.tenants[claimant.Tenant]
	if before != nil && !before.created.Equal(claimant.Created) {
		before = nil
	}

	after := &referenceTenant{created: claimant.Created, claims: map[hostname.Name]*referenceClaim{}}

	for _, claim := range claimant.Claims {
		after.given = append(after.given, claim.Hostname)

		c := after.claims[claim.Hostname]
		if c == nil {
			c = &referenceClaim{tenant: claimant.Tenant, created: claimant.Created, hostname: claim.Hostname}
			after.claims[claim.Hostname] = c
		}

		if !claim.Since.IsZero() && (c.since.IsZero() || claim.Since.Before(c.since)) {
			c.since = claim.Since
		}

		switch {
		case before == nil:
			c.recorded = c.recorded || claim.Held
		case before.claims[claim.Hostname] != nil:
			known := before.claims[claim.Hostname]
			c.held = known.held
			c.recorded = c.recorded || known.recorded || known.held && claim.Held
		}
	}

	r.tenants[claimant.Tenant] = after
	r.decide()
}

func (r *reference) remove(tenant string) {
	delete(r.tenants, tenant)
	r.decide()
}

func (r *reference) decide() {
	var claims, holders []*referenceClaim

	for _, tenant := range r.tenants {
		claims = slices.AppendSeq(claims, maps.Values(tenant.claims))
	}

	slices.SortFunc(claims, func(a, b *referenceClaim) int { return cmp.Or(cmp.Compare(a.rank(), b.rank()), a.compare(b)) })

	conflicting := func(c *referenceClaim) []*referenceClaim {
		var found []*referenceClaim

		for _, holder := range holders {
			if holder.tenant != c.tenant && overlap(holder.hostname, c.hostname) {
				found = append(found, holder)
			}
		}

		return found
	}

	for _, c := range claims {
		c.held = len(conflicting(c)) == 0
		c.recorded = c.recorded && c.held

		if c.held {
			holders = append(holders, c)
		}
	}

	for _, c := range claims {
		c.verdict = hostname.Verdict{Hostname: c.hostname, Held: c.held}

		if !c.held {
			first := slices.MinFunc(conflicting(c), func(a, b *referenceClaim) int { return a.compare(b) })
			c.verdict.Winner, c.verdict.WinningHostname = first.tenant, first.hostname
		}
	}
}

func (r *reference) verdicts() map[string][]hostname.Verdict {
	all := map[string][]hostname.Verdict{}

	for name, tenant := range r.tenants {
		all[name] = []hostname.Verdict{}
		for _, given := range tenant.given {
			all[name] = append(all[name], tenant.claims[given].verdict)
		}
	}

	return all
}

func (c *referenceClaim) rank() int {
	switch {
	case c.recorded:
		return 0
	case c.held:
		return 1
	default:
		return 2
	}
}

func (c *referenceClaim) compare(other *referenceClaim) int {
	since := func(t time.Time) int64 {
		if t.IsZero() {
			return 1 << 62
		}

		return t.Unix()
	}

	return cmp.Or(
		cmp.Compare(since(c.since), since(other.since)),
		c.created.Compare(other.created),
		cmp.Compare(c.tenant, other.tenant),
		cmp.Compare(c.hostname.String(), other.hostname.String()),
	)
}

// overlap compares names label by label.
func overlap(a, b hostname.Name) bool {
	one, other := strings.Split(a.String(), "."), strings.Split(b.String(), ".")
	slices.Reverse(one)
	slices.Reverse(other)

	for i := range min(len(one), len(other)) {
		if one[i] == "*" || other[i] == "*" {
			return true
		}

		if one[i] != other[i] {
			return false
		}
	}

	return len(one) == len(other)
}

// The names are few, so that most overlap others.
func drawClaimant(t *rapid.T, label string) hostname.Claimant {
	text := rapid.StringMatching(`(\*\.)?([ab]\.){0,2}[xy]`)
	claim := rapid.Custom(func(t *rapid.T) hostname.Claim {
		name, err := hostname.Parse(text.Draw(t, "hostname"))
		if err != nil {
			t.Fatal(err)
		}

		return hostname.Claim{Hostname: name, Held: rapid.Bool().Draw(t, "held"), Since: at(rapid.IntRange(0, 4).Draw(t, "since"))}
	})

	return hostname.Claimant{
		Tenant:  rapid.SampledFrom([]string{"a", "b", "c", "d", "e"}).Draw(t, label),
		Created: at(rapid.SampledFrom([]int{1, 1, 1, 1, 2}).Draw(t, "created")),
		Claims:  rapid.SliceOfN(claim, 0, 5).Draw(t, "claims"),
	}
}

// renewed is a tenant with another record, and with a claim of another draw.
func renewed(t *rapid.T, known, drawn hostname.Claimant) hostname.Claimant {
	known.Claims = slices.Clone(known.Claims)

	for i := range known.Claims {
		known.Claims[i].Held = rapid.Bool().Draw(t, "held")
		known.Claims[i].Since = at(rapid.IntRange(0, 4).Draw(t, "since"))
	}

	known.Claims = append(known.Claims, drawn.Claims[:min(len(drawn.Claims), 1)]...)

	return known
}

func all(x *hostname.Index) map[string][]hostname.Verdict {
	found := map[string][]hostname.Verdict{}

	for _, name := range []string{"a", "b", "c", "d", "e"} {
		if verdicts := x.Verdicts(name); verdicts != nil {
			found[name] = verdicts
		}
	}

	return found
}

// difference is whose verdicts differ, but for one tenant.
func difference(before, after map[string][]hostname.Verdict, but string) []string {
	var names []string

	for name, verdicts := range after {
		if name != but && !slices.Equal(before[name], verdicts) {
			names = append(names, name)
		}
	}

	slices.Sort(names)

	return names
}

func equal(t *rapid.T, what string, want, got any) {
	t.Helper()

	if diff := gocmp.Diff(want, got, gocmp.Comparer(func(a, b hostname.Name) bool { return a == b })); diff != "" {
		t.Fatalf("%s (-want +got):\n%s", what, diff)
	}
}

func TestIndexFollowsTheRules(t *testing.T) {
	t.Parallel()

	rapid.Check(t, func(t *rapid.T) {
		r := &reference{tenants: map[string]*referenceTenant{}}
		x := hostname.NewIndex()
		last := map[string]hostname.Claimant{}

		for i := range rapid.IntRange(1, 25).Draw(t, "steps") {
			claimant := drawClaimant(t, "tenant")
			if known, ok := last[claimant.Tenant]; ok && rapid.Bool().Draw(t, "renew") {
				claimant = renewed(t, known, claimant)
			}

			before := all(x)

			var changed []string

			if rapid.IntRange(0, 4).Draw(t, "action") == 0 {
				changed = x.Remove(claimant.Tenant)
				r.remove(claimant.Tenant)
				delete(last, claimant.Tenant)
			} else {
				changed = x.Set(claimant)
				r.set(claimant)
				last[claimant.Tenant] = claimant
			}

			after := all(x)
			equal(t, fmt.Sprintf("verdicts after step %d", i), r.verdicts(), after)
			equal(t, fmt.Sprintf("changed by step %d", i), difference(before, after, claimant.Tenant), changed)
		}

		checkHoldings(t, x)
		checkRestart(t, x, last)
	})
}

// checkHoldings asks for every name who holds it.
func checkHoldings(t *rapid.T, x *hostname.Index) {
	t.Helper()

	var held []hostname.Holding

	for name, verdicts := range all(x) {
		for _, verdict := range verdicts {
			if verdict.Held {
				held = append(held, hostname.Holding{Tenant: name, Hostname: verdict.Hostname})
			}
		}
	}

	slices.SortFunc(held, func(a, b hostname.Holding) int {
		return cmp.Or(cmp.Compare(a.Tenant, b.Tenant), cmp.Compare(a.Hostname.String(), b.Hostname.String()))
	})
	held = slices.Compact(held)

	for _, one := range held {
		for _, other := range held {
			if one.Tenant != other.Tenant && overlap(one.Hostname, other.Hostname) {
				t.Fatalf("both hold: %v and %v", one, other)
			}
		}
	}

	name, err := hostname.Parse(rapid.StringMatching(`(\*\.)?([ab]\.){0,3}[xy]`).Draw(t, "asked"))
	if err != nil {
		t.Fatal(err)
	}

	var (
		owner     string
		conflicts []hostname.Holding
	)

	for _, one := range held {
		if one.Hostname.Covers(name) {
			owner = one.Tenant
		}

		if one.Tenant != "a" && overlap(one.Hostname, name) {
			conflicts = append(conflicts, one)
		}
	}

	got, ok := x.Owner(name)
	equal(t, "owner", owner, got)
	equal(t, "whether there is an owner", owner != "", ok)
	equal(t, "conflicts", conflicts, x.Conflicts(name, "a"))
}

// checkRestart records all verdicts and begins anew.
func checkRestart(t *rapid.T, x *hostname.Index, last map[string]hostname.Claimant) {
	t.Helper()

	record := make([]hostname.Claimant, 0, len(last))

	for _, name := range slices.Sorted(maps.Keys(last)) {
		claimant := last[name]
		claimant.Claims = slices.Clone(claimant.Claims)

		for i, verdict := range x.Verdicts(name) {
			claimant.Claims[i].Held = verdict.Held
		}

		record = append(record, claimant)
	}

	shuffled := rapid.Permutation(record).Draw(t, "order")
	equal(t, "verdicts after a restart", all(x), all(hostname.NewIndex(shuffled...)))

	again := hostname.NewIndex()
	for _, claimant := range shuffled {
		again.Set(claimant)
	}

	equal(t, "verdicts after a restart, one by one", all(x), all(again))

	for _, claimant := range rapid.Permutation(record).Draw(t, "order of the record") {
		if changed := x.Set(claimant); changed != nil {
			t.Fatalf("writing down %s changes %q", claimant.Tenant, changed)
		}
	}
}

func TestTheFleetIsDecidedAsAWhole(t *testing.T) {
	t.Parallel()

	rapid.Check(t, func(t *rapid.T) {
		fleet := rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) hostname.Claimant { return drawClaimant(t, "tenant") }), 0, 5,
			func(c hostname.Claimant) string { return c.Tenant }).Draw(t, "fleet")

		r := &reference{tenants: map[string]*referenceTenant{}}
		for _, claimant := range fleet {
			one := &reference{tenants: map[string]*referenceTenant{}}
			one.set(claimant)

			for _, claim := range one.tenants[claimant.Tenant].claims {
				claim.held = false
			}

			r.tenants[claimant.Tenant] = one.tenants[claimant.Tenant]
		}

		r.decide()

		equal(t, "verdicts", r.verdicts(), all(hostname.NewIndex(fleet...)))
	})
}
