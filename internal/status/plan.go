// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"cmp"
	"slices"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// maxNamespaces is the API's limit for status.namespaces.
const maxNamespaces = 256

// maxIgnored is the API's limit for status.ignoredAnnotations.
const maxIgnored = 32

// recordPlan writes what the spec resolves to.
func recordPlan(s *v1alpha1.IngressTenantStatus, p *Plan) {
	if p == nil {
		return
	}

	s.IngressClassName = p.IngressClassName
	s.ControllerValue = p.ControllerValue
	s.Namespace = p.Namespace
	s.Provider = p.Provider.DeepCopy()
	s.Isolation = p.Isolation.DeepCopy()
	s.Namespaces = nil
	s.IgnoredAnnotations = slices.Clone(p.IgnoredAnnotations[:min(len(p.IgnoredAnnotations), maxIgnored)])

	if !p.AllNamespaces {
		namespaces := p.sortedNamespaces()
		s.Namespaces = namespaces[:min(len(namespaces), maxNamespaces)]
	}
}

// sortedNamespaces are the namespaces asked for, by name; nil if there are none.
func (p *Plan) sortedNamespaces() []v1alpha1.NamespaceStatus {
	return slices.SortedFunc(slices.Values(p.Namespaces), func(a, b v1alpha1.NamespaceStatus) int {
		return cmp.Compare(a.Name, b.Name)
	})
}
