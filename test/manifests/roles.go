// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package manifests reads the objects that the operator is installed with.
package manifests

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/yaml"
)

// Roles returns the rules of the Roles and ClusterRoles in a folder and those below
// it, by name.
func Roles(folder string) (map[string][]rbacv1.PolicyRule, error) {
	found := map[string][]rbacv1.PolicyRule{}

	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".yaml" {
			return err
		}

		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}

		for document := range strings.SplitSeq("\n"+string(text), "\n---\n") {
			var role rbacv1.ClusterRole
			if err := yaml.Unmarshal([]byte(document), &role); err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}

			if role.Kind == "ClusterRole" || role.Kind == "Role" {
				found[role.Name] = role.Rules
			}
		}

		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("reading roles: %w", err)
	}

	return found, nil
}
