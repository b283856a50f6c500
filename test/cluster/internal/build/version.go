// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package build

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/semver"
)

// flags are given to every build. Paths are trimmed so that Go's build cache
// serves every clone on the machine.
func flags() []string { return []string{"-trimpath", "-buildvcs=false"} }

// Version returns the version of module that the go.mod in folder requires.
func Version(folder, module string) (string, error) {
	path := filepath.Join(folder, "go.mod")
	content, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("reading the version of %s: %w", module, err)
	}
	file, err := modfile.Parse(path, content, nil)
	if err != nil {
		return "", fmt.Errorf("reading the version of %s: %w", module, err)
	}
	for _, require := range file.Require {
		if require.Mod.Path == module {
			return require.Mod.Version, nil
		}
	}
	return "", fmt.Errorf("%s does not require %s: run `go get %s@VERSION` in %s", path, module, module, folder)
}

// linkerFlags strips the program, and stamps a part of Kubernetes with its version.
func linkerFlags(stamp bool, version string) string {
	if !stamp {
		return "-s -w"
	}
	majorMinor := strings.TrimPrefix(semver.MajorMinor(version), "v")
	major, minor, _ := strings.Cut(majorMinor, ".")
	var values strings.Builder
	values.WriteString("-s -w")
	for _, pkg := range []string{"k8s.io/component-base/version", "k8s.io/client-go/pkg/version"} {
		fmt.Fprintf(&values, " -X %[1]s.gitVersion=%[2]s -X %[1]s.gitMajor=%[3]s -X %[1]s.gitMinor=%[4]s", pkg, version, major, minor)
	}
	return values.String()
}

// key names the folder of binaries: readable by the Kubernetes version, exact by
// a hash of everything that the binaries depend on.
func key(components, toolchain string) (string, error) {
	hash := sha256.New()
	fmt.Fprintln(hash, toolchain, flags())
	folders := map[string]bool{}
	for _, component := range Components() {
		fmt.Fprintln(hash, component)
		if folders[component.Folder] {
			continue
		}
		folders[component.Folder] = true
		for _, name := range []string{"go.mod", "go.sum"} {
			content, err := os.ReadFile(filepath.Join(components, component.Folder, name))
			if err != nil {
				return "", fmt.Errorf("reading the versions of the cluster's parts: %w", err)
			}
			hash.Write(content)
		}
	}
	version, err := Version(filepath.Join(components, "kubernetes"), "k8s.io/kubernetes")
	if err != nil {
		return "", err
	}
	return "kubernetes-" + version + "-" + hex.EncodeToString(hash.Sum(nil)[:4]), nil
}
