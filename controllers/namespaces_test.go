// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

func TestServe(t *testing.T) {
	t.Parallel()

	namespace := func(name string, changes ...func(*corev1.Namespace)) corev1.Namespace {
		found := corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}
		for _, change := range changes {
			change(&found)
		}

		return found
	}
	terminating := func(n *corev1.Namespace) {
		n.DeletionTimestamp = new(metav1.Date(2026, time.May, 1, 8, 0, 0, 0, time.UTC))
	}
	ofATenant := func(n *corev1.Namespace) {
		n.Labels = map[string]string{tenant.LabelManagedBy: tenant.Operator, tenant.LabelTenant: "video"}
	}
	// Its owner's tools keep their own label there.
	movedInto := func(n *corev1.Namespace) {
		n.Labels = map[string]string{tenant.LabelManagedBy: "helm", tenant.LabelTenant: "video"}
	}
	halfLabelled := func(n *corev1.Namespace) {
		n.Labels = map[string]string{tenant.LabelManagedBy: tenant.Operator}
	}

	unwilling := func(n *corev1.Namespace) { n.Annotations = map[string]string{tenant.AnnotationConsent: "video"} }

	for name, test := range map[string]struct {
		names      []string
		found      []corev1.Namespace
		wantServed []string
		wantStates []v1alpha1.NamespaceStatus
	}{
		"a selector that matches nothing": {
			wantStates: []v1alpha1.NamespaceStatus{},
		},
		"names in any order": {
			names:      []string{"news", "blog"},
			found:      []corev1.Namespace{namespace("news"), namespace("blog")},
			wantServed: []string{"blog", "news"},
			wantStates: []v1alpha1.NamespaceStatus{
				{Name: "blog", State: v1alpha1.NamespaceServed},
				{Name: "news", State: v1alpha1.NamespaceServed},
			},
		},
		"what a selector found": {
			found:      []corev1.Namespace{namespace("news"), namespace("blog", movedInto), namespace("shop", halfLabelled)},
			wantServed: []string{"news", "shop"},
			wantStates: []v1alpha1.NamespaceStatus{
				{Name: "blog", State: v1alpha1.NamespaceReserved},
				{Name: "news", State: v1alpha1.NamespaceServed},
				{Name: "shop", State: v1alpha1.NamespaceServed},
			},
		},
		"the tenant's own namespace, that it has not moved into yet": {
			names:      []string{"blog", "ingress-news"},
			found:      []corev1.Namespace{namespace("blog"), namespace("ingress-news")},
			wantServed: []string{"blog"},
			wantStates: []v1alpha1.NamespaceStatus{
				{Name: "blog", State: v1alpha1.NamespaceServed},
				{Name: "ingress-news", State: v1alpha1.NamespaceReserved},
			},
		},
		"names that do not exist": {
			names: []string{"blog", "news"},
			wantStates: []v1alpha1.NamespaceStatus{
				{Name: "blog", State: v1alpha1.NamespaceNotFound},
				{Name: "news", State: v1alpha1.NamespaceNotFound},
			},
		},
		"one of each state": {
			names:      []string{"blog", "news", "shop", "ingress-video"},
			found:      []corev1.Namespace{namespace("blog"), namespace("shop", terminating), namespace("ingress-video", ofATenant)},
			wantServed: []string{"blog"},
			wantStates: []v1alpha1.NamespaceStatus{
				{Name: "blog", State: v1alpha1.NamespaceServed},
				{Name: "ingress-video", State: v1alpha1.NamespaceReserved},
				{Name: "news", State: v1alpha1.NamespaceNotFound},
				{Name: "shop", State: v1alpha1.NamespaceTerminating},
			},
		},
		"one that does not consent, and others that cannot be served anyhow": {
			names: []string{"blog", "ingress-news"},
			found: []corev1.Namespace{
				namespace("blog", unwilling), namespace("shop", unwilling, terminating), namespace("ingress-video", unwilling, ofATenant),
				namespace("ingress-news", unwilling),
			},
			wantStates: []v1alpha1.NamespaceStatus{
				{Name: "blog", State: v1alpha1.NamespaceNoConsent},
				{Name: "ingress-news", State: v1alpha1.NamespaceReserved},
				{Name: "ingress-video", State: v1alpha1.NamespaceReserved},
				{Name: "shop", State: v1alpha1.NamespaceTerminating},
			},
		},
		"a tenant's namespace on its way out": {
			found:      []corev1.Namespace{namespace("ingress-video", ofATenant, terminating)},
			wantStates: []v1alpha1.NamespaceStatus{{Name: "ingress-video", State: v1alpha1.NamespaceReserved}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			served, states := serve("ingress-news", test.names, test.found, func(n *corev1.Namespace) bool {
				return tenant.Consents(n.Annotations, "news", false)
			})
			if diff := cmp.Diff(test.wantServed, served); diff != "" {
				t.Errorf("served (-want +got):\n%s", diff)
			}

			if diff := cmp.Diff(test.wantStates, states); diff != "" {
				t.Errorf("states (-want +got):\n%s", diff)
			}
		})
	}
}

// An empty selector of Kubernetes selects everything: a tenant without one must
// not come to that.
func TestSelectorOf(t *testing.T) {
	t.Parallel()

	team := &v1alpha1.NamespacesSpec{Selector: &v1alpha1.NamespaceSelector{
		MatchLabels: map[string]v1alpha1.LabelValue{"team": "blog", "stage": ""},
	}}

	for name, test := range map[string]struct {
		namespaces *v1alpha1.NamespacesSpec
		labels     labels.Set
		want       bool
	}{
		"all namespaces":       {nil, labels.Set{"team": "blog"}, false},
		"names":                {&v1alpha1.NamespacesSpec{Names: []string{"blog"}}, labels.Set{"team": "blog"}, false},
		"every label":          {team, labels.Set{"team": "blog", "stage": "", "more": "x"}, true},
		"a label is missing":   {team, labels.Set{"team": "blog"}, false},
		"a label is different": {team, labels.Set{"team": "news", "stage": ""}, false},
		"no labels":            {team, nil, false},
	} {
		subject := &v1alpha1.IngressTenant{Spec: v1alpha1.IngressTenantSpec{Namespaces: test.namespaces}}
		if got := selectorOf(subject).Matches(test.labels); got != test.want {
			t.Errorf("%s: matches %v: %v, want %v", name, test.labels, got, test.want)
		}
	}
}
