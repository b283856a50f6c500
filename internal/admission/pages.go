// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"hash/fnv"
)

const (
	// capacity is the weight that a page is meant for: about 300 tenants with ten
	// hostnames each, or 200 kB. Every page is evaluated for each Ingress, and is
	// written and compiled whole when something on it changes.
	capacity = 8000

	// MaxPages is how many pages there are at most; they get larger where these do
	// not do. What would not fit into an object is about 60,000 tenants.
	MaxPages = 32
)

// Pages distributes entries to pages, whose number is a power of two. An entry's page
// hangs on its class and that number alone. The number grows when pages would be more
// than full, and shrinks when they would be less than a quarter full, so that it does
// not change to and fro with one tenant; now is what it is, or 0.
func Pages(now int, entries []Entry) [][]Entry {
	weight := 0
	for _, entry := range entries {
		weight += entry.weight()
	}

	number := 1
	for number < now && number < MaxPages {
		number *= 2
	}

	for number < MaxPages && weight > number*capacity {
		number *= 2
	}

	for number > 1 && 4*weight < number*capacity {
		number /= 2
	}

	pages := make([][]Entry, number)

	for _, entry := range entries {
		hash := fnv.New32a()
		// Writing to a hash does not fail.
		_, _ = hash.Write([]byte(entry.Class))

		page := int(hash.Sum32()) % number
		pages[page] = append(pages[page], entry)
	}

	return pages
}
