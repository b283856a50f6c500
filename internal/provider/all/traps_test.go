// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package all_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The page of traps names, in the last column of each of its tables, tests that are
// there.
func TestTrapsNameTestsThatExist(t *testing.T) {
	t.Parallel()

	text, err := os.ReadFile(filepath.Join(root(), "docs", "traps.md"))
	if err != nil {
		t.Fatal(err)
	}

	rows := 0

	for line := range strings.Lines(string(text)) {
		if !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| trap |") {
			continue
		}

		rows++

		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) != 4 || slices.ContainsFunc(cells, func(cell string) bool { return strings.TrimSpace(cell) == "" }) {
			t.Errorf("want a trap, what would happen, a guard and a test: %s", line)

			continue
		}

		for named := range strings.SplitSeq(strings.TrimSpace(cells[3]), "; ") {
			checkExists(t, named)
		}
	}

	if rows == 0 {
		t.Error("docs/traps.md has no tables")
	}
}

// root is the directory of the repository.
func root() string {
	return filepath.Join("..", "..", "..")
}

// checkExists looks for a test by its package and function, or for one of Ginkgo by
// its file and how its text begins.
func checkExists(t *testing.T, named string) {
	t.Helper()

	if of := regexp.MustCompile("^`([a-z0-9/]+)\\.(Test[A-Za-z0-9]+)`$").FindStringSubmatch(named); of != nil {
		if !slices.Contains(testsOf(t, of[1]), of[2]) {
			t.Errorf("package %s has no %s", of[1], of[2])
		}

		return
	}

	of := regexp.MustCompile("^`([a-z0-9_/]+_test\\.go)`: \"(.+)\"$").FindStringSubmatch(named)
	if of == nil {
		t.Errorf("%s names no test", named)

		return
	}

	source, err := os.ReadFile(filepath.Join(root(), of[1]))
	if err != nil {
		t.Error(err)
	}

	if !strings.Contains(string(source), `It("`+of[2]) {
		t.Errorf("%s has no spec %q", of[1], of[2])
	}
}

// testsOf are the test functions of a package, by its directory in the repository.
func testsOf(t *testing.T, dir string) []string {
	t.Helper()

	paths, err := filepath.Glob(filepath.Join(root(), dir, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}

	var found []string

	for _, path := range paths {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}

		for _, declaration := range file.Decls {
			if declared, ok := declaration.(*ast.FuncDecl); ok && declared.Recv == nil {
				found = append(found, declared.Name.Name)
			}
		}
	}

	return found
}
