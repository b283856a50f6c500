// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package hostname_test

import (
	"testing"

	"github.com/ingresstenant/ingress-tenant-operator/internal/hostname"
)

func TestCoversAndOverlaps(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		a, b                string
		covers, isCoveredBy bool
	}{
		"the same hostname":                 {"a.example.com", "a.example.com", true, true},
		"two hostnames":                     {"a.example.com", "b.example.com", false, false},
		"a hostname below another":          {"example.com", "a.example.com", false, false},
		"a wildcard and its domain":         {"*.example.com", "example.com", false, false},
		"a wildcard and a name below":       {"*.example.com", "a.example.com", true, false},
		"a wildcard and a name far below":   {"*.example.com", "a.b.c.example.com", true, false},
		"a wildcard and a name that ends":   {"*.example.com", "anexample.com", false, false},
		"a wildcard and a name of another":  {"*.example.com", "a.example.org", false, false},
		"a wildcard and the domain's own":   {"*.b.example.com", "b.example.com", false, false},
		"the same wildcard":                 {"*.example.com", "*.example.com", true, true},
		"a wildcard below another":          {"*.example.com", "*.b.example.com", true, false},
		"a wildcard far below another":      {"*.com", "*.b.example.com", true, false},
		"two wildcards":                     {"*.a.example.com", "*.b.example.com", false, false},
		"a wildcard and one that ends":      {"*.example.com", "*.anexample.com", false, false},
		"a wildcard of a domain's wildcard": {"*.example.com", "*.com", false, true},
		"ways to write":                     {"*.BÜCHER.example", "a.xn--bcher-kva.example", true, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			a, b := parse(t, test.a), parse(t, test.b)

			if got := a.Covers(b); got != test.covers {
				t.Errorf("%s covers %s: %t", a, b, got)
			}

			if got := b.Covers(a); got != test.isCoveredBy {
				t.Errorf("%s covers %s: %t", b, a, got)
			}

			want := test.covers || test.isCoveredBy
			if hostname.Overlaps(a, b) != want || hostname.Overlaps(b, a) != want {
				t.Errorf("%s overlaps %s: want %t", a, b, want)
			}
		})
	}
}

func TestTheZeroNameIsNone(t *testing.T) {
	t.Parallel()

	var zero hostname.Name

	for _, other := range []hostname.Name{zero, parse(t, "a.example.com"), parse(t, "*.example.com")} {
		if zero.Covers(other) || other.Covers(zero) || hostname.Overlaps(zero, other) {
			t.Errorf("it overlaps %q", other)
		}
	}
}
