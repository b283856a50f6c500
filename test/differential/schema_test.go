// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package differential_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"
)

// leaf is a field of the spec that holds a value, and not further fields. Maps and
// lists of values are one leaf; "[]" stands for the entry of a list of objects.
type leaf struct {
	path   string
	schema apiextensionsv1.JSONSchemaProps
}

// leaves are the leaves of the spec in the CRD, in the order of their paths.
func leaves() ([]leaf, error) {
	text, err := os.ReadFile(filepath.Join("..", "..", "config", "crd", "bases", "ingresstenant.io_ingresstenants.yaml"))
	if err != nil {
		return nil, err
	}

	definition := &apiextensionsv1.CustomResourceDefinition{}
	if err := yaml.UnmarshalStrict(text, definition); err != nil {
		return nil, err
	}

	return leavesOf("", definition.Spec.Versions[0].Schema.OpenAPIV3Schema.Properties["spec"]), nil
}

func leavesOf(path string, schema apiextensionsv1.JSONSchemaProps) []leaf {
	if schema.Type == "array" && len(schema.Items.Schema.Properties) > 0 {
		return leavesOf(path+"[]", *schema.Items.Schema)
	}

	if len(schema.Properties) == 0 {
		return []leaf{{path: strings.TrimPrefix(path, "."), schema: schema}}
	}

	var found []leaf

	for _, field := range slices.Sorted(maps.Keys(schema.Properties)) {
		found = append(found, leavesOf(path+"."+field, schema.Properties[field])...)
	}

	return found
}

// generated are two valid values of a leaf, as far as its schema says enough.
func generated(schema apiextensionsv1.JSONSchemaProps) ([]any, error) {
	switch {
	case len(schema.Enum) > 0:
		var values []any

		for _, each := range schema.Enum {
			var value any
			if err := yaml.Unmarshal(each.Raw, &value); err != nil {
				return nil, err
			}

			values = append(values, value)
		}

		return values, nil
	case schema.Type == "integer" && schema.Minimum != nil && schema.Maximum != nil && *schema.Maximum >= *schema.Minimum+2:
		return []any{int64(*schema.Minimum) + 1, int64(*schema.Minimum) + 2}, nil
	case schema.Type == "array" && schema.Items.Schema.Format == "cidr":
		return []any{[]any{"192.0.2.0/24"}, []any{"198.51.100.0/24", "203.0.113.0/24"}}, nil
	case schema.Type == "array" && len(schema.Items.Schema.Enum) > 1:
		values, err := generated(*schema.Items.Schema)
		if err != nil {
			return nil, err
		}

		return []any{values[:1], values[:2]}, nil
	default:
		return nil, fmt.Errorf("its schema does not tell a valid value: give two in the table of samples")
	}
}

// document is YAML as the API server gets it.
func document(text string) (map[string]any, error) {
	values := map[string]any{}
	if err := yaml.Unmarshal([]byte(text), &values); err != nil {
		return nil, fmt.Errorf("%s: %w", text, err)
	}

	return values, nil
}

// merged is one value with another in it. Lists of objects are merged entry by entry.
func merged(one, other any) any {
	switch other := other.(type) {
	case map[string]any:
		result := map[string]any{}
		if values, ok := one.(map[string]any); ok {
			maps.Copy(result, values)
		}

		for key, value := range other {
			result[key] = merged(result[key], value)
		}

		return result
	case []any:
		before, ok := one.([]any)
		if !ok || len(before) != 1 || len(other) != 1 {
			return other
		}

		if _, isObject := other[0].(map[string]any); !isObject {
			return other
		}

		return []any{merged(before[0], other[0])}
	default:
		return other
	}
}

// at is a spec that holds nothing but a value at a path.
func at(path string, value any) map[string]any {
	first, rest, more := strings.Cut(path, ".")
	name, inList := strings.CutSuffix(first, "[]")

	if more {
		value = at(rest, value)
	}

	if inList {
		value = []any{value}
	}

	return map[string]any{name: value}
}

// named is a value with a tenant's name in the place of NAME, and a node port of the
// tenant's in that of NODEPORT and a number.
func (w *world) named(value any, name string) any {
	switch value := value.(type) {
	case map[string]any:
		result := map[string]any{}
		for key, each := range value {
			result[strings.ReplaceAll(key, "NAME", name)] = w.named(each, name)
		}

		return result
	case []any:
		result := make([]any, 0, len(value))
		for _, each := range value {
			result = append(result, w.named(each, name))
		}

		return result
	case string:
		if strings.HasPrefix(value, "NODEPORT") {
			return w.nodePort(name + value)
		}

		return strings.ReplaceAll(value, "NAME", name)
	default:
		return value
	}
}

// nodePort is a node port that nobody else has. Kubernetes takes those that it chooses
// itself from above the first 128 of its range.
func (w *world) nodePort(who string) int64 {
	number, _ := w.ports.LoadOrStore(who, nodePorts-1+w.portSerial.Add(1))

	return number.(int64) //nolint:forcetypeassert // Nothing else is stored.
}
