// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// serve returns the names of the namespaces to serve, sorted, and the state of
// each that was found or asked for by name. The namespace of the tenant's own
// controller is reserved also before the tenant has moved into it.
func serve(own string, names []string, found []corev1.Namespace, consents func(*corev1.Namespace) bool) ([]string, []v1alpha1.NamespaceStatus) {
	states := make(map[string]v1alpha1.NamespaceState, len(names)+len(found))
	for _, name := range names {
		states[name] = v1alpha1.NamespaceNotFound
	}

	for i := range found {
		states[found[i].Name] = stateOf(&found[i], consents)
	}

	if _, asked := states[own]; asked {
		states[own] = v1alpha1.NamespaceReserved
	}

	var served []string

	reported := make([]v1alpha1.NamespaceStatus, 0, len(states))

	for name, state := range states {
		reported = append(reported, v1alpha1.NamespaceStatus{Name: name, State: state})

		if state == v1alpha1.NamespaceServed {
			served = append(served, name)
		}
	}

	slices.Sort(served)
	slices.SortFunc(reported, func(a, b v1alpha1.NamespaceStatus) int { return strings.Compare(a.Name, b.Name) })

	return served, reported
}

func stateOf(namespace *corev1.Namespace, consents func(*corev1.Namespace) bool) v1alpha1.NamespaceState {
	switch {
	case tenant.Reserved(namespace.Labels):
		return v1alpha1.NamespaceReserved
	case !namespace.DeletionTimestamp.IsZero():
		return v1alpha1.NamespaceTerminating
	case !consents(namespace):
		return v1alpha1.NamespaceNoConsent
	default:
		return v1alpha1.NamespaceServed
	}
}

// selectorOf returns the tenant's namespace selector, which selects nothing if
// it has none.
func selectorOf(t *v1alpha1.IngressTenant) labels.Selector {
	required := tenant.NamespaceLabels(t)
	if required == nil {
		return labels.Nothing()
	}

	return labels.SelectorFromSet(required)
}
