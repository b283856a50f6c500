// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package hostname

import (
	"iter"
	"strings"
)

// wildcard begins the names that stand for all below a domain.
const wildcard = "*."

// Name is a hostname, or a wildcard that stands for all hostnames below a domain.
// It is what the host of an Ingress may be: an RFC 1123 subdomain in lower case,
// with or without "*." before it. Two that mean the same are equal. The zero Name
// is no hostname: it covers nothing and nothing covers it.
type Name struct {
	text string
}

// String is the name in lower-case ASCII. Parse reads it back.
func (n Name) String() string {
	return n.text
}

// Covers is whether every hostname that belongs to other belongs to n too. A
// wildcard covers what is below its domain, at any depth: hostnames and wildcards.
func (n Name) Covers(other Name) bool {
	if !n.isWildcard() {
		return n == other && n.text != ""
	}

	// The dot stays: the domain itself and names that merely end alike are not below.
	return strings.HasSuffix(other.text, n.text[1:])
}

// Overlaps is whether some hostname belongs to both names. No two names share only
// a part of each: one then covers the other.
func Overlaps(a, b Name) bool {
	return a.Covers(b) || b.Covers(a)
}

func (n Name) isWildcard() bool {
	return strings.HasPrefix(n.text, wildcard)
}

// labels are the labels of the name, or of the domain of a wildcard, from the last.
func (n Name) labels() iter.Seq[string] {
	return func(yield func(string) bool) {
		left := strings.TrimPrefix(n.text, wildcard)

		for left != "" {
			dot := strings.LastIndexByte(left, '.')
			if !yield(left[dot+1:]) {
				return
			}

			left = left[:max(dot, 0)]
		}
	}
}
