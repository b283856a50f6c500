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

// minMemory is less than any controller needs, and less than a container runtime
// needs to start one.
const minMemory = 4 << 20

func (c *checker) resources(path *field.Path, resources v1alpha1.ResourcesSpec) {
	requests, limits := path.Child("requests"), path.Child("limits")

	c.quantities(requests, resources.Requests)
	c.quantities(limits, resources.Limits)

	for _, name := range slices.Sorted(maps.Keys(resources.Requests)) {
		request := resources.Requests[name]
		limit, limited := resources.Limits[name]

		switch {
		case whole(name) && !limited:
			c.refuse(requests.Key(string(name)), "a container gets all of what it requests of %s or nothing, so that there must be an equal limit; set %s to %s",
				name, limits.Key(string(name)), request.String())
		case whole(name) && request.Cmp(limit) != 0:
			c.refuse(requests.Key(string(name)), "a container gets all of what it requests of %s or nothing, so that it must be equal to the limit, which is %s; write that, or omit the request",
				name, limit.String())
		case limited && request.Cmp(limit) > 0:
			c.refuse(requests.Key(string(name)), "%s is more than the limit, which is %s; lower it, or raise %s",
				request.String(), limit.String(), limits.Key(string(name)))
		}
	}

	if memory, limited := resources.Limits[corev1.ResourceMemory]; limited && memory.Sign() > 0 && memory.CmpInt64(minMemory) < 0 {
		c.refuse(limits.Key(string(corev1.ResourceMemory)), "%s is so little that no container starts: without a unit it is bytes, and m is thousandths; write it in Mi, such as 128Mi",
			memory.String())
	}

	c.hugePages(path, resources)
}

// quantities checks each name and quantity by itself.
func (c *checker) quantities(path *field.Path, list corev1.ResourceList) {
	for _, name := range slices.Sorted(maps.Keys(list)) {
		at, quantity := path.Key(string(name)), list[name]

		c.resourceName(at, string(name))

		switch {
		case quantity.Sign() < 0:
			c.refuse(at, "%s is less than 0; write 0 or more", quantity.String())
		case extended(name) && !integer(quantity):
			c.refuse(at, "%s is a fraction, and %s is counted in whole numbers; write %d", quantity.String(), name, quantity.Value())
		case name == corev1.ResourceMemory && quantity.Sign() > 0 && quantity.MilliValue() < 1000:
			c.refuse(at, "%s is less than one byte: m is thousandths; write it in Mi, such as 128Mi", quantity.String())
		}
	}
}

func (c *checker) resourceName(path *field.Path, name string) {
	const takes = "write cpu, memory, ephemeral-storage, hugepages-<size>, or the name of an extended resource, such as example.com/device"

	switch {
	case !strings.Contains(name, "/"):
		standard := []string{string(corev1.ResourceCPU), string(corev1.ResourceMemory), string(corev1.ResourceEphemeralStorage)}
		if !slices.Contains(standard, name) && !strings.HasPrefix(name, corev1.ResourceHugePagesPrefix) {
			c.refuse(path, "%q is no resource of Kubernetes; %s", name, takes)
		}
	case strings.HasPrefix(name, corev1.DefaultResourceRequestsPrefix):
		c.refuse(path, "%q is what a quota calls a resource; write %s", name, strings.TrimPrefix(name, corev1.DefaultResourceRequestsPrefix))
	default:
		// Quotas have to be able to name it.
		if problems := validation.IsQualifiedName(corev1.DefaultResourceRequestsPrefix + name); len(problems) > 0 {
			c.refuse(path, "%q is no resource of Kubernetes: %s; %s", name, strings.Join(problems, "; "), takes)
		}
	}
}

// hugePages checks what holds for huge pages alone.
func (c *checker) hugePages(path *field.Path, resources v1alpha1.ResourcesSpec) {
	var some *field.Path

	for _, part := range []struct {
		path *field.Path
		list corev1.ResourceList
	}{{path.Child("requests"), resources.Requests}, {path.Child("limits"), resources.Limits}} {
		for _, name := range slices.Sorted(maps.Keys(part.list)) {
			text, huge := strings.CutPrefix(string(name), corev1.ResourceHugePagesPrefix)
			if !huge {
				continue
			}

			some = part.path.Key(string(name))
			quantity := part.list[name]

			size, err := resource.ParseQuantity(text)
			if err != nil || size.Sign() <= 0 || !integer(size) {
				c.refuse(some, "%q is no size of a page; write one that the nodes have, such as hugepages-2Mi", text)
			} else if !integer(quantity) || quantity.Value()%size.Value() != 0 {
				c.refuse(some, "%s is no multiple of the page's size, which is %s", quantity.String(), text)
			}
		}
	}

	// Without requests the operator's own are there.
	if some != nil && len(resources.Requests) > 0 && !has(resources, corev1.ResourceCPU) && !has(resources, corev1.ResourceMemory) {
		c.refuse(some, "huge pages need cpu or memory beside them; add %s", path.Child("requests").Key(string(corev1.ResourceMemory)))
	}
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
