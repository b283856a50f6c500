// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package admission_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"pgregory.net/rapid"

	"github.com/ingresstenant/ingress-tenant-operator/internal/admission"
	"github.com/ingresstenant/ingress-tenant-operator/internal/hostname"
)

// TestHostsOfAnyFleet compares what the policies say of hosts, in a language that was
// not made for it, with the package that decides who holds them.
func TestHostsOfAnyFleet(t *testing.T) {
	t.Parallel()

	// Few labels, so that names meet.
	host := rapid.Custom(func(t *rapid.T) string {
		labels := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "a-b", "xn--bcher-kva"}), 1, 4).Draw(t, "labels")
		if rapid.IntRange(0, 3).Draw(t, "wildcard") == 0 {
			labels = append([]string{"*"}, labels...)
		}

		return strings.Join(labels, ".")
	})

	rapid.Check(t, func(rt *rapid.T) {
		entries := drawFleet(rt, host)
		evaluator, rules := newEvaluator(t, entries), rulesOf(t, entries)

		for range 60 {
			class := rapid.SampledFrom([]string{"t0", "t1", "t2", "nobody", ""}).Draw(rt, "class")
			where := namespace(rapid.SampledFrom([]string{"n0", "n1", "n2", "elsewhere"}).Draw(rt, "namespace"))
			hosts := rapid.SliceOfN(host, 1, 3).Draw(rt, "hosts")

			want := refusedOf(entries, class, where, hosts)
			got := evaluator.refusals(t, request{object: ingress(class, hosts...), namespace: where})

			found := rules.Find(ingress(class, hosts...), where)
			vague := slices.ContainsFunc(hosts, func(host string) bool { return several(entries, host) })

			// A wildcard above names of several tenants is refused even where all of these
			// serve the namespace, and then it is no harm to any.
			if len(found) > 0 != want && !vague {
				rt.Fatalf("class %q in %s with hosts %v, which exists: found %q, want something: %v\n%+v", class, where.Name, hosts, found, want, entries)
			}

			if len(got) > 0 != want {
				rt.Fatalf("class %q in %s with hosts %v: refused by %q, want refusal: %v\n%+v", class, where.Name, hosts, got, want, entries)
			}
		}
	})
}

// drawFleet is three tenants, each of a namespace of its own, that hold names of which
// none overlaps with another tenant's.
func drawFleet(t *rapid.T, host *rapid.Generator[string]) []admission.Entry {
	var entries []admission.Entry

	for number := range 3 {
		entry := admission.Entry{
			Class: fmt.Sprintf("t%d", number),
			Claim: admission.Claim{
				Tenant: fmt.Sprintf("t%d", number), Provider: "Traefik",
				Namespaces:     []string{fmt.Sprintf("n%d", number)},
				LimitHostnames: rapid.Bool().Draw(t, "limited"),
			},
		}

		for _, name := range rapid.SliceOfN(host, 0, 4).Draw(t, "names") {
			taken := slices.ContainsFunc(entries, func(other admission.Entry) bool {
				return slices.ContainsFunc(other.Hostnames, func(held string) bool { return overlap(held, name) })
			})
			if !taken {
				entry.Hostnames = append(entry.Hostnames, name)
			}
		}

		entries = append(entries, entry)
	}

	return entries
}

// refusedOf is whether an Ingress has to be refused.
func refusedOf(entries []admission.Entry, class string, where *corev1.Namespace, hosts []string) bool {
	for _, entry := range entries {
		home := slices.Contains(entry.Claim.Namespaces, where.Name)

		if entry.Class == class {
			if !home {
				return true
			}

			for _, host := range hosts {
				held := slices.ContainsFunc(entry.Hostnames, func(name string) bool { return covers(name, host) })
				if entry.Claim.LimitHostnames && !held {
					return true
				}
			}

			continue
		}

		for _, host := range hosts {
			foreign := slices.ContainsFunc(entry.Hostnames, func(name string) bool { return overlap(name, host) })
			if foreign && !home || several(entries, host) {
				return true
			}
		}
	}

	return false
}

// several is whether a host is a wildcard above names of several tenants: nobody may
// have one, as no tenant holds all that it stands for.
func several(entries []admission.Entry, host string) bool {
	below := 0

	for _, entry := range entries {
		if slices.ContainsFunc(entry.Hostnames, func(name string) bool { return strings.HasPrefix(host, "*.") && covers(host, name) }) {
			below++
		}
	}

	return below > 1
}

func overlap(a, b string) bool { return covers(a, b) || covers(b, a) }

func covers(a, b string) bool {
	x, errX := hostname.Parse(a)
	y, errY := hostname.Parse(b)

	return errX == nil && errY == nil && x.Covers(y)
}
