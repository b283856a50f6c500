// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package crd_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// sample is an IngressTenant of config/samples.
type sample struct {
	path   string
	object *unstructured.Unstructured
}

// loadSamples reads the IngressTenants below config/samples.
func loadSamples() ([]sample, error) {
	var samples []sample

	root := filepath.Join("..", "..", "config", "samples")
	err := filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".yaml" {
			return err
		}

		found, err := readSamples(path)
		samples = append(samples, found...)

		return err
	})

	if err == nil && len(samples) == 0 {
		err = fmt.Errorf("%s holds no IngressTenants", root)
	}

	return samples, err
}

func readSamples(path string) ([]sample, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}

	var samples []sample

	reader := utilyaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(text)))

	for {
		document, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return samples, nil
		}

		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}

		object := &unstructured.Unstructured{}
		if err := utilyaml.Unmarshal(document, &object.Object); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}

		if object.GroupVersionKind() == v1alpha1.GroupVersion.WithKind("IngressTenant") {
			samples = append(samples, sample{path: path, object: object})
		}
	}
}

func describeSamples(api *server, samples []sample) {
	Describe("accepted: config/samples", func() {
		for _, s := range samples {
			It(filepath.Base(s.path)+": "+s.object.GetName(), func(ctx SpecContext) {
				Expect(api.Strict.Create(ctx, s.object.DeepCopy(), client.DryRunAll)).To(Succeed())
			})
		}
	})
}
