// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package all_test

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider/all"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

func blog() *v1alpha1.IngressTenant {
	t := &v1alpha1.IngressTenant{}
	t.Name = "blog"

	return t
}

func TestRegistryTakesAllAndTheirDefaults(t *testing.T) {
	t.Parallel()

	registry, err := provider.NewRegistry(all.All(), nil)
	if err != nil {
		t.Fatal(err)
	}

	choice, err := registry.Choose(blog())
	if err != nil {
		t.Fatal(err)
	}

	if got := choice.Provider.Descriptor().Name; got != provider.Default {
		t.Errorf("a tenant that names no provider gets %s, want %s", got, provider.Default)
	}
}

func TestDescriptors(t *testing.T) {
	t.Parallel()

	version := regexp.MustCompile(`^v\d+\.\d+\.\d+$`)
	digest := regexp.MustCompile(`^(sha256:[0-9a-f]{64})?$`)

	for _, p := range all.All() {
		d := p.Descriptor()
		t.Run(string(d.Name), func(t *testing.T) {
			t.Parallel()

			if d.Repository == "" || strings.ContainsAny(d.Repository[strings.LastIndex(d.Repository, "/")+1:], ":@") {
				t.Errorf("repository %q is empty or has a tag", d.Repository)
			}

			if d.Capabilities.ClassBinding == "" {
				t.Error("it is not said what the class is recognised by")
			}

			for i, v := range d.Versions {
				if !version.MatchString(v.Name) {
					t.Errorf("version %q: the API takes v1.2.3 only", v.Name)
				}

				if !digest.MatchString(v.Digest) {
					t.Errorf("version %s: digest %q", v.Name, v.Digest)
				}

				if _, err := time.Parse(time.DateOnly, v.EndOfLife); v.EndOfLife != "" && err != nil {
					t.Errorf("version %s: %v", v.Name, err)
				}

				if slices.ContainsFunc(d.Versions[:i], func(other provider.Version) bool { return other.Name == v.Name }) {
					t.Errorf("version %s is there twice", v.Name)
				}
			}
		})
	}
}

// A tenant that names a patch release keeps it when the operator is upgraded, and
// its status must not say that it gets fixes: they are in the later one.
func TestReplacedPatchReleasesGetNoFixes(t *testing.T) {
	t.Parallel()

	minor := func(v provider.Version) string { return v.Name[:strings.LastIndex(v.Name, ".")] }

	for _, p := range all.All() {
		d := p.Descriptor()
		for i, v := range d.Versions {
			replaced := slices.ContainsFunc(d.Versions[:i], func(other provider.Version) bool { return minor(other) == minor(v) })
			if replaced && v.Supported {
				t.Errorf("%s %s: a later patch release of %s is there, so this one gets no fixes", d.Name, v.Name, minor(v))
			}
		}
	}
}

// What the pods of every provider must be: unprivileged, probed, drained, and
// without a role that the operator may not bind.
func TestWorkloads(t *testing.T) {
	t.Parallel()

	for _, p := range all.All() {
		for name, namespaces := range map[string]provider.Namespaces{
			"no namespace":   {},
			"one namespace":  {Names: []string{"blog"}},
			"all namespaces": {All: true},
		} {
			t.Run(string(p.Descriptor().Name)+" of "+name, func(t *testing.T) {
				t.Parallel()

				w, err := p.Workload(provider.Request{Tenant: blog(), Image: "example.com/image:v1", Namespaces: namespaces})
				if err != nil {
					t.Fatal(err)
				}

				checkPod(t, w)
				checkControllerValue(t, p.Descriptor(), w)
				checkPrivileges(t, w)
				checkRoles(t, w.Roles)
			})
		}
	}
}

func checkPod(t *testing.T, w provider.Workload) {
	t.Helper()

	if problems := validation.IsDNS1123Label(w.Name); len(problems) > 0 {
		t.Errorf("name %q: %v", w.Name, problems)
	}

	if w.Image != "example.com/image:v1" {
		t.Errorf("image %s is not the one asked for", w.Image)
	}

	least := cmp.Or(w.UnprivilegedPortStart, 1025)
	for what, port := range map[string]int32{"http": w.Ports.HTTP, "https": w.Ports.HTTPS, "health": w.Ports.Health, "metrics": w.Ports.Metrics} {
		if port < least || port > 65535 {
			t.Errorf("port %s is %d, want %d or more", what, port, least)
		}
	}

	if !strings.HasPrefix(w.HealthPath, "/") || w.TerminationGracePeriodSeconds <= 0 {
		t.Errorf("health path %q, grace period %d", w.HealthPath, w.TerminationGracePeriodSeconds)
	}
}

// An implementation that does not take any value has the tenant's name in its own.
func checkControllerValue(t *testing.T, d provider.Descriptor, w provider.Workload) {
	t.Helper()

	switch binding := d.Capabilities.ClassBinding; {
	case d.Capabilities.AnyControllerValue && w.ControllerValue != tenant.ControllerValue(blog()):
		t.Errorf("controller value %s is not %s", w.ControllerValue, tenant.ControllerValue(blog()))
	case binding == v1alpha1.BindingControllerValue && !strings.HasSuffix(w.ControllerValue, "/"+blog().Name):
		t.Errorf("controller value %s is not the tenant's own", w.ControllerValue)
	}
}

func checkPrivileges(t *testing.T, w provider.Workload) {
	t.Helper()

	if w.RunAsUser == 0 || w.RunAsGroup == 0 {
		t.Errorf("runs as %d:%d, want anybody but root", w.RunAsUser, w.RunAsGroup)
	}

	for _, capability := range w.AddCapabilities {
		if capability != "NET_BIND_SERVICE" {
			t.Errorf("capability %s is against the restricted Pod Security level", capability)
		}
	}
}

func checkRoles(t *testing.T, roles provider.Roles) {
	t.Helper()

	if !slices.Contains(roles.Cluster, provider.ClassReader) {
		t.Error("it may not read IngressClasses, and would ignore spec.ingressClassName")
	}

	for _, role := range slices.Concat(roles.Cluster, roles.Own, roles.Served) {
		if !strings.HasPrefix(role, tenant.RolePrefix) {
			t.Errorf("role %s: the operator may bind %s… only", role, tenant.RolePrefix)
		}
	}
}

// The name of a binding is a tenant's name and a role's, joined by a dash that
// both may hold. No role may end like another one begins after a dash, or the
// binding of one tenant could be the binding of another.
func TestBindingNamesTellTenantsApart(t *testing.T) {
	t.Parallel()

	roles := map[string]bool{}

	for _, p := range all.All() {
		for _, names := range [][]string{nil, {"blog"}, {"blog", "news"}} {
			if w, err := p.Workload(provider.Request{Tenant: blog(), Namespaces: provider.Namespaces{Names: names}}); err == nil {
				for _, role := range slices.Concat(w.Roles.Cluster, w.Roles.Own, w.Roles.Served) {
					roles[strings.TrimPrefix(role, tenant.RolePrefix)] = true
				}
			}
		}
	}

	for one := range roles {
		for other := range roles {
			if rest, found := strings.CutSuffix(one, "-"+other); found {
				t.Errorf("tenant blog with role %s and tenant blog-%s with role %s share the binding %s",
					one, rest, other, tenant.BindingName(blog(), tenant.RolePrefix+one))
			}
		}
	}
}

// Of other annotations the operator's cache drops the values, and what they name would
// be taken for in order.
func TestAnnotationsThatNameSecretsAreKnownToDoSo(t *testing.T) {
	t.Parallel()

	for _, p := range all.All() {
		for _, annotation := range p.Descriptor().SecretAnnotations {
			if !tenant.NamesOthers(annotation) || !tenant.ConfiguresController(annotation) {
				t.Errorf("%s: the value of annotation %s is not kept", p.Descriptor().Name, annotation)
			}
		}
	}
}
