// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package status_test

import (
	"errors"
	"fmt"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/status"
)

func TestAccepted(t *testing.T) {
	t.Parallel()

	failing := func(err error) func(*status.Observed) {
		return func(o *status.Observed) { o.Err = err }
	}
	taken := func(o *status.Observed) { o.DefaultClassConflict = "IngressClass nginx" }
	unresolved := func(o *status.Observed) { o.Plan = nil }
	requested := func(namespaces ...v1alpha1.NamespaceStatus) func(*status.Observed) {
		return func(o *status.Observed) { o.Namespaces.States = namespaces }
	}

	const conflict = "IngressClass nginx is the cluster's default class already, so this tenant serves only the Ingresses that name its class. " +
		"Set spec.ingressClass.default to Disabled, or make the other one give up the default."

	timeout := errors.New("apply Deployment: timeout")
	last := was("Accepted", metav1.ConditionTrue, "Accepted", "As before.")

	for name, c := range map[string]struct {
		last     []metav1.Condition
		observed status.Observed
		want     answer
	}{
		"all namespaces": {
			observed: serving(func(o *status.Observed) { o.Namespaces.All = true }),
			want:     answer{metav1.ConditionTrue, "Accepted", "The spec is carried out. All namespaces are served."},
		},
		"no namespace matches": {
			observed: serving(requested()),
			want:     answer{metav1.ConditionTrue, "Accepted", "The spec is carried out. No namespace is served: none matches spec.namespaces."},
		},
		"some namespaces are not served": {
			observed: serving(requested(
				v1alpha1.NamespaceStatus{Name: "shop", State: v1alpha1.NamespaceServed},
				v1alpha1.NamespaceStatus{Name: "b", State: v1alpha1.NamespaceNotFound},
				v1alpha1.NamespaceStatus{Name: "a", State: v1alpha1.NamespaceNotFound},
				v1alpha1.NamespaceStatus{Name: "old", State: v1alpha1.NamespaceTerminating},
				v1alpha1.NamespaceStatus{Name: "shy", State: v1alpha1.NamespaceNoConsent},
				v1alpha1.NamespaceStatus{Name: "ingress-video", State: v1alpha1.NamespaceReserved},
			)),
			want: answer{metav1.ConditionTrue, "Accepted", "The spec is carried out. 1 of 6 namespaces are served. " +
				"Not found, and served as soon as they exist: a, b. Being deleted: old. " +
				"Served as soon as their annotation ingresstenant.io/consent names this tenant: shy. " +
				"Never served, because a tenant's controller runs there: ingress-video."},
		},
		"more namespaces than the status holds": {
			observed: serving(requested(numbered(258)...)),
			want: answer{metav1.ConditionTrue, "Accepted", "The spec is carried out. 258 of 258 namespaces are served. " +
				"status.namespaces lists the first 256; 2 more are not shown."},
		},
		"refused": {
			observed: serving(unresolved, failing(refused{"IsolationBroken", "spec.controller.extraArgs[0] breaks it: remove it"})),
			want:     answer{metav1.ConditionFalse, "IsolationBroken", "spec.controller.extraArgs[0] breaks it: remove it."},
		},
		"refused, wrapped": {
			observed: serving(failing(fmt.Errorf("apply: %w", errors.Join(fmt.Errorf("class: %w", refused{"NameConflict", "Rename it."}))))),
			want:     answer{metav1.ConditionFalse, "NameConflict", "Rename it."},
		},
		"refused for no reason": {
			observed: serving(failing(refused{"", "no"})),
			want:     answer{metav1.ConditionFalse, "Refused", "no."},
		},
		"refused in many ways": {
			observed: serving(failing(errors.Join(
				refused{"Refused", "six"}, refused{"APIUnavailable", "five"}, refused{"NameConflict", "four"},
				refused{"IsolationBroken", "three"}, refused{"UnsupportedByProvider", "two"}, refused{"UnsupportedVersion", "one"},
				refused{"InvalidSpec", "zero"}, refused{"InvalidSpec", "zero"}, refused{"OfAnotherKind", "seven!"},
			))),
			want: answer{metav1.ConditionFalse, "InvalidSpec", "zero. one. two. three. four. five. six. seven!"},
		},
		"refused beside a failure": {
			observed: serving(failing(errors.Join(timeout, refused{"NameConflict", "Rename it."}))),
			want:     answer{metav1.ConditionFalse, "NameConflict", "Rename it."},
		},
		"default class taken": {
			observed: serving(taken),
			want:     answer{metav1.ConditionFalse, "DefaultClassConflict", conflict},
		},
		"default class taken beside a failure": {
			last:     []metav1.Condition{last},
			observed: serving(taken, failing(timeout)),
			want:     answer{metav1.ConditionFalse, "DefaultClassConflict", conflict},
		},
		"refused and default class taken": {
			observed: serving(taken, failing(refused{"NameConflict", "Rename it."})),
			want:     answer{metav1.ConditionFalse, "NameConflict", "Rename it. " + conflict},
		},
		"failure keeps the last answer": {
			last:     []metav1.Condition{last},
			observed: serving(failing(timeout)),
			want:     answer{metav1.ConditionTrue, "Accepted", "As before."},
		},
		"failure keeps the last refusal": {
			last:     []metav1.Condition{was("Accepted", metav1.ConditionFalse, "NameConflict", "Rename it.")},
			observed: serving(failing(timeout)),
			want:     answer{metav1.ConditionFalse, "NameConflict", "Rename it."},
		},
		"failure at first": {
			observed: status.Observed{Err: timeout},
			want: answer{metav1.ConditionUnknown, "ReconcileError", "It is not known yet whether the spec can be carried out. " +
				"The last attempt failed and is repeated: apply Deployment: timeout."},
		},
		"failure again": {
			last:     []metav1.Condition{was("Accepted", metav1.ConditionUnknown, "ReconcileError", "It was another one.")},
			observed: status.Observed{Err: timeout},
			want: answer{metav1.ConditionUnknown, "ReconcileError", "It is not known yet whether the spec can be carried out. " +
				"The last attempt failed and is repeated: apply Deployment: timeout."},
		},
		"nothing known": {
			observed: status.Observed{},
			want:     answer{metav1.ConditionUnknown, "ReconcileError", "The spec has not been looked at yet."},
		},
		"deletion keeps the last answer": {
			last:     []metav1.Condition{last},
			observed: status.Observed{Deletion: &status.Deletion{}},
			want:     answer{metav1.ConditionTrue, "Accepted", "As before."},
		},
		"deleted before it was accepted": {
			observed: status.Observed{Deletion: &status.Deletion{}},
			want:     answer{metav1.ConditionUnknown, "Deleting", "The tenant is being deleted, and its spec was never accepted."},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, tenant(c.last...), c.observed, map[string]answer{"Accepted": c.want})
		})
	}
}

// TestAcceptedKeepsGeneration shows that an answer that was kept is still about
// the generation that it was given for.
func TestAcceptedKeepsGeneration(t *testing.T) {
	t.Parallel()

	last := was("Accepted", metav1.ConditionTrue, "Accepted", "As before.")
	got := compute(t, tenant(last), serving(func(o *status.Observed) { o.Err = errors.New("timeout") })).Conditions[1]

	if got.ObservedGeneration != last.ObservedGeneration {
		t.Errorf("observedGeneration = %d, want %d", got.ObservedGeneration, last.ObservedGeneration)
	}
}
