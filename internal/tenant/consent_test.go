// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package tenant_test

import (
	"testing"

	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

func TestConsents(t *testing.T) {
	t.Parallel()

	says := func(consent string) map[string]string { return map[string]string{"ingresstenant.io/consent": consent} }

	for name, c := range map[string]struct {
		annotations       map[string]string
		free, constrained bool
	}{
		"not a word":                {nil, true, false},
		"another annotation":        {map[string]string{"ingresstenant.io/adopt": "blog"}, true, false},
		"the tenant":                {says("blog"), true, true},
		"the tenant among others":   {says("shop, blog,video"), true, true},
		"all":                       {says("*"), true, true},
		"others":                    {says("shop,video"), false, false},
		"nobody":                    {says(""), false, false},
		"a name that begins alike":  {says("blog-2"), false, false},
		"a pattern, which is none":  {says("bl*"), false, false},
		"the tenant in other cases": {says("Blog"), false, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			if got := tenant.Consents(c.annotations, "blog", false); got != c.free {
				t.Errorf("consents: %v, want %v", got, c.free)
			}

			if got := tenant.Consents(c.annotations, "blog", true); got != c.constrained {
				t.Errorf("consents where that is required: %v, want %v", got, c.constrained)
			}
		})
	}
}
