// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package providertest

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
)

// Arguments is a request, and what its command line has and lacks beside that of
// a tenant that asks for nothing.
type Arguments struct {
	Request       provider.Request
	Without, With []string
}

// CheckArguments holds an implementation to the command lines of some requests.
// Defaults is that of a tenant that asks for nothing and has no namespace yet.
func CheckArguments(t *testing.T, p provider.Provider, defaults []string, tests map[string]Arguments) {
	t.Helper()

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			w, err := p.Workload(test.Request)
			if err != nil {
				t.Fatal(err)
			}

			for _, arg := range test.Without {
				if !slices.Contains(defaults, arg) {
					t.Errorf("%s is not there anyway", arg)
				}
			}

			want := slices.DeleteFunc(slices.Concat(defaults, test.With), func(arg string) bool {
				return slices.Contains(test.Without, arg)
			})
			if got := slices.Sorted(slices.Values(w.Args)); !slices.Equal(got, slices.Sorted(slices.Values(want))) {
				t.Errorf("arguments\n%s\nwant\n%s", strings.Join(w.Args, "\n"), strings.Join(want, "\n"))
			}
		})
	}
}

// Refusal is a request that is refused, and how.
type Refusal struct {
	Request         provider.Request
	Reason, Message string
}

// CheckRefusals holds an implementation to what it refuses.
func CheckRefusals(t *testing.T, p provider.Provider, tests map[string]Refusal) {
	t.Helper()

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			_, err := p.Workload(test.Request)

			var refused *provider.RefusedError
			if !errors.As(err, &refused) {
				t.Fatalf("got %v, want a *RefusedError", err)
			}

			if refused.Reason != test.Reason || refused.Message != test.Message {
				t.Errorf("got %s\n%s\nwant %s\n%s", refused.Reason, refused.Message, test.Reason, test.Message)
			}
		})
	}
}
