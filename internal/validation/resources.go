// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package validation

import (
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

const (
	// minMemory is less than any controller needs, and less than a container
	// runtime needs to start one.
	minMemory = 4 << 20

	// minStorage is less than a container writes before it is evicted for it.
	minStorage = 64 << 10

	// maxCPU and maxBytes are more than any node has.
	maxCPU   = 100_000
	maxBytes = 1 << 50
)

func (c *checker) resources(path *field.Path, resources v1alpha1.ResourcesSpec) {
	requests, limits := path.Child("requests"), path.Child("limits")

	c.quantities(requests, resources.Requests)
	c.quantities(limits, resources.Limits)

	for _, name := range slices.Sorted(maps.Keys(resources.Requests)) {
		c.request(path, name, resources)
	}

	c.least(limits.Key(string(corev1.ResourceMemory)), resources.Limits[corev1.ResourceMemory], minMemory, "no container starts with so little as")
	c.least(limits.Key(string(corev1.ResourceEphemeralStorage)), resources.Limits[corev1.ResourceEphemeralStorage], minStorage, "the pods are evicted at once with")
	c.hugePages(path, resources)
}

// request checks what is requested of a resource, and that against its limit.
func (c *checker) request(path *field.Path, name corev1.ResourceName, resources v1alpha1.ResourcesSpec) {
	at, atLimit := path.Child("requests").Key(string(name)), path.Child("limits").Key(string(name))
	request := resources.Requests[name]
	limit, limited := resources.Limits[name]

	if tooMuch(name, request) {
		c.refusef(at, "no node has %s of %s; lower it", request.String(), name)
	}

	switch {
	case whole(name) && !limited:
		c.refusef(at, "a container gets all of what it requests of %s or nothing, so that there must be an equal limit; set %s to %s",
			name, atLimit, request.String())
	case whole(name) && request.Cmp(limit) != 0:
		c.refusef(at, "a container gets all of what it requests of %s or nothing, so that it must be equal to the limit, which is %s; write that, or omit the request",
			name, limit.String())
	case limited && request.Cmp(limit) > 0:
		c.refusef(at, "%s is more than the limit, which is %s; lower it, or raise %s", request.String(), limit.String(), atLimit)
	}
}

// least refuses a limit that cannot be meant; 0 is none.
func (c *checker) least(path *field.Path, limit resource.Quantity, least int64, what string) {
	if limit.Sign() > 0 && limit.CmpInt64(least) < 0 {
		c.refusef(path, "%s %s: without a unit it is bytes, and m is thousandths; write it in Mi, such as 128Mi", what, limit.String())
	}
}

// tooMuch is whether no node has as much of a resource.
func tooMuch(name corev1.ResourceName, quantity resource.Quantity) bool {
	switch name {
	case corev1.ResourceCPU:
		return quantity.CmpInt64(maxCPU) > 0
	case corev1.ResourceMemory, corev1.ResourceEphemeralStorage:
		return quantity.CmpInt64(maxBytes) > 0
	default:
		return false
	}
}

// quantities checks each name and quantity by itself.
func (c *checker) quantities(path *field.Path, list corev1.ResourceList) {
	for _, name := range slices.Sorted(maps.Keys(list)) {
		at, quantity := path.Key(string(name)), list[name]

		c.resourceName(at, string(name))

		switch {
		case quantity.Sign() < 0:
			c.refusef(at, "%s is less than 0; write 0 or more", quantity.String())
		case extended(name) && !integer(quantity):
			c.refusef(at, "%s is a fraction, and %s is counted in whole numbers; write %d", quantity.String(), name, quantity.Value())
		case name == corev1.ResourceMemory && quantity.Sign() > 0 && quantity.CmpInt64(1) < 0:
			c.refusef(at, "%s is less than one byte: m is thousandths; write it in Mi, such as 128Mi", quantity.String())
		}
	}
}

func (c *checker) resourceName(path *field.Path, name string) {
	const takes = "write cpu, memory, ephemeral-storage, hugepages-<size>, or the name of an extended resource, such as example.com/device"

	switch {
	case !strings.Contains(name, "/"):
		standard := []string{string(corev1.ResourceCPU), string(corev1.ResourceMemory), string(corev1.ResourceEphemeralStorage)}
		if !slices.Contains(standard, name) && !strings.HasPrefix(name, corev1.ResourceHugePagesPrefix) {
			c.refusef(path, "%q is no resource of Kubernetes; %s", name, takes)
		}
	case strings.HasPrefix(name, corev1.DefaultResourceRequestsPrefix):
		c.refusef(path, "%q is what a quota calls a resource; write %s", name, strings.TrimPrefix(name, corev1.DefaultResourceRequestsPrefix))
	default:
		// Quotas have to be able to name it.
		if problems := validation.IsQualifiedName(corev1.DefaultResourceRequestsPrefix + name); len(problems) > 0 {
			c.refusef(path, "%q is no resource of Kubernetes: %s; %s", name, strings.Join(problems, "; "), takes)
		}
	}
}

// hugePages checks what holds for huge pages alone.
func (c *checker) hugePages(path *field.Path, resources v1alpha1.ResourcesSpec) {
	some := slices.Concat(
		c.pages(path.Child("requests"), resources.Requests),
		c.pages(path.Child("limits"), resources.Limits),
	)

	// Without requests the operator's own are there.
	if len(some) > 0 && len(resources.Requests) > 0 && !has(resources, corev1.ResourceCPU) && !has(resources, corev1.ResourceMemory) {
		c.refusef(some[0], "huge pages need cpu or memory beside them; add %s", path.Child("requests").Key(string(corev1.ResourceMemory)))
	}
}

// pages checks the sizes of huge pages, and returns where there are any.
func (c *checker) pages(path *field.Path, list corev1.ResourceList) []*field.Path {
	var found []*field.Path

	for _, name := range slices.Sorted(maps.Keys(list)) {
		text, huge := strings.CutPrefix(string(name), corev1.ResourceHugePagesPrefix)
		if !huge {
			continue
		}

		at, quantity := path.Key(string(name)), list[name]
		found = append(found, at)

		size, err := resource.ParseQuantity(text)
		if err != nil || size.Sign() <= 0 || !integer(size) {
			c.refusef(at, "%q is no size of a page; write one that the nodes have, such as hugepages-2Mi", text)
		} else if !integer(quantity) || quantity.Value()%size.Value() != 0 {
			c.refusef(at, "%s is no multiple of the page's size, which is %s", quantity.String(), text)
		}
	}

	return found
}

func has(resources v1alpha1.ResourcesSpec, name corev1.ResourceName) bool {
	_, requested := resources.Requests[name]
	_, limited := resources.Limits[name]

	return requested || limited
}

// extended is whether a resource is none of Kubernetes' own.
func extended(name corev1.ResourceName) bool {
	return strings.Contains(string(name), "/") && !strings.Contains(string(name), corev1.ResourceDefaultNamespacePrefix)
}

// whole is whether a container gets all of a resource or nothing, so that a
// request and a limit cannot differ.
func whole(name corev1.ResourceName) bool {
	return extended(name) || strings.HasPrefix(string(name), corev1.ResourceHugePagesPrefix)
}

func integer(quantity resource.Quantity) bool {
	return quantity.CmpInt64(quantity.Value()) == 0
}
