// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package desired_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	networkingv1 "k8s.io/api/networking/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"pgregory.net/rapid"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/internal/desired"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// checkRightsWhereItWatches looks for what a controller waits for: one that may not
// watch a namespace that it was told to watch never becomes ready. Told of none, it
// watches its own.
func checkRightsWhereItWatches(t rapid.TB, in desired.Input, objects []client.Object) {
	t.Helper()

	bound := map[string]bool{}
	for _, binding := range every[*rbacv1.ClusterRoleBinding](objects) {
		bound[binding.RoleRef.Name] = true
	}

	for _, binding := range every[*rbacv1.RoleBinding](objects) {
		bound[binding.Namespace+"/"+binding.RoleRef.Name] = true
	}

	own := tenant.Namespace(in.Tenant)

	watched := in.Namespaces.Names
	if len(watched) == 0 {
		watched = []string{own}
	}

	for _, role := range in.Workload.Roles.Served {
		for _, namespace := range watched {
			// One that is bound for the whole cluster is bound there too.
			if !bound[role] && !bound[namespace+"/"+role] {
				t.Errorf("role %s is not bound in %s, which is watched", role, namespace)
			}
		}
	}

	for _, role := range in.Workload.Roles.Own {
		if !bound[own+"/"+role] {
			t.Errorf("role %s is not bound in the controller's own namespace", role)
		}
	}

	for _, role := range in.Workload.Roles.Cluster {
		if !bound[role] {
			t.Errorf("role %s is not bound", role)
		}
	}
}

// checkClass holds the class to the value that the controller knows it by. A class
// that marked itself the default would be given everybody's Ingresses.
func checkClass(t rapid.TB, in desired.Input, objects []client.Object) {
	t.Helper()

	class := one[*networkingv1.IngressClass](t, objects)
	value := class.Spec.Controller

	if value != in.Workload.ControllerValue {
		t.Errorf("the class has controller value %s, and the controller knows %s", value, in.Workload.ControllerValue)
	}

	for _, problem := range validation.IsDomainPrefixedPath(field.NewPath("spec", "controller"), value) {
		t.Errorf("controller value %s: %v", value, problem)
	}

	if len(value) > 250 {
		t.Errorf("controller value %s has %d characters, more than an IngressClass takes", value, len(value))
	}

	// It takes more than the tenant's word: another class may be the default.
	if _, marked := class.Annotations[networkingv1.AnnotationIsDefaultIngressClass]; marked != in.DefaultClass {
		t.Errorf("the class is marked the default: %v, want %v", marked, in.DefaultClass)
	}
}

// checkConfiguration changes the controller's configuration. Some controllers do
// not look at theirs again, and some only where they serve its namespace.
func checkConfiguration(t rapid.TB, in desired.Input, objects []client.Object) {
	t.Helper()

	if in.Workload.ConfigMap == nil {
		return
	}

	before := one[*appsv1.Deployment](t, objects).Spec.Template

	in.Workload.ConfigMap = maps.Clone(in.Workload.ConfigMap)
	in.Workload.ConfigMap["another"] = "value"

	changed, err := desired.Objects(in)
	if err != nil {
		t.Fatal(err)
	}

	if after := one[*appsv1.Deployment](t, decode(t, changed)).Spec.Template; cmp.Diff(before, after) == "" {
		t.Error("the pods stay as they are when their configuration changes")
	}
}

// Two tenants that ask for the same, in the same namespaces, have no object in
// common, nor what their controllers tell Ingresses and elections apart by. A class
// of the same name is refused to one of them before any of this is applied.
func TestTwoTenantsShareNothing(t *testing.T) {
	t.Parallel()

	rapid.Check(t, func(t *rapid.T) {
		one := scenarios().Draw(t, "scenario")
		if one.Tenant.Spec.IngressClass != nil {
			one.Tenant.Spec.IngressClass.Name = ""
		}

		other := one
		other.Tenant.Name = rapid.OneOf(
			rapid.StringMatching(dnsLabel),
			// Names that begin alike, and differ where derived ones are cut.
			rapid.Just(one.Tenant.Name[:min(len(one.Tenant.Name), 61)]+"-x"),
		).Draw(t, "other name")

		if one.Tenant.Name == other.Tenant.Name {
			return
		}

		in, objects := render(t, one)
		otherIn, others := render(t, other)

		seen := map[string]bool{}
		for _, object := range decode(t, objects) {
			seen[name(object)] = true
		}

		for _, object := range decode(t, others) {
			if seen[name(object)] {
				t.Errorf("tenants %s and %s share %s", one.Tenant.Name, other.Tenant.Name, name(object))
			}
		}

		checkApart(t, in, otherIn)
	})
}

// checkApart compares what the controllers of two tenants are told.
func checkApart(t rapid.TB, one, other desired.Input) {
	t.Helper()

	if one.Workload.ControllerValue == other.Workload.ControllerValue && one.Workload.ControllerValue != provider.SharedControllerValue {
		t.Errorf("tenants %s and %s share controller value %s", one.Tenant.Name, other.Tenant.Name, one.Workload.ControllerValue)
	}

	classes := 0

	for _, arg := range one.Workload.Args {
		// The class by its name, which is the value of the annotation too, by its
		// controller value, or by the end of that.
		flag, value, _ := strings.Cut(strings.TrimPrefix(arg, "--"), "=")
		if flag == "ingress.class" || strings.HasSuffix(flag, "ingress-class") || strings.HasSuffix(flag, "controller-class") ||
			strings.HasSuffix(flag, ".ingressclass") || strings.HasSuffix(flag, ".controllerclass") {
			classes++

			if value == "" || slices.Contains(other.Workload.Args, arg) {
				t.Errorf("the controllers of tenants %s and %s are both given %s", one.Tenant.Name, other.Tenant.Name, arg)
			}
		}
	}

	if classes == 0 {
		t.Errorf("the controller of tenant %s is given no class: %q", one.Tenant.Name, one.Workload.Args)
	}
}
