// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package violation

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// checkClasses asks whether the Ingress may name its classes, and whether both ways to
// name one agree.
func (s *subject) checkClasses() {
	for _, entry := range s.named() {
		if s.class != "" && s.annotation != "" && s.class != s.annotation {
			s.say(entry.Claim.Tenant, fmt.Sprintf("spec.ingressClassName is %s, and annotation %s names %s", s.class, tenant.AnnotationClass, s.annotation))
		}

		if !s.serves(entry) {
			s.say(entry.Claim.Tenant, "the namespace is not served")
		}
	}
}

// checkAnnotations asks whether annotations carry raw configuration that is not
// permitted, or name a Secret of another namespace.
func (s *subject) checkAnnotations() {
	for _, entry := range s.named() {
		implementation := s.implementations[entry.Claim.Provider]

		var raw, foreign []string

		for _, key := range slices.Sorted(maps.Keys(s.Annotations)) {
			if !entry.Claim.Snippets && implementation.RawAnnotations.Read(key) {
				raw = append(raw, key)
			}

			from, _, named := strings.Cut(s.Annotations[key], "/")
			if implementation.SecretAnnotations.Read(key) && named && from != s.home.Name {
				foreign = append(foreign, key)
			}
		}

		if len(raw) > 0 {
			s.say(entry.Claim.Tenant, "raw configuration in annotations: "+strings.Join(raw, ", "))
		}

		if len(foreign) > 0 {
			s.say(entry.Claim.Tenant, "Secrets of other namespaces in annotations: "+strings.Join(foreign, ", "))
		}
	}
}
