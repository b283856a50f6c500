// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package catalog_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"

	"github.com/ingresstenant/ingress-tenant-operator/test/images/internal/catalog"
)

const root = "/repository"

func all(t *testing.T, references map[string]string) []catalog.Image {
	t.Helper()
	images, err := catalog.All(root, references)
	if err != nil {
		t.Fatal(err)
	}
	return images
}

func names(images []catalog.Image) []string {
	var all []string
	for _, image := range images {
		all = append(all, image.Name)
	}
	return all
}

func TestSelect(t *testing.T) {
	for _, test := range []struct {
		asked []string
		want  []string
	}{
		{[]string{"all"}, []string{"echo", "operator", "traefik", "haproxy-ingress", "ingress-nginx"}},
		{[]string{"traefik"}, []string{"traefik"}},
		{[]string{"traefik", "echo", "traefik"}, []string{"echo", "traefik"}},
		{[]string{"operator", "all"}, []string{"echo", "operator", "traefik", "haproxy-ingress", "ingress-nginx"}},
	} {
		got, err := catalog.Select(all(t, nil), test.asked)
		if err != nil || !slices.Equal(names(got), test.want) {
			t.Errorf("Select(%q) = %q, %v; want %q", test.asked, names(got), err, test.want)
		}
	}
}

func TestSelectRefusesWhatItDoesNotKnow(t *testing.T) {
	for _, asked := range [][]string{nil, {"nginx"}, {"echo", "--out"}} {
		_, err := catalog.Select(all(t, nil), asked)
		if err == nil || !strings.Contains(err.Error(), "echo, haproxy-ingress, ingress-nginx, operator, traefik, all") {
			t.Errorf("Select(%q): error = %v, want one that lists the choices", asked, err)
		}
	}
}

func TestReferencesCanBeReplaced(t *testing.T) {
	for _, image := range all(t, map[string]string{"operator": "registry.example.com/team/operator:v0.1.0"}) {
		switch image.Name {
		case "operator":
			if got := image.Reference.String(); got != "registry.example.com/team/operator:v0.1.0" {
				t.Errorf("the operator's reference is %s", got)
			}
			if got := image.Program.Stamps["main.version"]; got != "v0.1.0" {
				t.Errorf("the operator's version is %q, want that of its tag", got)
			}
		case "echo":
			if got := image.Reference.String(); got != "ingresstenant.io/echo:dev" {
				t.Errorf("echo's reference is %s, want its own", got)
			}
		}
	}
}

func TestReferencesMustBeComplete(t *testing.T) {
	for _, references := range []map[string]string{
		{"nginx": "example.com/nginx:dev"},
		{"echo": "example.com/echo"},
		{"echo": "Example.com/Echo:dev"},
		{"echo": ""},
	} {
		if _, err := catalog.All(root, references); err == nil {
			t.Errorf("references %v were accepted", references)
		}
	}
}

func TestSourcesAreInTheRepository(t *testing.T) {
	for _, image := range all(t, nil) {
		for _, program := range append(slices.Collect(maps.Values(image.Further)), image.Program) {
			if relative, err := filepath.Rel(root, program.Module); err != nil || strings.HasPrefix(relative, "..") {
				t.Errorf("%s is built in %s, outside %s", image.Name, program.Module, root)
			}
		}
	}
}

func TestVersionsAreThoseInTheirModules(t *testing.T) {
	for _, pinned := range []struct{ folder, module, version string }{
		{"traefik", "github.com/traefik/traefik/v3", catalog.TraefikVersion},
		{"haproxyingress", "github.com/jcmoraisjr/haproxy-ingress", catalog.HAProxyIngressVersion},
		{"ingressnginx", "k8s.io/ingress-nginx", catalog.IngressNGINXVersion},
	} {
		path := filepath.Join("..", "..", pinned.folder, "go.mod")
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		module, err := modfile.Parse(path, content, nil)
		if err != nil {
			t.Fatal(err)
		}
		at := slices.IndexFunc(module.Require, func(r *modfile.Require) bool { return r.Mod.Path == pinned.module })
		if at < 0 {
			t.Errorf("%s does not require %s", path, pinned.module)
			continue
		}
		if got := module.Require[at].Mod.Version; got != "v"+pinned.version {
			t.Errorf("%s requires %s %s, the image is of %s", path, pinned.module, got, pinned.version)
		}
	}
}
