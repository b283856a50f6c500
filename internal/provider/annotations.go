// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package provider

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	networkingv1 "k8s.io/api/networking/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// Annotations are the annotations of Ingresses that an implementation reads,
// each as it is, or as a prefix that ends in "/*".
type Annotations []string

// Prefixed are annotations that have a prefix, which ends in "/".
func Prefixed(prefix string, names ...string) Annotations {
	annotations := make(Annotations, 0, len(names))
	for _, name := range names {
		annotations = append(annotations, prefix+name)
	}

	return annotations
}

// Read is whether an annotation is among them.
func (a Annotations) Read(annotation string) bool {
	return slices.ContainsFunc(a, func(pattern string) bool {
		if prefix, all := strings.CutSuffix(pattern, "*"); all {
			return strings.HasPrefix(annotation, prefix)
		}

		return annotation == pattern
	})
}

// Ignored are the annotations of the Ingresses that are meant for an ingress
// controller and not read by the one that has these, sorted by name.
func (a Annotations) Ignored(ingresses []networkingv1.Ingress) []v1alpha1.IgnoredAnnotation {
	found := map[string]*v1alpha1.IgnoredAnnotation{}

	for i := range ingresses {
		for annotation := range ingresses[i].Annotations {
			if !tenant.ConfiguresController(annotation) || a.Read(annotation) {
				continue
			}

			name := ingresses[i].Namespace + "/" + ingresses[i].Name
			if found[annotation] == nil {
				found[annotation] = &v1alpha1.IgnoredAnnotation{Name: annotation, Example: name}
			}

			found[annotation].Ingresses++
			// The first by name, whatever order they come in.
			found[annotation].Example = min(found[annotation].Example, name)
		}
	}

	var ignored []v1alpha1.IgnoredAnnotation
	for annotation := range maps.Values(found) {
		ignored = append(ignored, *annotation)
	}

	slices.SortFunc(ignored, func(x, y v1alpha1.IgnoredAnnotation) int { return cmp.Compare(x.Name, y.Name) })

	return ignored
}
