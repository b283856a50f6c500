// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
	auditv1 "k8s.io/apiserver/pkg/apis/audit/v1"
)

// right is one verb on one resource, as one role gives it. The objects' names, where
// a rule has some, are no part of it.
type right struct {
	// role gives the right; of a right that is refused, it is the user who asked.
	role string
	verb string
	// resource is as kubectl has it: deployments.apps, pods, ingresses.networking.k8s.io/status.
	resource string
}

// String is the right in a line.
func (r right) String() string { return r.role + ": " + r.verb + " " + r.resource }

func compare(a, b right) int { return strings.Compare(a.String(), b.String()) }

type rights map[right]bool

func (s rights) sorted() []right { return slices.SortedFunc(maps.Keys(s), compare) }

// granted are the rights that roles give.
func granted(roles map[string][]rbacv1.PolicyRule) rights {
	found := rights{}

	for role, rules := range roles {
		for _, rule := range rules {
			for _, group := range rule.APIGroups {
				for _, resource := range rule.Resources {
					for _, verb := range rule.Verbs {
						found[right{role: role, verb: verb, resource: resourceOf(group, resource)}] = true
					}
				}
			}
		}
	}

	return found
}

// resourceOf is a resource with its group, and its subresource if it has one.
func resourceOf(group, resource string) string {
	if group == "" {
		return resource
	}

	resource, sub, found := strings.Cut(resource, "/")
	if !found {
		return resource + "." + group
	}

	return resource + "." + group + "/" + sub
}

// usage is what ServiceAccounts asked for.
type usage struct {
	// used are the rights that requests were permitted by.
	used rights
	// refused are those that nobody gave, by who asked for them.
	refused rights
	// requests counts all of them.
	requests int
}

func newUsage() *usage { return &usage{used: rights{}, refused: rights{}} }

// allowedBy is the role in the words of the RBAC authorizer.
var allowedBy = regexp.MustCompile(`RBAC: allowed by .* of (?:Cluster)?Role "([^"]+)"`)

// add adds a request that the operator or a tenant's controller made. Tests that act
// with their tokens are others: they do so to be refused.
func (u *usage) add(event *auditv1.Event) {
	account, found := strings.CutPrefix(event.User.Username, "system:serviceaccount:ingress-")
	program, _, _ := strings.Cut(event.UserAgent, "/")

	if !found || event.ObjectRef == nil || strings.HasSuffix(program, ".test") {
		return
	}

	resource := event.ObjectRef.Resource
	if event.ObjectRef.Subresource != "" {
		resource += "/" + event.ObjectRef.Subresource
	}

	asked := right{verb: event.Verb, resource: resourceOf(event.ObjectRef.APIGroup, resource)}
	u.requests++

	if event.Annotations["authorization.k8s.io/decision"] != "allow" {
		_, asked.role, _ = strings.Cut(account, ":")
		u.refused[asked] = true

		return
	}

	role := allowedBy.FindStringSubmatch(event.Annotations["authorization.k8s.io/reason"])
	if role == nil {
		return // Not by a role: what every authenticated user may do has one, too.
	}

	asked.role = role[1]
	u.used[asked] = true

	// Who creates an object by applying it is asked for the right to create, too.
	if event.Verb == "patch" && event.ResponseStatus != nil && event.ResponseStatus.Code == http.StatusCreated {
		asked.verb = "create"
		u.used[asked] = true
	}
}
