// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package hostname

import "container/heap"

// ranked is a heap of sibling nodes below which something is held, the one with the
// first holder on top. It finds the first of thousands of holders below a domain
// without looking at all of them.
type ranked []*node

// rerank puts a node and those above it in their places after a holder of one of the
// node's names came or went.
func (n *node) rerank() {
	for ; n.parent != nil; n = n.parent {
		before := n.first
		n.first = first(n.exact.holder, n.below.holder, nil)

		if len(n.ranked) > 0 {
			n.first = first(n.first, n.ranked[0].first, nil)
		}

		siblings := &n.parent.ranked

		switch {
		case n.first == before:
			return
		case before == nil:
			heap.Push(siblings, n)
		case n.first == nil:
			heap.Remove(siblings, n.place)
		default:
			heap.Fix(siblings, n.place)
		}
	}
}

// firstBelow is the first of a claim, which may be nil, and the holders of all names
// below the domain, its wildcard among them; without those of a tenant.
func (n *node) firstBelow(found *entry, but *tenant) *entry {
	return n.ranked.first(0, first(found, n.below.holder, but), but)
}

// first is firstBelow for the nodes from a place on down. It passes by those of the
// tenant alone, which are few, and stops at the first that is another's.
func (r *ranked) first(place int, found *entry, but *tenant) *entry {
	if place >= len(*r) {
		return found
	}

	n := (*r)[place]

	switch {
	case found != nil && found.leads(n.first):
		return found
	case n.first.tenant != but:
		return n.first
	}

	found = n.firstBelow(first(found, n.exact.holder, but), but)
	found = r.first(2*place+1, found, but)

	return r.first(2*place+2, found, but)
}

// Len implements [heap.Interface].
func (r *ranked) Len() int { return len(*r) }

// Less implements [heap.Interface].
func (r *ranked) Less(i, j int) bool { return (*r)[i].first.leads((*r)[j].first) }

// Swap implements [heap.Interface].
func (r *ranked) Swap(i, j int) {
	(*r)[i], (*r)[j] = (*r)[j], (*r)[i]
	(*r)[i].place, (*r)[j].place = i, j
}

// Push implements [heap.Interface].
func (r *ranked) Push(n any) {
	one := n.(*node)
	one.place = len(*r)
	*r = append(*r, one)
}

// Pop implements [heap.Interface].
func (r *ranked) Pop() any {
	last := len(*r) - 1
	n := (*r)[last]
	(*r)[last] = nil
	*r = (*r)[:last]

	return n
}
