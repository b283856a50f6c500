// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package crd_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"text/template"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// testCase is one IngressTenant that the API server is asked to take.
//
// Case files are Go templates, so that a value of 4097 characters is a count
// and not a screenful: repeat N "text" is the text N times, and series N
// "text-%d" is the text for 0 to N-1, separated by commas.
type testCase struct {
	// Name says what is special about the tenant. It is unique in its file.
	Name string `json:"name"`
	// Initial is the manifest to create, without apiVersion and kind. A name
	// that is omitted is "example".
	Initial json.RawMessage `json:"initial"`
	// Update, if given, replaces the spec of the created tenant.
	Update json.RawMessage `json:"update,omitempty"`
	// Status, if given, becomes the status of the created tenant.
	Status json.RawMessage `json:"status,omitempty"`
	// Errors are all errors that the last of these requests is answered with,
	// each as "field: message". A root field is "<nil>".
	Errors []string `json:"errors,omitempty"`
}

// caseFile is the cases of one file.
type caseFile struct {
	// Subject is the file's name without its ending.
	Subject string
	// Cases are in the order of the file.
	Cases []testCase
}

// loadCases reads testdata/<kind>/*.yaml.
func loadCases(kind string) ([]caseFile, error) {
	paths, err := filepath.Glob(filepath.Join("testdata", kind, "*.yaml"))
	if err != nil {
		return nil, err
	}

	if len(paths) == 0 {
		return nil, fmt.Errorf("testdata/%s holds no case files", kind)
	}

	files := make([]caseFile, 0, len(paths))

	for _, path := range paths {
		cases, err := readCases(path)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}

		files = append(files, caseFile{Subject: strings.TrimSuffix(filepath.Base(path), ".yaml"), Cases: cases})
	}

	return files, nil
}

func readCases(path string) ([]testCase, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}

	source, err := template.New(path).Funcs(template.FuncMap{"repeat": repeat, "series": series}).Parse(string(text))
	if err != nil {
		return nil, err
	}

	var expanded bytes.Buffer
	if err := source.Execute(&expanded, nil); err != nil {
		return nil, err
	}

	var cases []testCase
	if err := yaml.UnmarshalStrict(expanded.Bytes(), &cases); err != nil {
		return nil, err
	}

	names := map[string]bool{}

	for _, c := range cases {
		if c.Name == "" || c.Initial == nil || names[c.Name] {
			return nil, fmt.Errorf("case %q: want a unique name and an initial manifest", c.Name)
		}

		if c.Update != nil && c.Status != nil {
			return nil, fmt.Errorf("case %q: update and status are two requests, make two cases of them", c.Name)
		}

		names[c.Name] = true
	}

	if len(cases) == 0 {
		return nil, errors.New("no cases")
	}

	return cases, nil
}

func repeat(count int, text string) string {
	return strings.Repeat(text, count)
}

func series(count int, text string) string {
	parts := make([]string, count)
	for i := range parts {
		parts[i] = strings.ReplaceAll(text, "%d", strconv.Itoa(i))
	}

	return strings.Join(parts, ", ")
}

// tenant is the manifest as an object, numbers and absent fields as given.
func tenant(manifest json.RawMessage) (*unstructured.Unstructured, error) {
	content := map[string]json.RawMessage{}
	if err := json.Unmarshal(manifest, &content); err != nil {
		return nil, err
	}

	content["apiVersion"] = json.RawMessage(strconv.Quote(v1alpha1.GroupVersion.String()))
	content["kind"] = json.RawMessage(`"IngressTenant"`)

	text, err := json.Marshal(content)
	if err != nil {
		return nil, err
	}

	object := &unstructured.Unstructured{}
	if err := object.UnmarshalJSON(text); err != nil {
		return nil, err
	}

	if object.GetName() == "" {
		object.SetName("example")
	}

	return object, nil
}

// value is any JSON value, with integers as Kubernetes keeps them.
func value(text json.RawMessage) (map[string]any, error) {
	object := &unstructured.Unstructured{}
	wrapped := fmt.Appendf(nil, `{"apiVersion":"v1","kind":"Value","value":%s}`, text)

	if err := object.UnmarshalJSON(wrapped); err != nil {
		return nil, err
	}

	content, _, err := unstructured.NestedMap(object.Object, "value")

	return content, err
}
