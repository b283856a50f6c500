// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package hostname_test

import (
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ingresstenant/ingress-tenant-operator/internal/hostname"
)

// at is a time, n minutes after another; 0 is none.
func at(n int) time.Time {
	if n == 0 {
		return time.Time{}
	}

	return time.Date(2026, time.January, 1, 0, n, 0, 0, time.UTC)
}

// wants is a claim that is not on record.
func wants(tb testing.TB, text string) hostname.Claim {
	tb.Helper()

	return hostname.Claim{Hostname: parse(tb, text)}
}

// has is a claim that is on record as held, since at(since).
func has(tb testing.TB, text string, since int) hostname.Claim {
	tb.Helper()

	return hostname.Claim{Hostname: parse(tb, text), Held: true, Since: at(since)}
}

// waits is a claim that is on record as lost, since at(since).
func waits(tb testing.TB, text string, since int) hostname.Claim {
	tb.Helper()

	return hostname.Claim{Hostname: parse(tb, text), Since: at(since)}
}

// tenant was created at(created).
func tenant(name string, created int, claims ...hostname.Claim) hostname.Claimant {
	return hostname.Claimant{Tenant: name, Created: at(created), Claims: claims}
}

// verdicts are all of some tenants' in words.
func verdicts(x *hostname.Index, tenants ...string) map[string][]string {
	all := map[string][]string{}

	for _, name := range tenants {
		for _, verdict := range x.Verdicts(name) {
			text := verdict.Hostname.String()
			if !verdict.Held {
				text += " lost to " + verdict.WinningHostname.String() + " of " + verdict.Winner
			}

			all[name] = append(all[name], text)
		}
	}

	return all
}

// step is a change and who else is to hear of it.
type step struct {
	set     hostname.Claimant
	remove  string
	changed []string
}

func TestIndex(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		fleet []hostname.Claimant
		steps []step
		want  map[string][]string
	}{
		"a tenant alone holds all": {
			fleet: []hostname.Claimant{tenant("a", 1, wants(t, "a.com"), wants(t, "*.a.com"))},
			want:  map[string][]string{"a": {"a.com", "*.a.com"}},
		},
		"the older tenant wins": {
			fleet: []hostname.Claimant{tenant("a", 2, wants(t, "x.com")), tenant("b", 1, wants(t, "x.com"))},
			want:  map[string][]string{"a": {"x.com lost to x.com of b"}, "b": {"x.com"}},
		},
		"the name decides between tenants of one age": {
			fleet: []hostname.Claimant{tenant("b", 1, wants(t, "x.com")), tenant("a", 1, wants(t, "x.com"))},
			want:  map[string][]string{"a": {"x.com"}, "b": {"x.com lost to x.com of a"}},
		},
		"the earlier claim wins over the older tenant": {
			fleet: []hostname.Claimant{tenant("a", 2, waits(t, "x.com", 3)), tenant("b", 1, waits(t, "x.com", 4))},
			want:  map[string][]string{"a": {"x.com"}, "b": {"x.com lost to x.com of a"}},
		},
		"a claim that is on record wins over one that is not": {
			fleet: []hostname.Claimant{tenant("a", 2, waits(t, "x.com", 3)), tenant("b", 1, wants(t, "x.com"))},
			want:  map[string][]string{"a": {"x.com"}, "b": {"x.com lost to x.com of a"}},
		},
		"a holder on record wins over the earlier claim": {
			fleet: []hostname.Claimant{tenant("a", 1, waits(t, "x.com", 3)), tenant("b", 2, has(t, "x.com", 4))},
			want:  map[string][]string{"a": {"x.com lost to x.com of b"}, "b": {"x.com"}},
		},
		"of two holders on record the earlier wins": {
			fleet: []hostname.Claimant{tenant("a", 1, has(t, "x.com", 4)), tenant("b", 2, has(t, "*.com", 3))},
			want:  map[string][]string{"a": {"x.com lost to *.com of b"}, "b": {"*.com"}},
		},
		"an older tenant that comes later robs nobody": {
			steps: []step{
				{set: tenant("young", 2, wants(t, "x.com"))},
				{set: tenant("old", 1, wants(t, "x.com"), wants(t, "*.com"), wants(t, "y.com"))},
			},
			want: map[string][]string{"young": {"x.com"}, "old": {"x.com lost to x.com of young", "*.com lost to x.com of young", "y.com"}},
		},
		"a holder on record that is loaded later gets its own": {
			steps: []step{
				{set: tenant("a", 1, waits(t, "x.com", 1))},
				{set: tenant("b", 2, has(t, "x.com", 2)), changed: []string{"a"}},
			},
			want: map[string][]string{"a": {"x.com lost to x.com of b"}, "b": {"x.com"}},
		},
		"the record is not believed of a tenant that gave up": {
			fleet: []hostname.Claimant{tenant("a", 1, has(t, "x.com", 1)), tenant("b", 2, waits(t, "x.com", 2))},
			steps: []step{
				{set: tenant("a", 1), changed: []string{"b"}},
				{set: tenant("a", 1, has(t, "x.com", 1))},
			},
			want: map[string][]string{"a": {"x.com lost to x.com of b"}, "b": {"x.com"}},
		},
		"the record is late": {
			fleet: []hostname.Claimant{tenant("a", 2, wants(t, "x.com"))},
			steps: []step{
				{set: tenant("b", 1, wants(t, "x.com"))},
				{set: tenant("a", 2, waits(t, "x.com", 9))},
				{set: tenant("b", 1, waits(t, "x.com", 5))},
				{set: tenant("a", 2, has(t, "x.com", 9))},
				{set: tenant("a", 2, wants(t, "x.com"))},
			},
			want: map[string][]string{"a": {"x.com"}, "b": {"x.com lost to x.com of a"}},
		},
		"a tenant that was created anew is another": {
			fleet: []hostname.Claimant{tenant("a", 1, wants(t, "x.com")), tenant("b", 2, wants(t, "x.com"))},
			steps: []step{{set: tenant("a", 3, wants(t, "x.com")), changed: []string{"b"}}},
			want:  map[string][]string{"a": {"x.com lost to x.com of b"}, "b": {"x.com"}},
		},
		"a hostname moves to the next when its holder goes": {
			fleet: []hostname.Claimant{tenant("a", 1, wants(t, "x.com")), tenant("b", 3, wants(t, "x.com")), tenant("c", 2, wants(t, "x.com")), tenant("d", 4, wants(t, "y.com"))},
			steps: []step{{remove: "a", changed: []string{"b", "c"}}},
			want:  map[string][]string{"b": {"x.com lost to x.com of c"}, "c": {"x.com"}, "d": {"y.com"}},
		},
		"a hostname moves when its holder gives it up": {
			fleet: []hostname.Claimant{tenant("a", 1, wants(t, "x.com"), wants(t, "y.com")), tenant("b", 2, wants(t, "x.com"), wants(t, "y.com"))},
			steps: []step{{set: tenant("a", 1, wants(t, "y.com")), changed: []string{"b"}}},
			want:  map[string][]string{"a": {"y.com"}, "b": {"x.com", "y.com lost to y.com of a"}},
		},
		"a wildcard against names below": {
			fleet: []hostname.Claimant{
				tenant("a", 1, wants(t, "x.com")),
				tenant("b", 2, wants(t, "*.com"), wants(t, "*.z.com")),
				tenant("c", 3, wants(t, "y.com"), wants(t, "com"), wants(t, "a.z.com")),
			},
			want: map[string][]string{
				"a": {"x.com"},
				"b": {"*.com lost to x.com of a", "*.z.com"},
				"c": {"y.com", "com", "a.z.com lost to *.z.com of b"},
			},
		},
		"a wildcard waits for the last name below": {
			fleet: []hostname.Claimant{tenant("a", 1, wants(t, "x.com")), tenant("b", 2, wants(t, "deep.down.y.com")), tenant("c", 3, wants(t, "*.com")), tenant("d", 4, wants(t, "z.com"))},
			steps: []step{
				{remove: "a", changed: []string{"c"}},
				{remove: "b", changed: []string{"c"}},
				{remove: "d", changed: []string{"c"}},
			},
			want: map[string][]string{"c": {"*.com"}},
		},
		"a wildcard that goes frees all below": {
			fleet: []hostname.Claimant{tenant("a", 1, wants(t, "*.com")), tenant("b", 2, wants(t, "x.com")), tenant("c", 3, wants(t, "*.y.com"), wants(t, "z.org"))},
			steps: []step{{set: tenant("a", 1, wants(t, "*.x.com")), changed: []string{"b", "c"}}},
			want:  map[string][]string{"a": {"*.x.com"}, "b": {"x.com"}, "c": {"*.y.com", "z.org"}},
		},
		"who lost takes nothing from others": {
			fleet: []hostname.Claimant{tenant("a", 1, wants(t, "x.com")), tenant("b", 2, wants(t, "*.com")), tenant("c", 3, wants(t, "y.com"))},
			want:  map[string][]string{"a": {"x.com"}, "b": {"*.com lost to x.com of a"}, "c": {"y.com"}},
		},
		"a chain of three holds what the middle left": {
			fleet: []hostname.Claimant{tenant("a", 1, wants(t, "*.a.com")), tenant("b", 2, wants(t, "*.com")), tenant("c", 3, wants(t, "c.com"))},
			steps: []step{
				// What c won in the meantime it keeps, though b comes before it.
				{remove: "a", changed: []string{"b"}},
			},
			want: map[string][]string{"b": {"*.com lost to c.com of c"}, "c": {"c.com"}},
		},
		"a chain of three unrolls": {
			steps: []step{
				{set: tenant("c", 1, waits(t, "x.a.com", 1))},
				{set: tenant("b", 1, waits(t, "*.a.com", 2))},
				{set: tenant("d", 1, waits(t, "y.a.com", 3))},
				// It takes x.a.com, on which b waited, who then waits for d.
				{set: tenant("a", 1, has(t, "x.a.com", 4)), changed: []string{"b", "c"}},
			},
			want: map[string][]string{
				"a": {"x.a.com"},
				"b": {"*.a.com lost to y.a.com of d"},
				"c": {"x.a.com lost to x.a.com of a"},
				"d": {"y.a.com"},
			},
		},
		"what a holder on record takes sets free what that took": {
			steps: []step{
				{set: tenant("b", 2, waits(t, "*.com", 1))},
				{set: tenant("c", 3, waits(t, "y.com", 4))},
				{set: tenant("a", 1, has(t, "x.com", 3)), changed: []string{"b", "c"}},
			},
			want: map[string][]string{"a": {"x.com"}, "b": {"*.com lost to x.com of a"}, "c": {"y.com"}},
		},
		"a tenant does not conflict with itself": {
			fleet: []hostname.Claimant{
				tenant("a", 1, wants(t, "*.com"), wants(t, "x.com"), wants(t, "*.x.com")),
				tenant("b", 2, wants(t, "*.com"), wants(t, "a.x.com")),
			},
			steps: []step{{set: tenant("a", 1, wants(t, "x.com"), wants(t, "*.y.com")), changed: []string{"b"}}},
			want: map[string][]string{
				"a": {"x.com", "*.y.com"},
				"b": {"*.com lost to *.y.com of a", "a.x.com"},
			},
		},
		"a hostname that is given twice is one": {
			fleet: []hostname.Claimant{
				tenant("a", 2, wants(t, "x.com"), has(t, "X.com", 3), wants(t, "x.com")),
				tenant("b", 1, has(t, "x.com", 4)),
			},
			want: map[string][]string{"a": {"x.com", "x.com", "x.com"}, "b": {"x.com lost to x.com of a"}},
		},
		"of one that is given twice the other half stays": {
			fleet: []hostname.Claimant{tenant("a", 1, wants(t, "x.com"), wants(t, "x.com")), tenant("b", 2, wants(t, "x.com"))},
			steps: []step{{set: tenant("a", 1, wants(t, "x.com"))}},
			want:  map[string][]string{"a": {"x.com"}, "b": {"x.com lost to x.com of a"}},
		},
		"nothing changes for anybody": {
			fleet: []hostname.Claimant{tenant("a", 1, wants(t, "x.com")), tenant("b", 2, wants(t, "x.com"), wants(t, "*.x.com"))},
			steps: []step{
				{set: tenant("a", 1, wants(t, "x.com"))},
				{set: tenant("c", 3, wants(t, "z.com"))},
				{set: tenant("c", 3, wants(t, "*.z.com"), wants(t, "x.com"))},
				{remove: "c"},
				{remove: "nobody"},
			},
			want: map[string][]string{"a": {"x.com"}, "b": {"x.com lost to x.com of a", "*.x.com"}},
		},
		"another winner is a change": {
			fleet: []hostname.Claimant{tenant("a", 1, has(t, "x.com", 2)), tenant("b", 1, has(t, "y.com", 3)), tenant("c", 1, wants(t, "*.com"))},
			steps: []step{
				{set: tenant("b", 1, has(t, "y.com", 1)), changed: []string{"c"}},
				{set: tenant("d", 1, waits(t, "z.com", 4))},
			},
			want: map[string][]string{"a": {"x.com"}, "b": {"y.com"}, "c": {"*.com lost to y.com of b"}, "d": {"z.com"}},
		},
		"a later record gives another winner": {
			fleet: []hostname.Claimant{tenant("a", 1, has(t, "x.com", 1)), tenant("b", 1, has(t, "y.com", 2)), tenant("c", 1, wants(t, "*.com"))},
			steps: []step{{set: tenant("a", 1, has(t, "x.com", 3)), changed: []string{"c"}}},
			want:  map[string][]string{"a": {"x.com"}, "b": {"y.com"}, "c": {"*.com lost to y.com of b"}},
		},
		"names of its own below a wildcard that waits do not win over it": {
			fleet: []hostname.Claimant{
				tenant("a", 1, wants(t, "*.com"), has(t, "p.com", 2)),
				tenant("b", 2, has(t, "q.com", 3)),
				tenant("c", 3, has(t, "r.com", 4)),
			},
			steps: []step{
				{set: tenant("a", 1, wants(t, "*.com"), has(t, "p.com", 2), waits(t, "o.com", 1))},
				{remove: "b", changed: []string{"a"}},
			},
			want: map[string][]string{"a": {"*.com lost to r.com of c", "p.com", "o.com"}, "c": {"r.com"}},
		},
		"a hostname that is none is not claimed": {
			fleet: []hostname.Claimant{tenant("a", 1, hostname.Claim{Held: true}, wants(t, "x.com")), tenant("b", 1, hostname.Claim{})},
			want:  map[string][]string{"a": {"x.com"}},
		},
		"a tenant that is given twice is as it was given last": {
			fleet: []hostname.Claimant{tenant("a", 1, wants(t, "x.com")), tenant("b", 2, wants(t, "x.com")), tenant("a", 1, has(t, "y.com", 1))},
			want:  map[string][]string{"a": {"y.com"}, "b": {"x.com"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			x := hostname.NewIndex(test.fleet...)

			for i, step := range test.steps {
				var changed []string
				if step.remove != "" {
					changed = x.Remove(step.remove)
				} else {
					changed = x.Set(step.set)
				}

				if diff := cmp.Diff(step.changed, changed); diff != "" {
					t.Errorf("changed by step %d (-want +got):\n%s", i, diff)
				}
			}

			if diff := cmp.Diff(test.want, verdicts(x, "a", "b", "c", "d", "old", "young")); diff != "" {
				t.Errorf("verdicts (-want +got):\n%s", diff)
			}
		})
	}
}

func TestOwnerAndConflicts(t *testing.T) {
	t.Parallel()

	x := hostname.NewIndex(
		tenant("a", 1, wants(t, "*.example.com"), wants(t, "b.example.com"), wants(t, "example.org")),
		tenant("b", 2, wants(t, "x.y.example.org"), wants(t, "*.y.example.org"), wants(t, "c.example.com")),
		tenant("c", 3, wants(t, "z.example.org"), wants(t, "*.org")),
	)

	for text, test := range map[string]struct {
		owner string
		// conflicts are those of tenant b.
		conflicts []hostname.Holding
	}{
		"a.example.com":     {"a", []hostname.Holding{{Tenant: "a", Hostname: parse(t, "*.example.com")}}},
		"a.a.example.com":   {"a", []hostname.Holding{{Tenant: "a", Hostname: parse(t, "*.example.com")}}},
		"*.a.example.com":   {"a", []hostname.Holding{{Tenant: "a", Hostname: parse(t, "*.example.com")}}},
		"b.example.com":     {"a", []hostname.Holding{{Tenant: "a", Hostname: parse(t, "*.example.com")}, {Tenant: "a", Hostname: parse(t, "b.example.com")}}},
		"*.example.com":     {"a", []hostname.Holding{{Tenant: "a", Hostname: parse(t, "*.example.com")}, {Tenant: "a", Hostname: parse(t, "b.example.com")}}},
		"*.b.example.com":   {"a", []hostname.Holding{{Tenant: "a", Hostname: parse(t, "*.example.com")}}},
		"example.com":       {"", nil},
		"com":               {"", nil},
		"*.com":             {"", []hostname.Holding{{Tenant: "a", Hostname: parse(t, "*.example.com")}, {Tenant: "a", Hostname: parse(t, "b.example.com")}}},
		"x.y.example.org":   {"b", nil},
		"*.y.example.org":   {"b", nil},
		"y.example.org":     {"", nil},
		"*.example.org":     {"", []hostname.Holding{{Tenant: "c", Hostname: parse(t, "z.example.org")}}},
		"*.org":             {"", []hostname.Holding{{Tenant: "a", Hostname: parse(t, "example.org")}, {Tenant: "c", Hostname: parse(t, "z.example.org")}}},
		"nobody.org":        {"", nil},
		"a.z.example.org":   {"", nil},
		"*.a.z.example.org": {"", nil},
	} {
		name := parse(t, text)

		if owner, ok := x.Owner(name); owner != test.owner || ok != (test.owner != "") {
			t.Errorf("%s is %q's: %t", text, owner, ok)
		}

		if diff := cmp.Diff(test.conflicts, x.Conflicts(name, "b"), cmp.Comparer(func(a, b hostname.Name) bool { return a == b })); diff != "" {
			t.Errorf("conflicts of %s (-want +got):\n%s", text, diff)
		}
	}

	if owner, ok := x.Owner(hostname.Name{}); ok {
		t.Errorf("the zero name is %s's", owner)
	}
}

func TestVerdictsOfNobody(t *testing.T) {
	t.Parallel()

	x := hostname.NewIndex()
	x.Set(tenant("a", 1))

	if got := x.Verdicts("a"); got == nil || len(got) > 0 {
		t.Errorf("a tenant without claims: %v", got)
	}

	x.Remove("a")

	if got := x.Verdicts("a"); got != nil {
		t.Errorf("a tenant that is gone: %v", got)
	}
}

func TestIndexIsSafeForConcurrentUse(t *testing.T) {
	t.Parallel()

	x := hostname.NewIndex()

	var group sync.WaitGroup

	for i := range 8 {
		group.Go(func() {
			name := strconv.Itoa(i)
			for range 50 {
				x.Set(tenant(name, i, wants(t, "x.com"), wants(t, "*.com")))
				x.Owner(parse(t, "x.com"))
				x.Conflicts(parse(t, "*.com"), name)
				x.Verdicts(name)
				x.Remove(name)
			}
		})
	}

	group.Wait()

	if owner, ok := x.Owner(parse(t, "x.com")); ok {
		t.Errorf("%s holds after all have gone", owner)
	}
}
