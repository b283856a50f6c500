// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package apiserver runs a real API server for tests, and acts on it with the
// operator's own rights. Nothing else runs there: no garbage collector, no
// controllers, no nodes. Tests play them.
package apiserver

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
	"sigs.k8s.io/yaml"
)

// operatorName is the operator's namespace and ServiceAccount in config/.
const operatorName = "ingress-tenant-operator"

// Server is a running API server.
type Server struct {
	// Admin may do everything.
	Admin *rest.Config
	// Operator may do what config/rbac permits the operator's ServiceAccount.
	Operator *rest.Config

	environment *envtest.Environment
}

// Start starts etcd and an API server with the project's CRD and the operator's
// rights. The flags are added to the API server's own, without dashes. The
// caller stops the server, also where starting it failed halfway.
func Start(ctx context.Context, flags map[string]string) (*Server, error) {
	server := &Server{environment: &envtest.Environment{}}

	if os.Getenv("KUBEBUILDER_ASSETS") == "" {
		return server, errors.New("KUBEBUILDER_ASSETS is not set, so there is no API server to ask: run `make test`, which builds etcd and kube-apiserver and sets it")
	}

	root, err := root()
	if err != nil {
		return server, err
	}

	server.environment.CRDDirectoryPaths = []string{filepath.Join(root, "config", "crd", "bases")}
	server.environment.ErrorIfCRDPathMissing = true

	arguments := server.environment.ControlPlane.GetAPIServer().Configure()
	for flag, value := range flags {
		arguments.Set(flag, value)
	}

	if server.Admin, err = server.environment.Start(); err != nil {
		return server, fmt.Errorf("starting the API server of KUBEBUILDER_ASSETS=%s: %w", os.Getenv("KUBEBUILDER_ASSETS"), err)
	}

	server.Operator = rest.CopyConfig(server.Admin)
	server.Operator.Impersonate = rest.ImpersonationConfig{
		UserName: "system:serviceaccount:" + operatorName + ":" + operatorName,
		Groups:   []string{"system:serviceaccounts", "system:serviceaccounts:" + operatorName, "system:authenticated"},
	}

	return server, server.grant(ctx, root)
}

// Stop stops the API server and etcd.
func (s *Server) Stop() error {
	return s.environment.Stop()
}

// grant applies the operator's namespace and rights as they are installed.
func (s *Server) grant(ctx context.Context, root string) error {
	admin, err := client.New(s.Admin, client.Options{})
	if err != nil {
		return fmt.Errorf("connecting to the API server: %w", err)
	}

	paths := []string{filepath.Join(root, "config", "manager", "namespace.yaml")}

	err = filepath.WalkDir(filepath.Join(root, "config", "rbac"), func(path string, entry fs.DirEntry, err error) error {
		if err == nil && filepath.Ext(path) == ".yaml" && entry.Name() != "kustomization.yaml" {
			paths = append(paths, path)
		}

		return err
	})
	if err != nil {
		return fmt.Errorf("looking for the operator's rights: %w", err)
	}

	for _, path := range paths {
		if err := create(ctx, admin, path); err != nil {
			return fmt.Errorf("creating the objects of %s: %w", path, err)
		}
	}

	return nil
}

func create(ctx context.Context, admin client.Client, path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}

	for document := range strings.SplitSeq("\n"+string(text), "\n---\n") {
		object := &unstructured.Unstructured{}
		if err := yaml.Unmarshal([]byte(document), &object.Object); err != nil {
			return err
		}

		if len(object.Object) == 0 {
			continue
		}

		if err := admin.Create(ctx, object); err != nil {
			return err
		}
	}

	return nil
}

// root is the folder of the module that the working directory is in.
func root() (string, error) {
	folder, err := os.Getwd()
	if err != nil {
		return "", err
	}

	for {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			return folder, nil
		}

		if folder == filepath.Dir(folder) {
			return "", errors.New("no go.mod in the working directory or above it: run the tests from within the repository")
		}

		folder = filepath.Dir(folder)
	}
}
