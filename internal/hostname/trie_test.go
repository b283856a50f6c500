// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package hostname

import (
	"testing"
)

func TestNothingIsLeftOfTenantsThatAreGone(t *testing.T) {
	t.Parallel()

	x := NewIndex()

	for _, name := range []string{"a", "b"} {
		var claims []Claim

		for _, text := range []string{"x.com", "*.com", "a.b.x.com", "*.c.x.com", "localhost"} {
			hostname, err := Parse(text)
			if err != nil {
				t.Fatal(err)
			}

			claims = append(claims, Claim{Hostname: hostname})
		}

		x.Set(Claimant{Tenant: name, Claims: claims})
	}

	x.Set(Claimant{Tenant: "a"})
	x.Remove("b")

	if len(x.root.children)+len(x.root.ranked) > 0 {
		t.Errorf("%d domains are left, %d with a holder", len(x.root.children), len(x.root.ranked))
	}
}
