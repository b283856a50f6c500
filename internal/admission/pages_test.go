// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package admission_test

import (
	"fmt"
	"testing"

	"github.com/ingresstenant/ingress-tenant-operator/internal/admission"
)

// many are entries of that many tenants with ten hostnames each.
func many(tenants int) []admission.Entry {
	entries := make([]admission.Entry, 0, tenants)

	for number := range tenants {
		entry := admission.Entry{Class: fmt.Sprintf("tenant-%d", number), Claim: admission.Claim{Tenant: "t", Provider: "Traefik"}}
		for host := range 10 {
			entry.Hostnames = append(entry.Hostnames, fmt.Sprintf("host-%d.%s.example.com", host, entry.Class))
		}

		entries = append(entries, entry)
	}

	return entries
}

func TestPages(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		now, tenants, want int
	}{
		"nobody":                         {0, 0, 1},
		"a few":                          {0, 10, 1},
		"more than one page takes":       {1, 400, 2},
		"a thousand":                     {0, 1000, 4},
		"a thousand, where there were":   {8, 1000, 8},
		"pages do not go for one tenant": {2, 200, 2},
		"pages go when they are empty":   {8, 10, 1},
		"a page that got lost":           {3, 400, 4},
		"the most that there are":        {0, 50_000, admission.MaxPages},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			entries := many(test.tenants)

			pages := admission.Pages(test.now, entries)
			if len(pages) != test.want {
				t.Errorf("%d tenants where there were %d pages give %d, want %d", test.tenants, test.now, len(pages), test.want)
			}

			found := 0
			for _, page := range pages {
				found += len(page)
			}

			if found != test.tenants {
				t.Errorf("%d of %d tenants are on a page", found, test.tenants)
			}
		})
	}
}

// TestAnEntryHoldsOnEveryPage asks about hosts of tenants that are on different pages,
// in a fleet that has several, and that needs more than one part for a table.
func TestAnEntryHoldsOnEveryPage(t *testing.T) {
	t.Parallel()

	entries := many(1000)
	evaluator := newEvaluator(t, entries)

	for number := 0; number < len(entries); number += 97 {
		host := entries[number].Hostnames[number%10]

		got := evaluator.refusals(t, request{object: ingress("nginx", host), namespace: namespace("evil")})
		expectRefusals(t, got, []string{"another tenant holds what these hosts name: " + host})

		got = evaluator.refusals(t, request{object: ingress(entries[number].Class, "free.example.net"), namespace: namespace("evil")})
		expectRefusals(t, got, []string{"the ingress class " + entries[number].Class})
	}
}
