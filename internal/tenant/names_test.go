// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package tenant_test

import (
	"regexp"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"pgregory.net/rapid"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// acceptedName is what the API accepts as a tenant's name.
const acceptedName = `[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?`

func named(name string) *v1alpha1.IngressTenant {
	return &v1alpha1.IngressTenant{ObjectMeta: metav1.ObjectMeta{Name: name}}
}

func TestName(t *testing.T) {
	t.Parallel()

	// The names of running tenants' objects: a change of any of these orphans
	// a namespace.
	tests := map[string]struct {
		tenant, want string
	}{
		"one character":        {"a", "ingress-a"},
		"a common name":        {"blog", "ingress-blog"},
		"the longest verbatim": {strings.Repeat("a", 40), "ingress-" + strings.Repeat("a", 40)},
		"the shortest cut":     {strings.Repeat("a", 41), "ingress-" + strings.Repeat("a", 40) + "-yd4l2tn4fm"},
		"the longest":          {strings.Repeat("a", 63), "ingress-" + strings.Repeat("a", 40) + "-pu7hjic5pw"},
		"a cut behind a dash":  {strings.Repeat("a", 39) + "-b", "ingress-" + strings.Repeat("a", 39) + "--4fhs4e7cij"},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			if got := tenant.Name(named(test.tenant)); got != test.want {
				t.Errorf("Name(%s) = %s, want %s", test.tenant, got, test.want)
			}

			if got := tenant.Namespace(named(test.tenant)); got != test.want {
				t.Errorf("Namespace(%s) = %s, want %s", test.tenant, got, test.want)
			}
		})
	}
}

// A tenant may be named like what another tenant's name is cut to.
func TestNameOfATenantNamedLikeAnothersHash(t *testing.T) {
	t.Parallel()

	long := named(strings.Repeat("a", 63))
	imitator := named(strings.TrimPrefix(tenant.Name(long), "ingress-"))

	if tenant.Name(long) == tenant.Name(imitator) {
		t.Errorf("%s and %s share the name %s", long.Name, imitator.Name, tenant.Name(long))
	}
}

func TestNamesAreLegal(t *testing.T) {
	t.Parallel()

	rapid.Check(t, func(t *rapid.T) {
		checkLegal(t, rapid.StringMatching(acceptedName).Draw(t, "name"))
	})
}

func TestNamesDoNotCollide(t *testing.T) {
	t.Parallel()

	rapid.Check(t, func(t *rapid.T) {
		// Names that share a beginning, and differ before, at or after the cut.
		shared := rapid.StringMatching(`[a-z0-9][-a-z0-9]{0,50}`).Draw(t, "shared")
		ending := rapid.StringMatching(`([-a-z0-9]{0,11}[a-z0-9])`)
		checkDistinct(t, shared+ending.Draw(t, "one"), shared+ending.Draw(t, "other"))
	})
}

func FuzzNames(f *testing.F) {
	f.Add("blog", "news")
	f.Add(strings.Repeat("a", 62)+"b", strings.Repeat("a", 63))
	f.Add(strings.Repeat("a", 40), strings.Repeat("a", 41))
	f.Add(strings.Repeat("a", 39)+"-b", strings.Repeat("a", 39)+"-c")
	f.Add(strings.Repeat("a", 63), strings.TrimPrefix(tenant.Name(named(strings.Repeat("a", 63))), "ingress-"))

	accepted := regexp.MustCompile("^" + acceptedName + "$")

	f.Fuzz(func(t *testing.T, one, other string) {
		if !accepted.MatchString(one) || !accepted.MatchString(other) {
			return // The API refuses such a tenant.
		}

		checkLegal(t, one)
		checkLegal(t, other)
		checkDistinct(t, one, other)
	})
}

// failer is what testing and rapid have in common.
type failer interface {
	Helper()
	Errorf(format string, args ...any)
}

func checkLegal(t failer, name string) {
	t.Helper()

	subject := named(name)

	for what, problems := range map[string][]string{
		"Name":            validation.IsDNS1123Label(tenant.Name(subject)),
		"Namespace":       validation.IsDNS1123Label(tenant.Namespace(subject)),
		"InternalName":    validation.IsDNS1035Label(tenant.InternalName(subject)),
		"ClassName":       validation.IsDNS1123Subdomain(tenant.ClassName(subject)),
		"BindingName":     validation.IsDNS1123Subdomain(tenant.BindingName(subject, tenant.RolePrefix+"class-reader")),
		"ControllerValue": messages(validation.IsDomainPrefixedPath(field.NewPath("spec", "controller"), tenant.ControllerValue(subject))),
	} {
		if len(problems) > 0 {
			t.Errorf("%s of tenant %s: %v", what, name, problems)
		}
	}

	if got := len(tenant.Name(subject)); got > 59 {
		t.Errorf("Name of tenant %s has %d characters, more than the 59 it promises", name, got)
	}

	if got := len(tenant.InternalName(subject)); got > 60 {
		t.Errorf("InternalName of tenant %s has %d characters, more than the 60 it promises", name, got)
	}

	if got := len(tenant.ControllerValue(subject)); got > 250 {
		t.Errorf("ControllerValue of tenant %s has %d characters, more than an IngressClass takes", name, got)
	}

	for _, labels := range []map[string]string{
		tenant.Labels(subject),
		tenant.ControllerSelector(subject),
		tenant.WorkloadSelector(subject, v1alpha1.ProviderTraefik),
	} {
		for key, value := range labels {
			if problems := append(validation.IsQualifiedName(key), validation.IsValidLabelValue(value)...); len(problems) > 0 {
				t.Errorf("label %s=%s of tenant %s: %v", key, value, name, problems)
			}
		}
	}
}

func checkDistinct(t failer, one, other string) {
	t.Helper()

	if one == other {
		return
	}

	for what, derive := range map[string]func(*v1alpha1.IngressTenant) string{
		"Name":            tenant.Name,
		"InternalName":    tenant.InternalName,
		"ClassName":       tenant.ClassName,
		"ControllerValue": tenant.ControllerValue,
	} {
		if derive(named(one)) == derive(named(other)) {
			t.Errorf("tenants %s and %s share the %s %s", one, other, what, derive(named(one)))
		}
	}
}

// Services of both names may be in one namespace.
func TestInternalNamesAreNoTenantsNames(t *testing.T) {
	t.Parallel()

	rapid.Check(t, func(t *rapid.T) {
		one := rapid.StringMatching(acceptedName).Draw(t, "one")
		other := rapid.StringMatching(acceptedName).Draw(t, "other")

		if tenant.InternalName(named(one)) == tenant.Name(named(other)) {
			t.Errorf("the internal Service of tenant %s has the name of tenant %s: %s", one, other, tenant.Name(named(other)))
		}
	})
}

func messages(problems field.ErrorList) []string {
	var found []string
	for _, problem := range problems {
		found = append(found, problem.Error())
	}

	return found
}

func TestClass(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		class       *v1alpha1.IngressClassSpec
		wantName    string
		wantDefault bool
	}{
		"omitted":                   {nil, "blog", false},
		"a name":                    {&v1alpha1.IngressClassSpec{Name: "nginx"}, "nginx", false},
		"the default under no name": {&v1alpha1.IngressClassSpec{Default: v1alpha1.Enabled}, "blog", true},
		"not the default":           {&v1alpha1.IngressClassSpec{Name: "nginx", Default: v1alpha1.Disabled}, "nginx", false},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			subject := named("blog")
			subject.Spec.IngressClass = test.class

			if got := tenant.ClassName(subject); got != test.wantName {
				t.Errorf("ClassName = %s, want %s", got, test.wantName)
			}

			if got := tenant.WantsDefaultClass(subject); got != test.wantDefault {
				t.Errorf("WantsDefaultClass = %v, want %v", got, test.wantDefault)
			}

			if got, want := tenant.ControllerValue(subject), "ingresstenant.io/blog"; got != want {
				t.Errorf("ControllerValue = %s, want %s: it must not follow the class's name", got, want)
			}
		})
	}
}

func TestSelectorsSelectTheLabelsOfOneTenant(t *testing.T) {
	t.Parallel()

	traefik := tenant.WorkloadSelector(named("blog"), v1alpha1.ProviderTraefik)

	for key, value := range tenant.ControllerSelector(named("blog")) {
		if traefik[key] != value {
			t.Errorf("the selector of all controllers wants %s=%s, that of one has %q", key, value, traefik[key])
		}
	}

	if traefik[tenant.LabelProvider] != string(v1alpha1.ProviderTraefik) {
		t.Errorf("the workload's selector names provider %q", traefik[tenant.LabelProvider])
	}

	if tenant.Labels(named("blog"))[tenant.LabelTenant] != traefik[tenant.LabelTenant] {
		t.Error("labels and selector name the tenant differently")
	}
}
