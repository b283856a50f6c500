// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/ingresstenant/ingress-tenant-operator/internal/provider/all"
	"github.com/ingresstenant/ingress-tenant-operator/test/audit"
	"github.com/ingresstenant/ingress-tenant-operator/test/manifests"
)

// run reads everything, prints the comparison, and fails where it finds fault.
func run(out io.Writer, folder, file string, logs []string) error {
	roles, err := manifests.Roles(folder)
	if err != nil {
		return err
	}

	known, err := readExplanations(file)
	if err != nil {
		return err
	}

	seen := newUsage()
	for _, log := range logs {
		if err := audit.Read(log, 0, seen.add); err != nil {
			return err
		}
	}

	asleep := takeUnverified(roles)
	result := judge(granted(roles), seen, known)

	if err := result.print(out, slices.Sorted(maps.Keys(roles)), seen.requests); err != nil {
		return err
	}

	fmt.Fprintf(out, "not compared, as nobody has run these implementations here: %s\n", strings.Join(asleep, ", "))

	return errors.Join(result.faults...)
}

// takeUnverified takes the roles of implementations that never ran out of roles, and
// those for people, and returns the names of the former, sorted.
func takeUnverified(roles map[string][]rbacv1.PolicyRule) []string {
	delete(roles, "ingresstenant-admin")
	delete(roles, "ingresstenant-viewer")

	ran, asleep := map[string]bool{}, map[string]bool{}

	for _, p := range all.All() {
		d := p.Descriptor()
		for _, role := range slices.Concat(d.Roles.Cluster, d.Roles.Own, d.Roles.Served) {
			if d.Unverified {
				asleep[role] = true
			} else {
				ran[role] = true
			}
		}
	}

	maps.DeleteFunc(asleep, func(role string, _ bool) bool { return ran[role] })
	maps.DeleteFunc(roles, func(role string, _ []rbacv1.PolicyRule) bool { return asleep[role] })

	return slices.Sorted(maps.Keys(asleep))
}

// comparison is what was given and what was used.
type comparison struct {
	granted, used rights
	// unused and refused are what explanations are about, by their reasons.
	unused, refused map[string][]right
	faults          []error
}

// judge compares. A request that was refused although a role gives the right was
// about another namespace, or an object of another name: that is the role's purpose.
func judge(given rights, seen *usage, known explanations) comparison {
	c := comparison{granted: given, used: rights{}, unused: map[string][]right{}, refused: map[string][]right{}}

	idle := rights{}

	for r := range given {
		if seen.used[r] {
			c.used[r] = true
		} else {
			idle[r] = true
		}
	}

	unknown := rights{}

	for r := range seen.refused {
		if !gives(given, r) {
			unknown[r] = true
		}
	}

	c.explain(idle, known.Unused, c.unused, "nothing used the right of %s: take it from the role, or say in the explanations why it is there")
	c.explain(unknown, known.Refused, c.refused, "%s is asked for in vain: give a role the right, or say in the explanations why not")

	return c
}

// gives is whether any role gives what was asked for.
func gives(given rights, asked right) bool {
	for r := range given {
		if r.verb == asked.verb && r.resource == asked.resource {
			return true
		}
	}

	return false
}

func (c *comparison) explain(found rights, known []explanation, reasons map[string][]right, fault string) {
	for _, r := range found.sorted() {
		i := slices.IndexFunc(known, func(e explanation) bool { return e.matches(r) })
		if i < 0 {
			c.faults = append(c.faults, fmt.Errorf(fault, r))

			continue
		}

		reasons[known[i].Because] = append(reasons[known[i].Because], r)
	}

	for _, e := range known {
		if len(reasons[e.Because]) == 0 && !e.Sometimes {
			c.faults = append(c.faults, fmt.Errorf("nothing needs this explanation any more: %s", e.Because))
		}
	}
}

func (c *comparison) print(out io.Writer, roles []string, requests int) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "ROLE\tRIGHTS\tUSED\n")

	for _, role := range roles {
		fmt.Fprintf(table, "%s\t%d\t%d\n", role, count(c.granted, role), count(c.used, role))
	}

	if err := table.Flush(); err != nil {
		return err
	}

	fmt.Fprintf(out, "by %d requests\n", requests)
	explained(out, "not used", c.unused)
	explained(out, "refused", c.refused)

	return nil
}

func count(all rights, role string) int {
	found := 0

	for r := range all {
		if r.role == role {
			found++
		}
	}

	return found
}

func explained(out io.Writer, what string, reasons map[string][]right) {
	for _, reason := range slices.Sorted(maps.Keys(reasons)) {
		fmt.Fprintf(out, "\n%s, because %s\n", what, reason)

		for _, r := range reasons[reason] {
			fmt.Fprintln(out, "  "+r.String())
		}
	}
}
