// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package differential_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
)

// schemas are what the API server says of its kinds, by their names in its own files.
type schemas map[string]any

// readSchemas reads the schemas of all kinds that a tenant can have.
func (w *world) readSchemas(ctx context.Context) (schemas, error) {
	server, err := discovery.NewDiscoveryClientForConfig(w.Admin)
	if err != nil {
		return nil, err
	}

	found := schemas{}

	for _, kind := range kinds() {
		path := "/openapi/v3/apis/" + kind.GroupVersion().String()
		if kind.Group == "" {
			path = "/openapi/v3/api/" + kind.Version
		}

		text, err := server.RESTClient().Get().AbsPath(path).DoRaw(ctx)
		if err != nil {
			return nil, err
		}

		file := struct {
			Components struct {
				Schemas schemas `json:"schemas"`
			} `json:"components"`
		}{}
		if err := json.Unmarshal(text, &file); err != nil {
			return nil, err
		}

		maps.Copy(found, file.Components.Schemas)
	}

	return found, nil
}

// of is the schema of a kind.
func (s schemas) of(kind schema.GroupVersionKind) (node, error) {
	for _, each := range s {
		found, _ := each.(map[string]any)
		names, _ := found["x-kubernetes-group-version-kind"].([]any)

		for _, name := range names {
			if name, ok := name.(map[string]any); ok && name["kind"] == kind.Kind && name["version"] == kind.Version && name["group"] == kind.Group {
				return node{s, found}, nil
			}
		}
	}

	return node{}, fmt.Errorf("the API server has no schema of %s", kind)
}

// node is the schema of a value.
type node struct {
	all schemas
	is  map[string]any
}

// resolved follows references, which have what is said of the field beside them.
func (n node) resolved() node {
	for {
		reference, _ := n.is["$ref"].(string)

		if parts, ok := n.is["allOf"].([]any); ok && len(parts) == 1 {
			part, _ := parts[0].(map[string]any)
			reference, _ = part["$ref"].(string)
		}

		if reference == "" {
			return n
		}

		next, _ := n.all[strings.TrimPrefix(reference, "#/components/schemas/")].(map[string]any)
		n.is = next
	}
}

// fields are the schemas of an object's fields.
func (n node) fields() map[string]node {
	found := map[string]node{}
	properties, _ := n.is["properties"].(map[string]any)

	for name, each := range properties {
		if is, ok := each.(map[string]any); ok {
			found[name] = node{n.all, is}
		}
	}

	return found
}

// entry is the schema of a list's entries, or of a map's values.
func (n node) entry() node {
	is, ok := n.is["items"].(map[string]any)
	if !ok {
		is, _ = n.is["additionalProperties"].(map[string]any)
	}

	return node{n.all, is}
}

// keys are the fields by which the list's entries are told apart.
func (n node) keys() []string {
	var found []string

	keys, _ := n.is["x-kubernetes-list-map-keys"].([]any)
	for _, key := range keys {
		found = append(found, fmt.Sprint(key))
	}

	return found
}

// values are values that the schema takes, the smallest first. The API server may take
// none of them: it knows more than its schema says.
func (n node) values(depth int) []any {
	n = n.resolved()

	if enum, ok := n.is["enum"].([]any); ok {
		return enum
	}

	if n.is["oneOf"] != nil || n.is["format"] == "int-or-string" {
		return []any{int64(2)}
	}

	switch n.is["type"] {
	case "boolean":
		return []any{true, false}
	case "integer", "number":
		return []any{int64(2), int64(1)}
	case "string":
		return []any{"other", "192.0.2.7", "example.com/other"}
	case "array":
		return n.lists(depth)
	case "object":
		return n.objects(depth)
	default:
		return nil
	}
}

func (n node) lists(depth int) []any {
	if depth == 0 {
		return nil
	}

	var found []any
	for _, each := range n.entry().values(depth - 1) {
		found = append(found, []any{each})
	}

	return found
}

func (n node) objects(depth int) []any {
	if depth == 0 {
		return nil
	}

	fields := n.fields()
	if len(fields) == 0 {
		values := n.entry().values(depth - 1)
		if len(values) == 0 {
			return nil
		}

		return []any{map[string]any{"other": values[0]}}
	}

	least := map[string]any{}
	required, _ := n.is["required"].([]any)

	for _, each := range required {
		name := fmt.Sprint(each)
		if values := fields[name].values(depth - 1); len(values) > 0 {
			least[name] = values[0]
		}
	}

	found := []any{least}

	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if _, ok := least[name]; ok {
			continue
		}

		if values := fields[name].values(depth - 1); len(values) > 0 {
			more := maps.Clone(least)
			more[name] = values[0]
			found = append(found, more)
		}
	}

	return found
}
