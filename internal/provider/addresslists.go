// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package provider

import (
	"slices"

	networkingv1 "k8s.io/api/networking/v1"
)

// addressLists are the annotations by which an Ingress allows or denies clients
// by their addresses, in the dialects of all implementations.
//
// Source: the annotation references of ingress-nginx, haproxy-ingress and
// HAProxy Technologies' kubernetes-ingress.
func addressLists() []string {
	var lists []string

	for _, prefix := range []string{"haproxy.org/", "haproxy.com/"} {
		lists = append(lists, prefix+"allow-list", prefix+"whitelist", prefix+"deny-list", prefix+"blacklist")
	}

	for _, prefix := range []string{"nginx.ingress.kubernetes.io/", "haproxy-ingress.github.io/", "ingress.kubernetes.io/"} {
		lists = append(lists, prefix+"allowlist-source-range", prefix+"whitelist-source-range", prefix+"denylist-source-range")
	}

	return lists
}

// AddressLists are the Ingresses, as "namespace/name" and sorted, that allow or
// deny clients by their addresses, as far as the implementation that has these
// annotations reads what they say.
func (a Annotations) AddressLists(ingresses []networkingv1.Ingress) []string {
	read := slices.DeleteFunc(addressLists(), func(annotation string) bool { return !a.Read(annotation) })

	var found []string

	for i := range ingresses {
		if slices.ContainsFunc(read, func(annotation string) bool {
			_, listed := ingresses[i].Annotations[annotation]

			return listed
		}) {
			found = append(found, ingresses[i].Namespace+"/"+ingresses[i].Name)
		}
	}

	slices.Sort(found)

	return found
}
