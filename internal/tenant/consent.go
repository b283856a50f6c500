// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package tenant

import (
	"strings"
)

// Consents is whether a namespace with these annotations lets the tenant of this
// name serve it: its consent lists the tenant, or all by "*". Without a word of it
// the namespace consents unless consent is required.
func Consents(annotations map[string]string, name string, required bool) bool {
	consent, said := annotations[AnnotationConsent]
	if !said {
		return !required
	}

	for listed := range strings.SplitSeq(consent, ",") {
		if listed = strings.TrimSpace(listed); listed == name || listed == "*" {
			return true
		}
	}

	return false
}
