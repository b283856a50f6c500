// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package status_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/status"
)

func TestViolations(t *testing.T) {
	t.Parallel()

	one := &status.Violations{}
	one.Add("shop", "b", []string{"first", "second"})
	one.Add("shop", "a", []string{"third"})
	one.Add("blog", "c", []string{strings.Repeat("x", 600)})

	many := &status.Violations{}
	for i := 99; i >= 0; i-- {
		many.Add("shop", fmt.Sprintf("i-%02d", i), []string{"wrong"})
	}

	listed := []v1alpha1.IngressViolation{{Namespace: "blog", Name: "before", Message: "wrong"}}
	before := v1alpha1.IngressTenantStatus{Violations: listed, TotalViolations: 1}

	t.Run("are kept as long as nobody has looked", func(t *testing.T) {
		t.Parallel()

		got := computed(before, nil)
		if diff := cmp.Diff(listed, got.Violations); diff != "" || got.TotalViolations != 1 {
			t.Errorf("got %d (-want +got):\n%s", got.TotalViolations, diff)
		}
	})

	t.Run("go when there are none any more", func(t *testing.T) {
		t.Parallel()

		if got := computed(before, &status.Violations{}); got.Violations != nil || got.TotalViolations != 0 {
			t.Errorf("got %d: %v, want none", got.TotalViolations, got.Violations)
		}
	})

	t.Run("are sorted, with what is wrong", func(t *testing.T) {
		t.Parallel()

		got := computed(before, one).Violations
		want := []v1alpha1.IngressViolation{
			{Namespace: "blog", Name: "c", Message: got[0].Message},
			{Namespace: "shop", Name: "a", Message: "third"},
			{Namespace: "shop", Name: "b", Message: "first; second"},
		}

		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}

		if length := len([]rune(got[0].Message)); length > 512 {
			t.Errorf("a message has %d characters, want at most 512", length)
		}
	})

	t.Run("are listed in part, and counted all", func(t *testing.T) {
		t.Parallel()

		got := computed(before, many)
		if got.TotalViolations != 100 || len(got.Violations) != 32 || got.Violations[0].Name != "i-00" || got.Violations[31].Name != "i-31" {
			t.Errorf("got %d: %v", got.TotalViolations, got.Violations)
		}
	})
}

func computed(before v1alpha1.IngressTenantStatus, found *status.Violations) v1alpha1.IngressTenantStatus {
	return status.Compute(&v1alpha1.IngressTenant{Status: before}, status.Observed{Violations: found}, metav1.Now())
}
