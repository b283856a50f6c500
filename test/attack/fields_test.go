// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package attack

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

// The steps of a field's path that are no properties.
const (
	item  = "[]"
	value = "{}"
	key   = "{key}"
)

// field is a place for text in a spec: the names of properties, and the steps above.
type field []string

// String is the field as it is written: controller.config{}, hostnames[].
func (f field) String() string {
	return strings.NewReplacer(".[]", item, ".{", "{").Replace(strings.Join(f, "."))
}

// stringFields are all places of text in the specs of IngressTenants, the keys of maps
// included.
func stringFields() ([]field, error) {
	path := filepath.Join("..", "..", "config", "crd", "bases", "ingresstenant.io_ingresstenants.yaml")

	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}

	definition := &apiextensionsv1.CustomResourceDefinition{}
	if err := yaml.UnmarshalStrict(text, definition); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}

	spec, found := definition.Spec.Versions[0].Schema.OpenAPIV3Schema.Properties["spec"]
	if !found {
		return nil, fmt.Errorf("%s: the schema has no spec", path)
	}

	return textsOf(&spec, nil), nil
}

func textsOf(schema *apiextensionsv1.JSONSchemaProps, at field) []field {
	inside := func(step string) field { return append(slices.Clone(at), step) }

	switch {
	case schema.Type == "string", schema.XIntOrString:
		return []field{at}
	case schema.Type == "array":
		return textsOf(schema.Items.Schema, inside(item))
	}

	var found []field

	for _, name := range slices.Sorted(maps.Keys(schema.Properties)) {
		property := schema.Properties[name]
		found = append(found, textsOf(&property, inside(name))...)
	}

	if schema.AdditionalProperties != nil {
		found = append(append(found, inside(key)), textsOf(schema.AdditionalProperties.Schema, inside(value))...)
	}

	return found
}

// with returns a copy of a spec, or of a part of it, that has the text at the field.
// Where the field is in a list or a map, it replaces what is there.
func (f field) with(part any, text string) any {
	if len(f) == 0 {
		return text
	}

	switch step, rest := f[0], f[1:]; step {
	case item:
		list, _ := part.([]any)
		if len(list) == 0 {
			list = []any{nil}
		}

		return append([]any{rest.with(list[0], text)}, list[1:]...)
	case value, key:
		there, _ := part.(map[string]any)
		name := "a"

		for name = range there {
			break
		}

		if step == key {
			return map[string]any{text: there[name]}
		}

		return map[string]any{name: rest.with(there[name], text)}
	default:
		object, _ := part.(map[string]any)

		object = maps.Clone(object)
		if object == nil {
			object = map[string]any{}
		}

		object[step] = rest.with(object[step], text)

		return object
	}
}
