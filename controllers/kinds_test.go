// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	rbacv1ac "k8s.io/client-go/applyconfigurations/rbac/v1"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/apply"
	"github.com/ingresstenant/ingress-tenant-operator/internal/desired"
	"github.com/ingresstenant/ingress-tenant-operator/internal/manager"
	"github.com/ingresstenant/ingress-tenant-operator/internal/platform"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider/all"
	"github.com/ingresstenant/ingress-tenant-operator/test/manifests"
)

// clusters are clusters with and without each optional kind.
func clusters() map[string]platform.Facts {
	return map[string]platform.Facts{
		"everything":         {HorizontalPodAutoscaler: true, PodDisruptionBudget: true, NetworkPolicy: true},
		"nothing":            {},
		"autoscalers":        {HorizontalPodAutoscaler: true},
		"disruption budgets": {PodDisruptionBudget: true},
		"network policies":   {NetworkPolicy: true},
	}
}

// everything is all objects that tenants can have in a cluster: of every
// provider, serving all, one, several and no namespaces.
func everything(t *testing.T, facts platform.Facts) []apply.Object {
	t.Helper()

	var objects []apply.Object

	for _, p := range all.All() {
		subject := &v1alpha1.IngressTenant{ObjectMeta: metav1.ObjectMeta{Name: "blog", UID: "1"}}
		if facts.HorizontalPodAutoscaler {
			subject.Spec.Controller = &v1alpha1.ControllerSpec{Autoscaling: &v1alpha1.AutoscalingSpec{MaxReplicas: 9}}
		}

		served := []provider.Namespaces{{All: true}, {Names: []string{"blog"}}, {}}
		if c := p.Descriptor().Capabilities; c.NamespaceLists || c.NamespaceSelector {
			served = append(served, provider.Namespaces{Names: []string{"blog", "news"}})
		}

		for _, namespaces := range served {
			workload, err := p.Workload(provider.Request{Tenant: subject, Namespaces: namespaces})
			if err != nil {
				t.Fatal(err)
			}

			rendered, err := desired.Objects(desired.Input{Tenant: subject, Workload: workload, Namespaces: namespaces, Facts: facts})
			if err != nil {
				t.Fatal(err)
			}

			objects = append(objects, rendered...)
		}
	}

	return objects
}

// A kind that is rendered and not known here would neither be watched nor
// deleted; one that is known and never rendered is a right too many.
func TestKindsAreThoseThatAreRendered(t *testing.T) {
	t.Parallel()

	for name, facts := range clusters() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			var known, rendered []string
			for _, k := range kinds(facts) {
				known = append(known, k.gvk.String())
			}

			for _, object := range everything(t, facts) {
				rendered = append(rendered, apply.ReferenceTo(object).GroupVersionKind.String())
			}

			slices.Sort(known)
			slices.Sort(rendered)

			if diff := cmp.Diff(slices.Compact(rendered), known); diff != "" {
				t.Errorf("kinds (-rendered +known):\n%s", diff)
			}
		})
	}
}

func TestKindsHaveTheirOwnObjects(t *testing.T) {
	t.Parallel()

	for _, k := range kinds(clusters()["everything"]) {
		found, _, err := clientgoscheme.Scheme.ObjectKinds(k.empty)
		if err != nil {
			t.Fatal(err)
		}

		if !slices.Contains(found, k.gvk) {
			t.Errorf("the empty object of %s is %v", k.gvk, found)
		}
	}
}

func TestTeardownStages(t *testing.T) {
	t.Parallel()

	want := [][]string{
		{"Deployment", "HorizontalPodAutoscaler", "Service"},
		{"ClusterRoleBinding", "ConfigMap", "NetworkPolicy", "PodDisruptionBudget", "RoleBinding", "ServiceAccount"},
		{"IngressClass"},
		{"Namespace"},
	}

	var got [][]string
	for _, stage := range teardownStages(clusters()["everything"]) {
		got = append(got, names(stage))
	}

	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("stages (-want +got):\n%s", diff)
	}
}

// Ingresses depend on the class, clients on the Service's address, and
// everything on the namespace: a live tenant loses none of them by a change.
func TestPrunable(t *testing.T) {
	t.Parallel()

	want := []string{
		"ClusterRoleBinding", "ConfigMap", "Deployment", "HorizontalPodAutoscaler", "NetworkPolicy",
		"PodDisruptionBudget", "RoleBinding", "ServiceAccount",
	}
	if diff := cmp.Diff(want, names(prunable(clusters()["everything"]))); diff != "" {
		t.Errorf("prunable kinds (-want +got):\n%s", diff)
	}
}

// A controller that starts without its class, its rights or what protects it does
// not do what it was started for. An address that it has to wait for is no reason.
func TestPrerequisites(t *testing.T) {
	t.Parallel()

	got := prerequisites(clusters()["everything"])
	want := []string{"ClusterRoleBinding", "ConfigMap", "IngressClass", "NetworkPolicy", "RoleBinding", "ServiceAccount"}

	var awaited []string
	for _, kind := range got[schema.GroupKind{Group: "apps", Kind: "Deployment"}] {
		awaited = append(awaited, kind.Kind)
	}

	slices.Sort(awaited)

	if diff := cmp.Diff(want, awaited); diff != "" || len(got) != 1 {
		t.Errorf("of %d kinds that wait, Deployments wait for (-want +got):\n%s", len(got), diff)
	}
}

func names(kinds []schema.GroupVersionKind) []string {
	var found []string
	for _, kind := range kinds {
		found = append(found, kind.Kind)
	}

	slices.Sort(found)

	return found
}

// The operator's role lets it do to each kind what it does, and bind each role
// that it binds and no other.
func TestOperatorHasTheRightsItNeeds(t *testing.T) {
	t.Parallel()

	roles, err := manifests.Roles("../config/rbac")
	if err != nil {
		t.Fatal(err)
	}

	rules := roles["ingress-tenant-operator"]
	complete := manager.Complete()

	for _, k := range kinds(clusters()["everything"]) {
		resource := strings.ToLower(k.gvk.Kind) + "s"
		if k.gvk.Kind == "IngressClass" {
			resource = "ingressclasses"
		}

		if k.gvk.Kind == "NetworkPolicy" {
			resource = "networkpolicies"
		}

		verbs := []string{"create", "delete", "list", "patch", "watch"}
		if !complete[k.gvk.GroupKind()] {
			verbs = append(verbs, "get") // What the cache does not hold may be there.
		}

		for _, verb := range verbs {
			if !slices.ContainsFunc(rules, func(rule rbacv1.PolicyRule) bool {
				return slices.Contains(rule.APIGroups, k.gvk.Group) && slices.Contains(rule.Resources, resource) && slices.Contains(rule.Verbs, verb)
			}) {
				t.Errorf("the operator may not %s %s", verb, resource)
			}
		}
	}

	var permitted []string

	for _, rule := range rules {
		if slices.Contains(rule.Verbs, "bind") {
			permitted = append(permitted, rule.ResourceNames...)
		}
	}

	slices.Sort(permitted)

	if diff := cmp.Diff(boundRoles(t), permitted); diff != "" {
		t.Errorf("roles (-bound by tenants' objects +permitted to bind):\n%s", diff)
	}
}

// A binding may name a role that does not exist, and gives no right then.
func TestProviderRolesExist(t *testing.T) {
	t.Parallel()

	roles, err := manifests.Roles("../config/rbac/providers")
	if err != nil {
		t.Fatal(err)
	}

	existing := slices.Sorted(maps.Keys(roles))

	if diff := cmp.Diff(boundRoles(t), existing); diff != "" {
		t.Errorf("roles (-bound by tenants' objects +in config/rbac/providers):\n%s", diff)
	}
}

// boundRoles are the ClusterRoles that tenants' objects bind, sorted.
func boundRoles(t *testing.T) []string {
	t.Helper()

	var bound []string

	for _, object := range everything(t, platform.Facts{}) {
		switch binding := object.(type) {
		case *rbacv1ac.ClusterRoleBindingApplyConfiguration:
			bound = append(bound, *binding.RoleRef.Name)
		case *rbacv1ac.RoleBindingApplyConfiguration:
			bound = append(bound, *binding.RoleRef.Name)
		}
	}

	slices.Sort(bound)

	return slices.Compact(bound)
}
