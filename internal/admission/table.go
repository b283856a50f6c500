// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// A table is a hash table that the language of policies can look things up in. Each
// bucket is one text of lines, "key value", with a line break at both ends.

// buckets is how many buckets a table has. The API server copies their names for each
// evaluation, and searches the text of one for each look-up.
const buckets = 64

// alphabet gives characters their numbers; others are -1.
const alphabet = "abcdefghijklmnopqrstuvwxyz0123456789.-*:"

// bucketOf is the name of a key's bucket.
func bucketOf(key string) string {
	sum := 0
	for _, character := range key {
		sum += strings.IndexRune(alphabet, character)
	}

	return strconv.Itoa(sum % buckets)
}

// table returns the buckets of what maps keys to values.
func table(values map[string]string) map[string]string {
	filled := map[string]string{}

	for _, key := range slices.Sorted(maps.Keys(values)) {
		bucket := bucketOf(key)
		if filled[bucket] == "" {
			filled[bucket] = "\n"
		}

		filled[bucket] += key + " " + values[key] + "\n"
	}

	return filled
}

// untable is the inverse of table. What is no line of a table is left out.
func untable(filled map[string]string) map[string]string {
	values := map[string]string{}

	for _, bucket := range filled {
		for line := range strings.SplitSeq(bucket, "\n") {
			if key, value, ok := strings.Cut(line, " "); ok {
				values[key] = value
			}
		}
	}

	return values
}

// lookUp is the expression for a list that holds the value of a key in the evaluated
// table, or nothing. The key is an expression for a text without white space, which
// has no effect but its value.
func lookUp(key string) string {
	bucket := fmt.Sprintf("string((%s).split('').map(c, '%s'.indexOf(c)).sum() %% %d)", key, alphabet, buckets)

	return strings.NewReplacer("KEY", key, "BUCKET", bucket).Replace(
		`[string(variables.table[?BUCKET].orValue(''))]` +
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

// tableVariable is the variable that every look-up needs.
const tableVariable = "table"
