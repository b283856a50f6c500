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

// A table is a hash table in the language of policies, which has maps, but takes one
// of thousands of entries as thousands of expressions. Each bucket is one text of
// lines, "key value", with a line break at both ends.

const (
	// buckets is how many buckets a table has. A look-up searches the text of one.
	buckets = 64
	// parts is how many variables hold the buckets: an expression may have 100,000
	// characters.
	parts = 8
)

// alphabet gives characters their numbers, from 1 on; others are 0.
const alphabet = "abcdefghijklmnopqrstuvwxyz0123456789.-*:"

// bucketOf is the number of a key's bucket.
func bucketOf(key string) int {
	sum := 0
	for _, character := range key {
		sum += strings.IndexRune(alphabet, character) + 1
	}

	return sum % buckets
}

// tableOf are the variables that hold what maps keys to values.
func tableOf(values map[string]string) []admissionregistrationv1.Variable {
	var filled [buckets]string

	for _, key := range slices.Sorted(maps.Keys(values)) {
		bucket := &filled[bucketOf(key)]
		if *bucket == "" {
			*bucket = "\n"
		}

		*bucket += key + " " + values[key] + "\n"
	}

	variables := make([]admissionregistrationv1.Variable, 0, parts)
	for part := range parts {
		held := filled[part*buckets/parts : (part+1)*buckets/parts]
		variables = append(variables, variable(fmt.Sprintf("table%d", part), list(held...)))
	}

	return variables
}

// tableParts is the list of the parts of a table.
func tableParts() string {
	names := make([]string, 0, parts)
	for part := range parts {
		names = append(names, fmt.Sprintf("variables.table%d", part))
	}

	return "[" + strings.Join(names, ", ") + "]"
}

// lookUp is the expression for a list that holds the value of a key in the table, or
// nothing. The key is an expression for a text without white space.
func lookUp(key string) string {
	number := fmt.Sprintf("[(%s).split('').map(c, '%s'.indexOf(c) + 1).sum() %% %d]", key, alphabet, buckets)

	return strings.NewReplacer("KEY", key, "NUMBER", number, "PARTS", tableParts(), "SIZE", fmt.Sprint(buckets/parts)).Replace(
		`NUMBER.map(n, PARTS[n / SIZE][n % SIZE])` +
			`.filter(b, b.contains('\n' + KEY + ' ')).map(b, b.split('\n' + KEY + ' ')[1].split('\n')[0])`)
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
	// domainKey is of a domain below which a name is held; the value is the class of
	// who holds it, or several.
	domainKey = "d:"
)
