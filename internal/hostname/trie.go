// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package hostname

import (
	"iter"
	"slices"
)

// node is a domain in a trie of labels, the last one first: what a claim overlaps
// is on the way to its node, and below it if it is a wildcard.
type node struct {
	parent   *node
	label    string
	children map[string]*node
	// exact is for the domain itself, below for its wildcard.
	exact, below post
	// first is the first holder of the domain or of any name below; nil if none is
	// held. Those children of which one is are in ranked.
	first  *entry
	ranked ranked
	// place is the node's own in its parent's ranked.
	place int
}

// post is where all claims to one name meet.
type post struct {
	entries []*entry
	// holder is the one that holds; two of different tenants cannot.
	holder *entry
}

func (n *node) post(name Name) *post {
	if name.isWildcard() {
		return &n.below
	}

	return &n.exact
}

// find is the node of a name below n; nil if there is none.
func (n *node) find(name Name) *node {
	for label := range name.labels() {
		if n = n.children[label]; n == nil {
			return nil
		}
	}

	return n
}

// insert adds a claim, which does not hold yet.
func (n *node) insert(e *entry) {
	for label := range e.hostname.labels() {
		child := n.children[label]
		if child == nil {
			if n.children == nil {
				n.children = map[string]*node{}
			}

			child = &node{parent: n, label: label}
			n.children[label] = child
		}

		n = child
	}

	e.at = n
	at := n.post(e.hostname)
	at.entries = append(at.entries, e)
}

// remove takes out a claim that no longer holds, and the nodes that it leaves bare.
func (e *entry) remove() {
	n := e.at
	e.at = nil

	at := n.post(e.hostname)
	at.entries = slices.DeleteFunc(at.entries, func(other *entry) bool { return other == e })

	for n.parent != nil && len(n.children)+len(n.exact.entries)+len(n.below.entries) == 0 {
		delete(n.parent.children, n.label)
		n = n.parent
	}
}

// hold makes a claim the holder of its name.
func (e *entry) hold() {
	e.held = true
	e.at.post(e.hostname).holder = e
	e.at.rerank()
}

// release undoes hold.
func (e *entry) release() {
	e.held = false
	e.at.post(e.hostname).holder = nil
	e.at.rerank()
}

// covering are the posts of the names that cover one, its own last.
func (n *node) covering(name Name) iter.Seq[*post] {
	return func(yield func(*post) bool) {
		at := n

		for label := range name.labels() {
			if !yield(&at.below) {
				return
			}

			if at = at.children[label]; at == nil {
				return
			}
		}

		yield(at.post(name))
	}
}

// overlapping are the posts of the names that overlap one, its own among them.
func (n *node) overlapping(name Name) iter.Seq[*post] {
	return n.overlaps(name, func(*node) bool { return true })
}

// holding are the holders of the names that overlap one, its own among them.
func (n *node) holding(name Name) iter.Seq[*entry] {
	posts := n.overlaps(name, func(under *node) bool { return under.first != nil })

	return func(yield func(*entry) bool) {
		for at := range posts {
			if at.holder != nil && !yield(at.holder) {
				return
			}
		}
	}
}

// overlaps is overlapping without the nodes, and what is below them, that are not
// worth a look.
func (n *node) overlaps(name Name, worth func(*node) bool) iter.Seq[*post] {
	return func(yield func(*post) bool) {
		for at := range n.covering(name) {
			if !yield(at) {
				return
			}
		}

		if domain := n.find(name); domain != nil && name.isWildcard() {
			domain.under(worth, yield)
		}
	}
}

// under yields the posts of all nodes below n until it is told to stop.
func (n *node) under(worth func(*node) bool, yield func(*post) bool) bool {
	for _, child := range n.children {
		if worth(child) && (!yield(&child.exact) || !yield(&child.below) || !child.under(worth, yield)) {
			return false
		}
	}

	return true
}
