// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// maxNamespaces is the API's limit for status.namespaces.
const maxNamespaces = 256

// Namespaces are those that a tenant asks for.
type Namespaces struct {
	// All is whether every namespace is served.
	All bool
	// States are the namespaces asked for otherwise, in any order and number: what
	// each shall be.
	States []v1alpha1.NamespaceStatus
	// RightsLeft are namespaces that are not to be served and in which the
	// controllers have rights all the same, sorted.
	RightsLeft []string
}

// recordNamespaces writes what each namespace is. One that is no longer to be served
// is being withdrawn as long as the controllers have rights there, or pods run that
// were started to serve it; one that is to be served and never was is pending as
// long as the spec is not carried out.
func (v view) recordNamespaces(s *v1alpha1.IngressTenantStatus) {
	if v.Namespaces == nil {
		return
	}

	before := s.Namespaces
	s.Namespaces = nil

	if v.Namespaces.All {
		return
	}

	states := map[string]v1alpha1.NamespaceState{}
	for _, namespace := range v.Namespaces.States {
		states[namespace.Name] = namespace.State
	}

	for _, name := range v.withdrawn(before, states) {
		states[name] = v1alpha1.NamespaceWithdrawing
	}

	for name, state := range states {
		if state == v1alpha1.NamespaceServed && !v.carriedOut() && stateOf(before, name) != v1alpha1.NamespaceServed {
			state = v1alpha1.NamespacePending
		}

		s.Namespaces = append(s.Namespaces, v1alpha1.NamespaceStatus{Name: name, State: state})
	}

	slices.SortFunc(s.Namespaces, func(a, b v1alpha1.NamespaceStatus) int { return cmp.Compare(a.Name, b.Name) })
	s.Namespaces = s.Namespaces[:min(len(s.Namespaces), maxNamespaces)]
}

// withdrawn are the namespaces that are not to be served and still are. One that is
// gone, or goes, takes its Ingresses and the rights with it.
func (v view) withdrawn(before []v1alpha1.NamespaceStatus, states map[string]v1alpha1.NamespaceState) []string {
	names := slices.Clone(v.Namespaces.RightsLeft)

	if v.running() {
		return names
	}

	for _, namespace := range before {
		was := namespace.State == v1alpha1.NamespaceServed || namespace.State == v1alpha1.NamespaceWithdrawing

		switch state, asked := states[namespace.Name]; {
		case !was || slices.Contains(names, namespace.Name):
		case !asked, state == v1alpha1.NamespaceNoConsent, state == v1alpha1.NamespaceReserved:
			names = append(names, namespace.Name)
		}
	}

	return names
}

// carriedOut is whether nothing keeps the spec from being carried out.
func (v view) carriedOut() bool {
	return v.Plan != nil && len(v.refusals) == 0 && len(v.failures) == 0
}

// running is whether all pods that there are run the latest spec.
func (v view) running() bool {
	return v.Deployment == nil || v.carriedOut() && Complete(v.Deployment) && v.Plan.Switchover == nil
}

func stateOf(namespaces []v1alpha1.NamespaceStatus, name string) v1alpha1.NamespaceState {
	at := slices.IndexFunc(namespaces, func(n v1alpha1.NamespaceStatus) bool { return n.Name == name })
	if at < 0 {
		return ""
	}

	return namespaces[at].State
}

// served says which namespaces are served, and why others are not.
func (n *Namespaces) served() string {
	if n == nil {
		return ""
	}

	if n.All {
		return "All namespaces are served."
	}

	if len(n.States) == 0 {
		return "No namespace is served: none matches spec.namespaces."
	}

	byState := map[v1alpha1.NamespaceState][]string{}
	for _, namespace := range n.States {
		byState[namespace.State] = append(byState[namespace.State], namespace.Name)
	}

	unserved := func(state v1alpha1.NamespaceState, why string) string {
		if len(byState[state]) == 0 {
			return ""
		}

		return fmt.Sprintf("%s: %s.", why, list(byState[state]))
	}

	return sentences(
		fmt.Sprintf("%d of %s served.", len(byState[v1alpha1.NamespaceServed]),
			number(len(n.States), "namespace is", "namespaces are")),
		unserved(v1alpha1.NamespaceNotFound, "Not found, and served as soon as they exist"),
		unserved(v1alpha1.NamespaceTerminating, "Being deleted"),
		unserved(v1alpha1.NamespaceNoConsent, "Served as soon as their annotation ingresstenant.io/consent names this tenant"),
		unserved(v1alpha1.NamespaceReserved, "Never served, because a tenant's controller runs there"),
		n.unlisted(),
	)
}

// unlisted counts the namespaces that do not fit into the status.
func (n *Namespaces) unlisted() string {
	if len(n.States) <= maxNamespaces {
		return ""
	}

	return fmt.Sprintf("status.namespaces lists the first %d; %d more are not shown.",
		maxNamespaces, len(n.States)-maxNamespaces)
}
