// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package apply

import (
	"encoding/json"
	"slices"
	"strings"

	"sigs.k8s.io/structured-merge-diff/v6/fieldpath"
	"sigs.k8s.io/structured-merge-diff/v6/value"
)

// inMetadata is whether a path is not about what an object is for, but about its
// identity or its status.
func inMetadata(path fieldpath.Path) bool {
	if len(path) == 0 || path[0].FieldName == nil {
		return true
	}

	return slices.Contains([]string{"apiVersion", "kind", "metadata", "status"}, *path[0].FieldName)
}

// matchesAny is whether a path is, or lies below, one of the patterns: the names
// of fields, separated by dots, with "*" for an entry of a list.
func matchesAny(path fieldpath.Path, patterns []string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool { return matches(path, pattern) })
}

func matches(path fieldpath.Path, pattern string) bool {
	parts := strings.Split(pattern, ".")
	if len(path) < len(parts) {
		return false
	}

	for i, part := range parts {
		isEntry := path[i].FieldName == nil
		if isEntry != (part == "*") || !isEntry && *path[i].FieldName != part {
			return false
		}
	}

	return true
}

// isEntry is whether a path leads to an entry of a list with keys, not to
// something in it.
func isEntry(path fieldpath.Path) bool {
	if len(path) == 0 {
		return false
	}

	last := path[len(path)-1]

	return last.Key != nil || last.Value != nil
}

// without are the paths of a set that are not in another. Unlike Set.Difference
// it keeps what lies below a path of the other.
func without(set, other *fieldpath.Set) *fieldpath.Set {
	left := fieldpath.NewSet()

	set.Iterate(func(path fieldpath.Path) {
		if !other.Has(path) {
			left.Insert(path.Copy())
		}
	})

	return left
}

// below are the paths of a set that are, or lie below, one of the given ones.
func below(set *fieldpath.Set, roots []fieldpath.Path) *fieldpath.Set {
	found := fieldpath.NewSet()

	set.Iterate(func(path fieldpath.Path) {
		if slices.ContainsFunc(roots, func(root fieldpath.Path) bool {
			return len(path) >= len(root) && path[:len(root)].Equals(root)
		}) {
			found.Insert(path.Copy())
		}
	})

	return found
}

// outermost are the paths of a set that lie below no other of it.
func outermost(set *fieldpath.Set) []fieldpath.Path {
	var found []fieldpath.Path

	set.Iterate(func(path fieldpath.Path) {
		for length := 1; length < len(path); length++ {
			if set.Has(path[:length]) {
				return
			}
		}

		found = append(found, path.Copy())
	})

	return found
}

// text is a path as people write it: spec.ports[port=80,protocol="TCP"].name.
func text(path fieldpath.Path) string {
	return strings.TrimPrefix(path.String(), ".")
}

// at is the value at a path as JSON, or "nothing".
func at(root value.Value, path fieldpath.Path) string {
	const nothing = "nothing"

	current := root

	for _, element := range path {
		next, ok := descend(current, element)
		if !ok {
			return nothing
		}

		current = next
	}

	encoded, err := json.Marshal(current.Unstructured())
	if err != nil {
		return nothing
	}

	return string(encoded)
}

// descend goes one element of a path down.
func descend(current value.Value, element fieldpath.PathElement) (value.Value, bool) {
	switch {
	case current == nil || current.IsNull():
		return nil, false
	case element.FieldName != nil && current.IsMap():
		return current.AsMap().Get(*element.FieldName)
	case element.Key != nil && current.IsList():
		return entryOf(current.AsList(), *element.Key)
	case element.Value != nil:
		return *element.Value, true
	case element.Index != nil && current.IsList() && *element.Index < current.AsList().Length():
		return current.AsList().At(*element.Index), true
	default:
		return nil, false
	}
}

// entryOf is the entry of a list that has the key.
func entryOf(list value.List, key value.FieldList) (value.Value, bool) {
	for i := range list.Length() {
		entry := list.At(i)
		if !entry.IsMap() {
			continue
		}

		if !slices.ContainsFunc(key, func(field value.Field) bool {
			have, ok := entry.AsMap().Get(field.Name)

			return !ok || !value.Equals(have, field.Value)
		}) {
			return entry, true
		}
	}

	return nil, false
}
