// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package hostname_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/ingresstenant/ingress-tenant-operator/internal/hostname"
)

const tenants = 5000

// fleet is 5,000 tenants with ten hostnames each: three below a domain that all
// share, five of a domain of their own, and two for which all others of a hundred
// ask as well.
func fleet(b *testing.B) []hostname.Claimant {
	b.Helper()

	claimants := make([]hostname.Claimant, 0, tenants)

	for i := range tenants {
		claims := make([]hostname.Claim, 0, 10)

		for _, text := range []string{
			fmt.Sprintf("tenant-%d.example.com", i),
			fmt.Sprintf("*.tenant-%d.example.com", i),
			fmt.Sprintf("api-%d.example.com", i),
			fmt.Sprintf("tenant-%d.com", i),
			fmt.Sprintf("www.tenant-%d.com", i),
			fmt.Sprintf("shop.tenant-%d.com", i),
			fmt.Sprintf("*.apps.tenant-%d.com", i),
			fmt.Sprintf("tenant-%d.org", i),
			fmt.Sprintf("shared-%d.example.org", i/100),
			fmt.Sprintf("*.shared-%d.example.net", i/100),
		} {
			claims = append(claims, waits(b, text, 1))
		}

		claimants = append(claimants, tenant(fmt.Sprintf("tenant-%d", i), i+2, claims...))
	}

	return claimants
}

// with is a tenant with one claim more.
func with(claimant hostname.Claimant, claim hostname.Claim) hostname.Claimant {
	claimant.Claims = append(slices.Clip(claimant.Claims), claim)

	return claimant
}

// backAndForth sets one after the other, so often.
func backAndForth(b *testing.B, x *hostname.Index, one, other hostname.Claimant) {
	b.Helper()
	b.ReportAllocs()

	for i := 0; b.Loop(); i++ {
		if i%2 == 0 {
			x.Set(one)
		} else {
			x.Set(other)
		}
	}
}

func BenchmarkChangeOfOneOf5000(b *testing.B) {
	claimants := fleet(b)
	some, first := claimants[2500], claimants[0]

	everything := wants(b, "*.com")
	young := tenant("young", tenants+2, everything)
	old := tenant("old", 1, has(b, "*.com", 2))

	b.Run("a hostname", func(b *testing.B) {
		backAndForth(b, hostname.NewIndex(claimants...), with(some, wants(b, "new.example.com")), some)
	})

	b.Run("a wildcard", func(b *testing.B) {
		backAndForth(b, hostname.NewIndex(claimants...), with(some, wants(b, "*.new.example.com")), some)
	})

	b.Run("a hostname that a hundred want", func(b *testing.B) {
		x := hostname.NewIndex(claimants...)
		b.ReportAllocs()

		// Who comes back is behind who won it: each turn is another holder's.
		for i := 0; b.Loop(); i++ {
			holder := claimants[i/2%100]
			if i%2 == 0 {
				holder.Claims = holder.Claims[:8]
			}

			x.Set(holder)
		}
	})

	b.Run("a young tenant asks for everything", func(b *testing.B) {
		backAndForth(b, hostname.NewIndex(claimants...), young, tenant("young", tenants+2))
	})

	b.Run("a hostname, while a young tenant waits for everything", func(b *testing.B) {
		backAndForth(b, hostname.NewIndex(append(claimants, young)...), with(some, wants(b, "new.example.com")), some)
	})

	b.Run("the first holder of all, while a young tenant waits for everything", func(b *testing.B) {
		without := first
		without.Claims = first.Claims[8:]
		backAndForth(b, hostname.NewIndex(append(claimants, young)...), without, first)
	})

	b.Run("a hostname, while all wait for everything", func(b *testing.B) {
		all := make([]hostname.Claimant, 0, tenants)
		for _, claimant := range claimants {
			all = append(all, with(claimant, everything))
		}

		backAndForth(b, hostname.NewIndex(all...), with(all[2500], wants(b, "new.example.com")), all[2500])
	})

	b.Run("a hostname, while an old tenant has everything", func(b *testing.B) {
		backAndForth(b, hostname.NewIndex(append(claimants, old)...), with(some, wants(b, "new.example.com")), some)
	})

	b.Run("an earlier record of an old tenant that has everything", func(b *testing.B) {
		x := hostname.NewIndex(append(claimants, old)...)
		b.ReportAllocs()

		for i := 0; b.Loop(); i++ {
			x.Set(tenant("old", 1, has(b, "*.com", -1-i)))
		}
	})

	// All verdicts are others then: there is no shorter way.
	b.Run("an old tenant that has everything goes", func(b *testing.B) {
		backAndForth(b, hostname.NewIndex(append(claimants, old)...), tenant("old", 0), old)
	})
}

func BenchmarkBuildOf5000(b *testing.B) {
	claimants := fleet(b)

	b.Run("as a whole", func(b *testing.B) {
		b.ReportAllocs()

		for b.Loop() {
			hostname.NewIndex(claimants...)
		}
	})

	b.Run("one by one", func(b *testing.B) {
		b.ReportAllocs()

		for b.Loop() {
			x := hostname.NewIndex()
			for _, claimant := range claimants {
				x.Set(claimant)
			}
		}
	})
}

func BenchmarkParse(b *testing.B) {
	for _, text := range []string{"blog.example.com", "*.bücher.example"} {
		b.Run(text, func(b *testing.B) {
			b.ReportAllocs()

			for b.Loop() {
				parse(b, text)
			}
		})
	}
}

func BenchmarkOwnerIn5000(b *testing.B) {
	x := hostname.NewIndex(fleet(b)...)
	name := parse(b, "a.tenant-2500.example.com")
	b.ReportAllocs()

	for b.Loop() {
		x.Owner(name)
	}
}
