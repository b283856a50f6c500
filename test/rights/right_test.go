// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	auditv1 "k8s.io/apiserver/pkg/apis/audit/v1"
)

func TestGranted(t *testing.T) {
	t.Parallel()

	given := granted(map[string][]rbacv1.PolicyRule{
		"one": {{APIGroups: []string{"", "apps"}, Resources: []string{"a", "a/status"}, Verbs: []string{"get"}}},
		"two": {{APIGroups: []string{"apps"}, Resources: []string{"a"}, ResourceNames: []string{"b"}, Verbs: []string{"get", "list"}}},
	})

	want := []string{"one: get a", "one: get a.apps", "one: get a.apps/status", "one: get a/status", "two: get a.apps", "two: list a.apps"}
	if diff := cmp.Diff(want, texts(given)); diff != "" {
		t.Errorf("rights (-want +got):\n%s", diff)
	}
}

// request is a request of the operator's that its role permitted.
func request() *auditv1.Event {
	event := &auditv1.Event{
		Verb: "patch", UserAgent: "manager/v1 (linux/amd64)",
		ObjectRef:      &auditv1.ObjectReference{APIGroup: "apps", Resource: "deployments"},
		ResponseStatus: &metav1.Status{Code: 200},
		Annotations: map[string]string{
			"authorization.k8s.io/decision": "allow",
			"authorization.k8s.io/reason":   `RBAC: allowed by ClusterRoleBinding "a" of ClusterRole "ingress-tenant-operator" to ServiceAccount "b"`,
		},
	}
	event.User.Username = "system:serviceaccount:ingress-tenant-operator:ingress-tenant-operator"

	return event
}

func TestUsage(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		change        func(*auditv1.Event)
		used, refused []string
	}{
		"a right":                      {change: func(*auditv1.Event) {}, used: []string{"ingress-tenant-operator: patch deployments.apps"}},
		"a right to a subresource":     {change: func(e *auditv1.Event) { e.ObjectRef.Subresource = "scale" }, used: []string{"ingress-tenant-operator: patch deployments.apps/scale"}},
		"an object created by a patch": {change: func(e *auditv1.Event) { e.ResponseStatus.Code = 201 }, used: []string{"ingress-tenant-operator: create deployments.apps", "ingress-tenant-operator: patch deployments.apps"}},
		"a Role in a namespace": {change: func(e *auditv1.Event) {
			e.Annotations["authorization.k8s.io/reason"] = `RBAC: allowed by RoleBinding "a/b" of Role "c" to ServiceAccount "d"`
		}, used: []string{"c: patch deployments.apps"}},
		"what needs no role":            {change: func(e *auditv1.Event) { e.Annotations["authorization.k8s.io/reason"] = "" }},
		"a refusal":                     {change: func(e *auditv1.Event) { e.Annotations["authorization.k8s.io/decision"] = "forbid" }, refused: []string{"ingress-tenant-operator: patch deployments.apps"}},
		"a URL that is no resource":     {change: func(e *auditv1.Event) { e.ObjectRef = nil }},
		"a test with the token":         {change: func(e *auditv1.Event) { e.UserAgent = "attack.test/v0.0.0 (linux/amd64)" }},
		"a person":                      {change: func(e *auditv1.Event) { e.User.Username = "admin" }},
		"an account of somebody else's": {change: func(e *auditv1.Event) { e.User.Username = "system:serviceaccount:kube-system:a" }},
		"a tenant's controller, refused": {change: func(e *auditv1.Event) {
			e.User.Username = "system:serviceaccount:ingress-blog:traefik"
			e.Annotations = nil
		}, refused: []string{"traefik: patch deployments.apps"}},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			event := request()
			test.change(event)

			seen := newUsage()
			seen.add(event)

			if diff := cmp.Diff(test.used, texts(seen.used)); diff != "" {
				t.Errorf("used (-want +got):\n%s", diff)
			}

			if diff := cmp.Diff(test.refused, texts(seen.refused)); diff != "" {
				t.Errorf("refused (-want +got):\n%s", diff)
			}
		})
	}
}

func TestJudge(t *testing.T) {
	t.Parallel()

	list, get := right{"role", "list", "pods"}, right{"role", "get", "pods"}
	asked := right{"traefik", "get", "nodes"}
	elsewhere := right{"traefik", "get", "pods"} // In a namespace where the role is not bound.
	about := func(verb, resource string) []explanation {
		return []explanation{{Roles: []string{"*"}, Verbs: []string{verb}, Resources: []string{resource}, Because: "of something"}}
	}

	tests := map[string]struct {
		used, refused rights
		known         explanations
		faults        int
	}{
		"all used":                         {used: rights{list: true, get: true}},
		"one not used":                     {used: rights{get: true}, faults: 1},
		"one not used, explained":          {used: rights{get: true}, known: explanations{Unused: about("list", "po*")}},
		"another one explained":            {used: rights{get: true}, known: explanations{Unused: about("watch", "pods")}, faults: 2},
		"an explanation of what is used":   {used: rights{list: true, get: true}, known: explanations{Unused: about("list", "pods")}, faults: 1},
		"a use that depends on the run":    {used: rights{list: true, get: true}, known: explanations{Unused: []explanation{{Roles: []string{"*"}, Verbs: []string{"list"}, Resources: []string{"*"}, Sometimes: true, Because: "of time"}}}},
		"one asked for in vain":            {used: rights{list: true, get: true}, refused: rights{asked: true}, faults: 1},
		"one asked for in vain, explained": {used: rights{list: true, get: true}, refused: rights{asked: true}, known: explanations{Refused: about("get", "nodes")}},
		"a right elsewhere":                {used: rights{list: true, get: true}, refused: rights{elsewhere: true}},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			result := judge(rights{list: true, get: true}, &usage{used: test.used, refused: test.refused}, test.known)
			if len(result.faults) != test.faults {
				t.Errorf("faults: %v, want %d", result.faults, test.faults)
			}
		})
	}
}

// The explanations that are there can be read.
func TestExplanations(t *testing.T) {
	t.Parallel()

	if _, err := readExplanations("explanations.yaml"); err != nil {
		t.Error(err)
	}
}

func texts(s rights) []string {
	var found []string
	for _, r := range s.sorted() {
		found = append(found, r.String())
	}

	return found
}
