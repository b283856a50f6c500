// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Capacity is the weight that one ConfigMap of claims takes: about 200 tenants with
// ten hostnames each, or 200 kB. A policy is evaluated for each of them, and all that
// one holds is written when any of it changes.
const Capacity = 5000

// Changes are what makes the claims that there are say what tenants claim now.
type Changes struct {
	// Create and Update are claims to write, before any is deleted: what moves from
	// one to another is in both meanwhile, and is never in none.
	Create []corev1.ConfigMap
	Update []Update
	// Delete are claims that hold nothing any more.
	Delete []corev1.ConfigMap
}

// Update is what claims say, and what they are to say.
type Update struct {
	Before, After *corev1.ConfigMap
}

// Plan compares the claims that there are in a namespace with the entries that they
// have to hold.
// An entry stays where it is: one tenant's change rewrites the claims that hold it,
// and no others.
func Plan(namespace string, existing []corev1.ConfigMap, entries []Entry) Changes {
	slices.SortFunc(existing, func(a, b corev1.ConfigMap) int { return cmp.Compare(a.Name, b.Name) })

	pages := make([]*page, 0, len(existing))
	home := map[string]*page{}

	for i := range existing {
		p := &page{existing: &existing[i]}
		pages = append(pages, p)

		for key := range untable(existing[i].Data) {
			if class, found := strings.CutPrefix(key, classKey); found {
				home[class] = cmp.Or(home[class], p)
			}
		}
	}

	var homeless []Entry

	for _, entry := range entries {
		// A page that tenants have outgrown lets go of those that do not fit.
		if p := home[entry.Class]; p != nil && p.fits(entry) {
			p.add(entry)
		} else {
			homeless = append(homeless, entry)
		}
	}

	for _, entry := range homeless {
		at := slices.IndexFunc(pages, func(p *page) bool { return p.fits(entry) })
		if at < 0 {
			at = len(pages)
			pages = append(pages, &page{})
		}

		pages[at].add(entry)
	}

	return compare(namespace, pages)
}

// page is one ConfigMap of claims in the making.
type page struct {
	existing *corev1.ConfigMap
	entries  []Entry
	weight   int
}

func (p *page) fits(entry Entry) bool {
	return len(p.entries) == 0 || p.weight+entry.weight() <= Capacity
}

func (p *page) add(entry Entry) {
	p.entries = append(p.entries, entry)
	p.weight += entry.weight()
}

func compare(namespace string, pages []*page) Changes {
	var changes Changes

	taken := map[string]bool{}

	for _, p := range pages {
		if p.existing != nil {
			taken[p.existing.Name] = true
		}
	}

	for _, p := range pages {
		wanted := corev1.ConfigMap{Data: table(contents(p.entries))}

		switch {
		case p.existing == nil:
			wanted.ObjectMeta = metav1.ObjectMeta{Namespace: namespace, Name: free(taken), Labels: Labels()}
			changes.Create = append(changes.Create, wanted)
		case len(p.entries) == 0:
			changes.Delete = append(changes.Delete, *p.existing)
		case !says(p.existing, &wanted):
			wanted.ObjectMeta = *p.existing.ObjectMeta.DeepCopy()
			wanted.Labels = Labels()
			changes.Update = append(changes.Update, Update{Before: p.existing, After: &wanted})
		}
	}

	return changes
}

// free takes the first name that is not taken.
func free(taken map[string]bool) string {
	for number := 1; ; number++ {
		if name := fmt.Sprintf("claims-%04d", number); !taken[name] {
			taken[name] = true

			return name
		}
	}
}

// says is whether claims hold what is wanted already.
func says(existing, wanted *corev1.ConfigMap) bool {
	return maps.Equal(existing.Labels, Labels()) && maps.Equal(existing.Data, wanted.Data)
}
