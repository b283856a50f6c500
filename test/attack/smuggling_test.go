// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package attack

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"
)

// What the attacks by texts look for is found.
func TestTraces(t *testing.T) {
	t.Parallel()

	const text = "smuggled --b"

	tests := map[string]struct {
		object string
		text   string
		found  bool
	}{
		"nothing":                     {object: `{spec: {a: b}}`},
		"a value":                     {object: `{spec: {a: "smuggled --b"}}`},
		"a key":                       {object: `{metadata: {annotations: {"smuggled --b": a}}}`},
		"a value in a file":           {object: `{data: {a: "smuggled --b"}}`},
		"the value of an argument":    {object: `{spec: {containers: [{args: ["--a=smuggled --b"]}]}}`},
		"a value in a note":           {object: `{metadata: {annotations: {ingresstenant.io/note: '{"a": "smuggled --b"}'}}}`},
		"a part of a note":            {object: `{metadata: {annotations: {ingresstenant.io/note: '{"a": "x,smuggled --b"}'}}}`, found: true},
		"a part of a value":           {object: `{spec: {a: "x,smuggled --b"}}`, found: true},
		"a part of a file":            {object: `{data: {a: "x: smuggled --b\n"}}`, found: true},
		"a line of a file":            {object: `{data: {a: "smuggled\nb"}}`, text: "smuggled\nb", found: true},
		"an argument":                 {object: `{spec: {containers: [{args: ["smuggled --b"]}]}}`, found: true},
		"two arguments":               {object: `{spec: {containers: [{args: ["--a=smuggled", "--b"]}]}}`, found: true},
		"a value among an argument's": {object: `{spec: {containers: [{args: ["--a=x,smuggled --b"]}]}}`, found: true},
		"an image":                    {object: `{spec: {containers: [{image: "smuggled --b"}]}}`, found: true},
		"a command":                   {object: `{spec: {initContainers: [{command: ["--a=smuggled --b"]}]}}`, found: true},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			var object map[string]any
			if err := yaml.Unmarshal([]byte(test.object), &object); err != nil {
				t.Fatal(err)
			}

			put := text
			if test.text != "" {
				put = test.text
			}

			if found := (trail{text: put, mark: "smuggled", ends: "\n"}).of(object, ""); (len(found) > 0) != test.found {
				t.Errorf("found at %q, want %v", found, test.found)
			}
		})
	}
}

func TestTextsArePutWhereTheFieldIs(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		field       field
		spec, after string
	}{
		"a property":           {field{"a", "b"}, `{a: {c: d}}`, `{a: {b: x, c: d}}`},
		"a list":               {field{"a", item}, `{}`, `{a: [x]}`},
		"a list's objects":     {field{"a", item, "b"}, `{a: [{c: d}, {e: f}]}`, `{a: [{b: x, c: d}, {e: f}]}`},
		"a map's value":        {field{"a", value}, `{a: {k: v}}`, `{a: {k: x}}`},
		"a map's key":          {field{"a", key}, `{a: {k: v}}`, `{a: {x: v}}`},
		"a map that is absent": {field{"a", value}, `{}`, `{a: {a: x}}`},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			var spec, want map[string]any
			for text, into := range map[string]*map[string]any{test.spec: &spec, test.after: &want} {
				if err := yaml.Unmarshal([]byte(text), into); err != nil {
					t.Fatal(err)
				}
			}

			if diff := cmp.Diff(any(want), test.field.with(spec, "x")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// A schema that is not read has no fields to attack.
func TestEveryFieldOfTextIsThere(t *testing.T) {
	t.Parallel()

	fields, err := stringFields()
	if err != nil {
		t.Fatal(err)
	}

	names := map[string]bool{}
	for _, f := range fields {
		names[f.String()] = true
	}

	for _, name := range []string{"controller.image", "controller.config{}", "controller.config{key}", "hostnames[]", "controller.tolerations[].key", "controller.resources.limits{}"} {
		if !names[name] {
			t.Errorf("no field %s among %d", name, len(names))
		}
	}
}
