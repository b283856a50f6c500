// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package admission_test

import (
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/ingresstenant/ingress-tenant-operator/internal/admission"
	"github.com/ingresstenant/ingress-tenant-operator/internal/hostname"
	"github.com/ingresstenant/ingress-tenant-operator/internal/violation"
)

// rulesOf are the rules of the package that looks at Ingresses which exist already.
func rulesOf(tb testing.TB, entries []admission.Entry) violation.Rules {
	tb.Helper()

	var fleet []hostname.Claimant

	for _, entry := range entries {
		claimant := hostname.Claimant{Tenant: entry.Claim.Tenant}

		for _, text := range entry.Hostnames {
			name, err := hostname.Parse(text)
			if err != nil {
				tb.Fatal(err)
			}

			claimant.Claims = append(claimant.Claims, hostname.Claim{Hostname: name, Held: true})
		}

		fleet = append(fleet, claimant)
	}

	return violation.NewRules(entries, hostname.NewIndex(fleet...), descriptors())
}

// expectSame holds the policies' answer to a new Ingress to what is found wrong with
// one that exists.
func expectSame(t *testing.T, evaluator *evaluator, rules violation.Rules, object runtime.Object, where *corev1.Namespace) {
	t.Helper()

	ingress, ok := object.(*networkingv1.Ingress)
	if !ok {
		t.Fatalf("%T is no Ingress", object)
	}

	refused := evaluator.refusals(t, request{object: ingress, namespace: where})
	found := rules.Find(ingress, where)

	// What the language of policies cannot look at is refused to everybody, and does
	// not concern any tenant.
	refused = slices.DeleteFunc(refused, func(message string) bool {
		return len(found) == 0 && strings.HasPrefix(message, "a host has more than 16 labels")
	})

	if (len(refused) > 0) != (len(found) > 0) {
		t.Errorf("a new one is refused by %q; of one that exists it is found: %q", refused, found)
	}
}
