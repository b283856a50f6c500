// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package crd_test asks a real API server which IngressTenants it takes.
package crd_test

import (
	"os"
	"path/filepath"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
)

// crdFiles is where the generated CRD is.
func crdFiles() string {
	return filepath.Join("..", "..", "config", "crd", "bases")
}

// server is the API server under test, running between the suite's first and
// last spec.
type server struct {
	// Client sends objects as they are; the server drops unknown fields.
	client.Client
	// Strict makes the server refuse unknown fields, as kubectl does.
	Strict client.Client
}

func TestCRD(t *testing.T) {
	if os.Getenv("KUBEBUILDER_ASSETS") == "" {
		t.Fatal("KUBEBUILDER_ASSETS is not set, so there is no API server to ask: run `make test`, which builds etcd and kube-apiserver and sets it")
	}

	accepted, err := loadCases("accepted")
	if err != nil {
		t.Fatal(err)
	}

	rejected, err := loadCases("rejected")
	if err != nil {
		t.Fatal(err)
	}

	samples, err := loadSamples()
	if err != nil {
		t.Fatal(err)
	}

	RegisterFailHandler(Fail)

	api := &server{}
	environment := &envtest.Environment{
		CRDDirectoryPaths:     []string{crdFiles()},
		ErrorIfCRDPathMissing: true,
	}

	BeforeSuite(func() {
		config, err := environment.Start()
		DeferCleanup(environment.Stop)
		Expect(err).NotTo(HaveOccurred())

		api.Client, err = client.New(config, client.Options{})
		Expect(err).NotTo(HaveOccurred())

		api.Strict = client.WithFieldValidation(api.Client, metav1.FieldValidationStrict)
	})

	describeAccepted(api, accepted)
	describeSamples(api, samples)
	describeRejected(api, rejected)
	describeStorage(api)

	RunSpecs(t, "CRD")
}
