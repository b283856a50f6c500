// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package crd_test

import (
	"encoding/json"
	"testing"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/validation"
)

// TestAcceptedTenantsAreValid holds the operator to the CRD: what an accepted case
// or a sample asks for, the operator does not refuse.
func TestAcceptedTenantsAreValid(t *testing.T) {
	t.Parallel()

	files, err := loadCases("accepted")
	if err != nil {
		t.Fatal(err)
	}

	for _, file := range files {
		for _, c := range file.Cases {
			for _, manifest := range []json.RawMessage{c.Initial, c.Update} {
				if manifest == nil {
					continue
				}

				checked := &v1alpha1.IngressTenant{}
				if err := json.Unmarshal(manifest, checked); err != nil {
					t.Fatalf("%s: %s: %v", file.Subject, c.Name, err)
				}

				if err := validation.Check(checked); err != nil {
					t.Errorf("%s: %s: %v", file.Subject, c.Name, err)
				}
			}
		}
	}

	samples, err := loadSamples()
	if err != nil {
		t.Fatal(err)
	}

	for _, s := range samples {
		checked := &v1alpha1.IngressTenant{}
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(s.object.Object, checked); err != nil {
			t.Fatal(err)
		}

		if err := validation.Check(checked); err != nil {
			t.Errorf("%s: %v", s.path, err)
		}
	}
}
