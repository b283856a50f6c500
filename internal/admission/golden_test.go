// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package admission_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/ingresstenant/ingress-tenant-operator/test/golden"
)

func TestMain(m *testing.M) {
	golden.AddFlag()

	// Each fleet is compiled, which is most of the time; the command line can ask for
	// more.
	if err := flag.Set("rapid.checks", "15"); err != nil {
		panic(err) //nolint:forbidigo // There is nobody to return it to.
	}

	os.Exit(m.Run())
}

// TestGolden holds the policies to files, as the API server gets them for a small
// fleet: to be read, and to be tried by hand.
func TestGolden(t *testing.T) {
	t.Parallel()

	for _, policy := range append(policies(fleet()), fenced(false)) {
		t.Run(policy.Name(), func(t *testing.T) {
			t.Parallel()

			var got []byte

			for _, object := range []any{policy.Policy, policy.Binding} {
				text, err := yaml.Marshal(object)
				if err != nil {
					t.Fatal(err)
				}

				got = append(append(got, "---\n"...), text...)
			}

			golden.Compare(t, filepath.Join("testdata", policy.Name()+".yaml"), got)
		})
	}
}
