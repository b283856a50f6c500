// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package repo finds the checkout that the images are built from.
package repo

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Root returns the absolute path of the repository that dir lies in: the nearest
// folder at or above dir that holds a PROJECT file or a .git entry. It fails
// when there is none up to the file system's root.
func Root(dir string) (string, error) {
	start, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("find the repository root from %q: %w", dir, err)
	}
	for at := start; ; at = filepath.Dir(at) {
		for _, marker := range []string{"PROJECT", ".git"} {
			_, err := os.Stat(filepath.Join(at, marker))
			if err == nil {
				return at, nil
			}
			if !errors.Is(err, fs.ErrNotExist) {
				return "", fmt.Errorf("find the repository root from %s: %w", start, err)
			}
		}
		if at == filepath.Dir(at) {
			return "", fmt.Errorf("no folder at or above %s holds PROJECT or .git: run this inside the repository", start)
		}
	}
}
