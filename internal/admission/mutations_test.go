// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package admission_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/ingresstenant/ingress-tenant-operator/internal/admission"
)

// TestEveryRuleRefusesSomething takes one rule at a time out of each policy: something
// that is refused with it passes without it, or the tables above would not notice if
// the rule got lost.
func TestEveryRuleRefusesSomething(t *testing.T) {
	t.Parallel()

	all := map[string]check{}
	for _, checks := range []map[string]check{ingressChecks(), objectChecks(), fenceChecks()} {
		maps.Copy(all, checks)
	}

	countRefusals := func(t *testing.T, policy admission.Policy) map[string]int {
		t.Helper()

		evaluator, counts := newEvaluatorOf(t, policy), map[string]int{}

		for name, check := range all {
			if len(check.refused) > 0 {
				counts[name] = len(evaluator.refusals(t, check.request))
			}
		}

		return counts
	}

	for _, policy := range append(policies(fleet()), fenced(false)) {
		whole := countRefusals(t, policy)

		for number := range policy.Policy.Spec.Validations {
			t.Run(fmt.Sprintf("%s without rule %d", policy.Name(), number), func(t *testing.T) {
				t.Parallel()

				without := admission.Policy{Policy: policy.Policy.DeepCopy(), Binding: policy.Binding}
				without.Policy.Spec.Validations = slices.Delete(without.Policy.Spec.Validations, number, number+1)

				if maps.Equal(whole, countRefusals(t, without)) {
					t.Errorf("nothing passes that the rule refuses: %s", policy.Policy.Spec.Validations[number].Expression)
				}
			})
		}
	}
}
