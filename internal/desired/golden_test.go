// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package desired_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/ingresstenant/ingress-tenant-operator/internal/apply"
	"github.com/ingresstenant/ingress-tenant-operator/test/golden"
)

const (
	inputSuffix  = ".in.yaml"
	outputSuffix = ".out.yaml"
)

func TestMain(m *testing.M) {
	golden.AddFlag()
	os.Exit(m.Run())
}

// TestGolden holds every field that the operator owns to a file, for one tenant
// of each sort. A difference is what the clusters of all such tenants will see:
// read it, then write the files anew with -update.
func TestGolden(t *testing.T) {
	t.Parallel()

	for _, name := range goldenNames(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			_, objects := render(t, readScenario(t, name))
			golden.Compare(t, filepath.Join("testdata", name+outputSuffix), stream(t, objects))
		})
	}
}

// A golden file that nothing is compared with proves nothing.
func TestGoldenFilesHaveInputs(t *testing.T) {
	t.Parallel()

	outputs, err := filepath.Glob(filepath.Join("testdata", "*"+outputSuffix))
	if err != nil {
		t.Fatal(err)
	}

	names := goldenNames(t)

	for _, path := range outputs {
		if name := strings.TrimSuffix(filepath.Base(path), outputSuffix); !slices.Contains(names, name) {
			t.Errorf("%s has no %s%s beside it; remove it", path, name, inputSuffix)
		}
	}
}

// goldenNames are the names of the scenarios in testdata, sorted.
func goldenNames(t *testing.T) []string {
	t.Helper()

	inputs, err := filepath.Glob(filepath.Join("testdata", "*"+inputSuffix))
	if err != nil {
		t.Fatal(err)
	}

	names := make([]string, 0, len(inputs))
	for _, path := range inputs {
		names = append(names, strings.TrimSuffix(filepath.Base(path), inputSuffix))
	}

	if len(names) == 0 {
		t.Fatal("testdata holds no scenarios")
	}

	return names
}

func readScenario(t *testing.T, name string) scenario {
	t.Helper()

	path := filepath.Join("testdata", name+inputSuffix)

	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}

	if !bytes.HasPrefix(text, []byte("# ")) {
		t.Errorf("%s does not say what it is for: begin it with a comment", path)
	}

	var s scenario
	if err := yaml.UnmarshalStrict(text, &s); err != nil {
		t.Fatalf("%s: %v", path, err)
	}

	return s
}

// stream writes objects as kubectl reads them, in their order.
func stream(t *testing.T, objects []apply.Object) []byte {
	t.Helper()

	documents := make([][]byte, 0, len(objects))

	for _, object := range objects {
		document, err := yaml.Marshal(object)
		if err != nil {
			t.Fatalf("encoding %s: %v", apply.ReferenceTo(object), err)
		}

		documents = append(documents, document)
	}

	return bytes.Join(documents, []byte("---\n"))
}
