// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
)

// partSize is how long the text of one map of a table may get. The language of
// policies takes no expression of more than 100,000 characters.
const partSize = 80_000

// tableOf are the variables that hold what maps keys to values, as literals: the API
// server makes maps of these once, when it compiles the policy.
func tableOf(values map[string]string) []admissionregistrationv1.Variable {
	var (
		variables []admissionregistrationv1.Variable
		names     []string
		part      strings.Builder
	)

	finish := func() {
		name := fmt.Sprintf("table%d", len(variables))
		variables = append(variables, variable(name, "{"+part.String()+"}"))
		names = append(names, "variables."+name)

		part.Reset()
	}

	// A map has an entry, for its type's sake.
	part.WriteString("'': ''")

	for _, key := range slices.Sorted(maps.Keys(values)) {
		if part.Len() > partSize {
			finish()
		}

		if part.Len() > 0 {
			part.WriteString(", ")
		}

		part.WriteString(quoted(key) + ": " + quoted(values[key]))
	}

	finish()

	return append(variables, variable("tables", "["+strings.Join(names, ", ")+"]"))
}

// lookUp is the expression for a list that holds the value of a key in the table, or
// nothing. The key is an expression for a text.
func lookUp(key string) string {
	return strings.ReplaceAll("variables.tables.filter(t, KEY in t).map(t, t[KEY])", "KEY", key)
}

// known is whether the table has a key.
func known(key string) string {
	return "variables.tables.exists(t, " + key + " in t)"
}

// The kinds of keys. None is the beginning of another.
const (
	// classKey is of a tenant's class; the value is its claim.
	classKey = "c:"
	// hostKey is of a hostname that is held; the value is the class of who holds it.
	hostKey = "h:"
	// wildcardKey is of a domain below which all names are held; the value is the
	// class of who holds them.
	wildcardKey = "w:"
	// valueKey is of a controller value that is one tenant's alone; the value is the
	// tenant's class.
	valueKey = "v:"
	// domainKey is of a domain below which a name is held; the value is the class of
	// who holds it, or several.
	domainKey = "d:"
)
