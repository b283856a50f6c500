// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package violation

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/admission"
	"github.com/ingresstenant/ingress-tenant-operator/internal/hostname"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// Holders is who holds which hostname. A *hostname.Index is one.
type Holders interface {
	// Owner returns the tenant that holds all of a name.
	Owner(name hostname.Name) (string, bool)
	// Conflicts returns what other tenants than the given one hold of a name.
	Conflicts(name hostname.Name, tenant string) []hostname.Holding
}

// Rules are what Ingresses are held to.
type Rules struct {
	holders         Holders
	byClass         map[string]*admission.Entry
	byTenant        map[string]*admission.Entry
	implementations map[v1alpha1.ProviderName]provider.Descriptor
}

// NewRules returns the rules of a fleet: what is known of each tenant that has its
// class, who holds which hostname, and the controller implementations.
func NewRules(fleet []admission.Entry, holders Holders, implementations []provider.Descriptor) Rules {
	rules := Rules{
		holders:         holders,
		byClass:         make(map[string]*admission.Entry, len(fleet)),
		byTenant:        make(map[string]*admission.Entry, len(fleet)),
		implementations: make(map[v1alpha1.ProviderName]provider.Descriptor, len(implementations)),
	}

	for i := range fleet {
		rules.byClass[fleet[i].Class] = &fleet[i]
		rules.byTenant[fleet[i].Claim.Tenant] = &fleet[i]
	}

	for _, implementation := range implementations {
		rules.implementations[implementation.Name] = implementation
	}

	return rules
}

// Find returns what is wrong with an Ingress, by the tenant that it concerns: those
// whose class it names, and those that hold a host that it has. It is empty if nothing
// is.
func (r Rules) Find(ingress *networkingv1.Ingress, namespace *corev1.Namespace) map[string][]string {
	s := &subject{Rules: r, Ingress: ingress, home: namespace, found: map[string][]string{}}
	if ingress.Spec.IngressClassName != nil {
		s.class = *ingress.Spec.IngressClassName
	}

	s.annotation = ingress.Annotations[tenant.AnnotationClass]
	s.checkClasses()
	s.checkAnnotations()
	s.checkHosts()

	return s.found
}

// subject is an Ingress that is looked at.
type subject struct {
	Rules
	*networkingv1.Ingress

	home *corev1.Namespace
	// class and annotation are the classes that it names, empty if it does not.
	class, annotation string
	found             map[string][]string
}

// say records what is wrong, once for each tenant that it concerns.
func (s *subject) say(name, message string) {
	if !slices.Contains(s.found[name], message) {
		s.found[name] = append(s.found[name], message)
	}
}

// named are the tenants whose class the Ingress names.
func (s *subject) named() []*admission.Entry {
	var entries []*admission.Entry

	for _, class := range []string{s.class, s.annotation} {
		if entry := s.byClass[class]; entry != nil && !slices.Contains(entries, entry) {
			entries = append(entries, entry)
		}
	}

	return entries
}

// own is the tenant that the Ingress's hosts are that of, or nil: the class of the spec
// comes before that of the annotation.
func (s *subject) own() *admission.Entry {
	if s.class != "" {
		return s.byClass[s.class]
	}

	return s.byClass[s.annotation]
}

// serves is whether a tenant serves the Ingress's namespace.
func (s *subject) serves(entry *admission.Entry) bool {
	claim := entry.Claim
	if !tenant.Consents(s.home.Annotations, claim.Tenant, claim.RequireConsent) {
		return false
	}

	if claim.AllNamespaces {
		return true
	}

	if tenant.Reserved(s.home.Labels) {
		return false
	}

	return slices.Contains(claim.Namespaces, s.home.Name) ||
		len(claim.NamespaceLabels) > 0 && labels.SelectorFromSet(claim.NamespaceLabels).Matches(labels.Set(s.home.Labels))
}
