// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package crd_test

import (
	"testing"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel/model"
	"k8s.io/apimachinery/pkg/util/version"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"k8s.io/apiserver/pkg/cel/environment"
)

// TestRulesCompileOnTheOldestServer compiles the rules with the CEL libraries
// that Kubernetes 1.30 offers to new expressions: those of 1.29, so that it can
// be rolled back.
func TestRulesCompileOnTheOldestServer(t *testing.T) {
	t.Parallel()

	environments := environment.MustBaseEnvSet(version.MajorMinor(1, 29))
	compiled := 0

	for _, root := range loadSchemas(t) {
		var internal apiextensions.JSONSchemaProps
		if err := apiextensionsv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(&root, &internal, nil); err != nil {
			t.Fatal(err)
		}

		structural, err := schema.NewStructural(&internal)
		if err != nil {
			t.Fatal(err)
		}

		compiled += compile(t, "", structural, true, environments)
	}

	if compiled == 0 {
		t.Fatal("the CRD has no rules")
	}
}

// compile compiles the rules of the schema at the path and below, and returns
// their number.
func compile(t *testing.T, path string, s *schema.Structural, isRoot bool, environments *environment.EnvSet) int {
	t.Helper()

	results, err := cel.Compile(s, model.SchemaDeclType(s, isRoot), celconfig.PerCallLimit, environments, cel.NewExpressionsEnvLoader())
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}

	for i, result := range results {
		if result.Error != nil {
			t.Errorf("%q: rule %d: %v", path, i, result.Error)
		}
	}

	compiled := len(results)

	for name, property := range s.Properties {
		compiled += compile(t, join(path, name), &property, false, environments)
	}

	if s.Items != nil {
		compiled += compile(t, path+"[]", s.Items, false, environments)
	}

	if s.AdditionalProperties != nil && s.AdditionalProperties.Structural != nil {
		compiled += compile(t, path+".*", s.AdditionalProperties.Structural, false, environments)
	}

	return compiled
}
