// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// MaxViolations is the API's limit for status.violations.
const MaxViolations = 32

// maxViolation is the API's limit for the message of each, in characters.
const maxViolation = 512

// Violations are Ingresses that break what new ones are held to.
type Violations struct {
	// Total is how many there are.
	Total int
	// First are the first of them, by namespace and name.
	First []v1alpha1.IngressViolation
}

// Add adds an Ingress, and what is wrong with it.
func (v *Violations) Add(namespace, name string, wrong []string) {
	v.Total++

	added := v1alpha1.IngressViolation{Namespace: namespace, Name: name, Message: head(strings.Join(wrong, "; "), maxViolation)}
	order := func(a, b v1alpha1.IngressViolation) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	}

	at, _ := slices.BinarySearchFunc(v.First, added, order)
	if at >= MaxViolations {
		return
	}

	v.First = slices.Insert(v.First, at, added)
	v.First = v.First[:min(len(v.First), MaxViolations)]
}

func recordViolations(s *v1alpha1.IngressTenantStatus, v *Violations) {
	if v == nil {
		return
	}

	s.Violations, s.TotalViolations = slices.Clone(v.First), int32(min(v.Total, 1<<31-1)) //nolint:gosec // bounded
}
