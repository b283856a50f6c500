// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package crd_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"
)

// constraint is one thing that the schema forbids, and how the API server's
// errors about it look.
type constraint struct {
	// name is the field and the keyword of the schema.
	name string
	// field matches the field of an error, message what the error says of it.
	field, message *regexp.Regexp
}

// TestEveryConstraintHasARejectedCase holds the case files complete: whatever
// the schema forbids, some rejected case runs into it. The suite in turn holds
// the case files true, as it compares their errors with the API server's.
func TestEveryConstraintHasARejectedCase(t *testing.T) {
	t.Parallel()

	constraints := loadConstraints(t)
	if len(constraints) == 0 {
		t.Fatal("the CRD forbids nothing")
	}

	files, err := loadCases("rejected")
	if err != nil {
		t.Fatal(err)
	}

	var errors []string

	for _, file := range files {
		for _, c := range file.Cases {
			if len(c.Errors) == 0 {
				t.Errorf("rejected/%s: %s: no error is expected", file.Subject, c.Name)
			}

			errors = append(errors, c.Errors...)
		}
	}

	for _, c := range constraints {
		if !slices.ContainsFunc(errors, c.explains) {
			t.Errorf("no case below testdata/rejected runs into %s", c.name)
		}
	}
}

// explains is whether the error, given as "field: message", is about the
// constraint.
func (c constraint) explains(failure string) bool {
	field, message, found := strings.Cut(failure, ": ")

	return found && c.field.MatchString(field) && c.message.MatchString(message)
}

func loadConstraints(t *testing.T) []constraint {
	t.Helper()

	var constraints []constraint
	for _, schema := range loadSchemas(t) {
		constraints = append(constraints, walk("", "", schema)...)
	}

	return constraints
}

// loadSchemas returns the schema of every version of every CRD.
func loadSchemas(t *testing.T) []apiextensionsv1.JSONSchemaProps {
	t.Helper()

	paths, err := filepath.Glob(filepath.Join(crdFiles(), "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}

	var schemas []apiextensionsv1.JSONSchemaProps

	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}

		crd := apiextensionsv1.CustomResourceDefinition{}
		if err := yaml.UnmarshalStrict(text, &crd); err != nil {
			t.Fatalf("%s: %v", path, err)
		}

		for _, version := range crd.Spec.Versions {
			schemas = append(schemas, *version.Schema.OpenAPIV3Schema)
		}
	}

	return schemas
}

// walk returns the constraints of the schema at the path and below. The pattern
// matches the fields that the API server reports for the path.
func walk(path, pattern string, schema apiextensionsv1.JSONSchemaProps) []constraint {
	constraints := own(path, pattern, schema)

	for _, name := range slices.Sorted(maps.Keys(schema.Properties)) {
		// The API server checks these itself.
		if path == "" && (name == "apiVersion" || name == "kind" || name == "metadata") {
			continue
		}

		constraints = append(constraints, walk(join(path, name), join(pattern, regexp.QuoteMeta(name)), schema.Properties[name])...)
	}

	if schema.Items != nil && schema.Items.Schema != nil {
		constraints = append(constraints, walk(path+"[]", pattern+`\[\d+\]`, *schema.Items.Schema)...)
	}

	if schema.AdditionalProperties != nil && schema.AdditionalProperties.Schema != nil {
		constraints = append(constraints, walk(path+".*", pattern+`\..+`, *schema.AdditionalProperties.Schema)...)
	}

	return constraints
}

func join(parent, name string) string {
	return strings.TrimPrefix(parent+"."+name, ".")
}

// own are the constraints of one schema, without those of its fields.
func own(path, pattern string, schema apiextensionsv1.JSONSchemaProps) []constraint {
	var constraints []constraint

	add := func(keyword, field, message string) {
		constraints = append(constraints, constraint{
			name:    fmt.Sprintf("%s of %q", keyword, path),
			field:   regexp.MustCompile("^" + field + "$"),
			message: regexp.MustCompile(message),
		})
	}

	numbers := []struct {
		keyword string
		limit   *int64
		message string
	}{
		{"minLength", schema.MinLength, "should be at least %d chars long$"},
		{"maxLength", schema.MaxLength, "^Too long: may not be more than %d bytes$"},
		{"minItems", schema.MinItems, "should have at least %d items$"},
		{"maxItems", schema.MaxItems, "^Too many: .* must have at most %d items$"},
		{"minProperties", positive(schema.MinProperties), "should have at least %d properties$"},
		{"maxProperties", schema.MaxProperties, "^Too many: .* must have at most %d items$"},
		{"minimum", whole(schema.Minimum), "should be greater than or equal to %d$"},
		{"maximum", whole(schema.Maximum), "should be less than or equal to %d$"},
	}
	for _, n := range numbers {
		if n.limit != nil {
			add(n.keyword, pattern, fmt.Sprintf(n.message, *n.limit))
		}
	}

	if schema.Pattern != "" {
		add("pattern", pattern, "should match "+regexp.QuoteMeta("'"+schema.Pattern+"'")+"$")
	}

	if len(schema.Enum) > 0 {
		values := make([]string, 0, len(schema.Enum))
		for _, v := range schema.Enum {
			// The API server quotes numbers, too.
			values = append(values, strconv.Quote(strings.Trim(string(v.Raw), `"`)))
		}

		add("enum", pattern, "^Unsupported value: .* supported values: "+regexp.QuoteMeta(strings.Join(values, ", "))+"$")
	}

	for _, name := range schema.Required {
		add("required "+name, join(pattern, regexp.QuoteMeta(name)), "^Required value")
	}

	if kind := schema.XListType; kind != nil && *kind != "atomic" {
		add("listType "+*kind, pattern+`\[\d+\]`, "^Duplicate value")
	}

	for i, rule := range schema.XValidations {
		field := pattern + regexp.QuoteMeta(rule.FieldPath)
		if path == "" {
			field = regexp.QuoteMeta(strings.TrimPrefix(rule.FieldPath, "."))
		}

		if field == "" {
			field = "<nil>"
		}

		add("rule "+strconv.Itoa(i)+" ("+rule.Message+")", field, regexp.QuoteMeta(rule.Message)+"$")
	}

	return constraints
}

// positive leaves out a minimum of zero, which nothing can violate.
func positive(limit *int64) *int64 {
	if limit != nil && *limit == 0 {
		return nil
	}

	return limit
}

// whole is the limit as the API server prints it.
func whole(limit *float64) *int64 {
	if limit == nil {
		return nil
	}

	return new(int64(*limit))
}
