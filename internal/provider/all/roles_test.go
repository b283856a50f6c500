// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package all_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider/all"
	"github.com/ingresstenant/ingress-tenant-operator/test/manifests"
)

// roleRules are the rules of the providers' ClusterRoles, by name.
func roleRules(t *testing.T) map[string][]rbacv1.PolicyRule {
	t.Helper()

	rules, err := manifests.Roles(filepath.Join("..", "..", "..", "config", "rbac", "providers"))
	if err != nil {
		t.Fatal(err)
	}

	return rules
}

// workloads are how an implementation runs for tenants of no, one, several and all
// namespaces, as far as it can.
func workloads(t *testing.T, p provider.Provider) []provider.Workload {
	t.Helper()

	served := []provider.Namespaces{{}, {Names: []string{"blog"}}, {All: true}}
	if c := p.Descriptor().Capabilities; c.NamespaceLists || c.NamespaceSelector {
		served = append(served, provider.Namespaces{Names: []string{"blog", "news"}})
	}

	found := make([]provider.Workload, 0, len(served))

	for _, namespaces := range served {
		w, err := p.Workload(provider.Request{Tenant: blog(), Namespaces: namespaces})
		if err != nil {
			t.Fatal(err)
		}

		found = append(found, w)
	}

	return found
}

// may is whether rules permit a verb on a resource of any group. A rule for
// objects of some names permits it too: which these are is another test's matter.
func may(rules []rbacv1.PolicyRule, verb, resource string) bool {
	return slices.ContainsFunc(rules, func(rule rbacv1.PolicyRule) bool {
		return slices.Contains(rule.Verbs, verb) && slices.Contains(rule.Resources, resource)
	})
}

// Whatever somebody finds in a controller, it is a way to what the controller may
// do. The roles that the projects themselves publish write Secrets, Services and
// Pods: no tenant's controller does.
func TestControllersWriteNothingButStatusEventsAndLeases(t *testing.T) {
	t.Parallel()

	permitted := map[string][]string{
		"ingresses/status": {"update"},
		"events":           {"create", "patch"},
		"leases":           {"create", "get", "update"},
	}
	reading := []string{"get", "list", "watch"}

	for name, rules := range roleRules(t) {
		for _, rule := range rules {
			for _, resource := range rule.Resources {
				verbs := reading
				if writing, ok := permitted[resource]; ok {
					verbs = writing
				}

				for _, verb := range rule.Verbs {
					if !slices.Contains(verbs, verb) {
						t.Errorf("role %s lets controllers %s %s", name, verb, resource)
					}
				}
			}

			for _, group := range rule.APIGroups {
				// HAProxy's controller reads all of its own custom resources.
				if group == "*" || slices.Contains(rule.Resources, "*") && !strings.HasSuffix(group, ".haproxy.org") {
					t.Errorf("role %s has a rule for everything of group %q", name, group)
				}
			}
		}
	}
}

// Bound for the whole cluster are the names of classes, namespaces and custom
// resources. A Secret that a controller could read there would be every tenant's.
func TestRightsForTheWholeClusterReachNoSecrets(t *testing.T) {
	t.Parallel()

	roles := roleRules(t)

	for _, p := range all.All() {
		for _, w := range workloads(t, p) {
			for _, name := range w.Roles.Cluster {
				for _, rule := range roles[name] {
					for _, resource := range rule.Resources {
						if !slices.Contains([]string{"ingressclasses", "namespaces", "customresourcedefinitions"}, resource) {
							t.Errorf("%s: role %s reads %s of all namespaces", p.Descriptor().Name, name, resource)
						}
					}
				}
			}
		}
	}
}

// required are the rights without which a controller ends, waits for ever, or
// takes its class for nobody's: in each namespace that it serves, in its own, and
// in the whole cluster. Each is a verb and a resource.
func required() map[v1alpha1.ProviderName]map[string][]string {
	// The watches that it starts, and waits for.
	watched := []string{
		"list secrets", "watch secrets", "list services", "watch services",
		"list endpointslices", "watch endpointslices", "list ingresses", "watch ingresses", "update ingresses/status",
	}
	// Without it a controller of ingress-nginx ignores spec.ingressClassName.
	class := []string{"get ingressclasses", "list ingressclasses", "watch ingressclasses"}

	return map[v1alpha1.ProviderName]map[string][]string{
		v1alpha1.ProviderTraefik: {
			"served":  append(slices.Clone(watched), "list configmaps", "watch configmaps"),
			"cluster": class,
		},
		v1alpha1.ProviderIngressNGINX: {
			// It asks once whether the namespace that it watches is there, and ends
			// if it may not.
			"served":  append(slices.Clone(watched), "list configmaps", "watch configmaps", "get namespaces"),
			"own":     {"get pods", "get services", "get configmaps", "create leases", "get leases", "update leases"},
			"cluster": class,
		},
		v1alpha1.ProviderHAProxyIngress: {
			// The project's own manifest lacks the EndpointSlices.
			"served":  append(slices.Clone(watched), "list configmaps", "watch configmaps", "list pods", "watch pods"),
			"own":     {"get configmaps", "create leases", "get leases", "update leases"},
			"cluster": class,
		},
		v1alpha1.ProviderHAProxy: {
			"served": append(slices.Clone(watched), "list configmaps", "watch configmaps"),
			"own": {
				"list configmaps", "watch configmaps", "get configmaps", "list secrets", "watch secrets", "list services", "watch services",
				"list endpointslices", "watch endpointslices", "list ingresses", "watch ingresses", "list pods", "watch pods",
			},
			"cluster": append(slices.Clone(class), "list namespaces", "watch namespaces"),
		},
		v1alpha1.ProviderNGINX: {
			"served":  watched,
			"own":     {"get pods", "get replicasets", "get configmaps", "create leases", "get leases", "update leases"},
			"cluster": class,
		},
	}
}

func TestControllersMayReadWhatTheyWaitFor(t *testing.T) {
	t.Parallel()

	roles := roleRules(t)

	for _, p := range all.All() {
		name := p.Descriptor().Name

		want, known := required()[name]
		if !known {
			t.Errorf("%s: it is not said which rights it cannot do without", name)
		}

		for _, w := range workloads(t, p) {
			for where, bound := range map[string][]string{"served": w.Roles.Served, "own": w.Roles.Own, "cluster": w.Roles.Cluster} {
				var rules []rbacv1.PolicyRule
				for _, role := range bound {
					rules = append(rules, roles[role]...)
				}

				for _, right := range want[where] {
					verb, resource, _ := strings.Cut(right, " ")
					if !may(rules, verb, resource) {
						t.Errorf("%s may not %s by its roles %q (%s)", name, right, bound, where)
					}
				}
			}
		}
	}
}

// elections are the flags that name a controller's Lease, and how.
func elections() map[v1alpha1.ProviderName]func(flag map[string]string) string {
	return map[v1alpha1.ProviderName]func(map[string]string) string{
		v1alpha1.ProviderIngressNGINX: func(flag map[string]string) string { return flag["election-id"] },
		v1alpha1.ProviderNGINX:        func(flag map[string]string) string { return flag["leader-election-lock-name"] },
		// Its flag for the Lease's name is left at its default, which has the class's.
		v1alpha1.ProviderHAProxyIngress: func(flag map[string]string) string {
			return "class-" + flag["ingress-class"] + ".haproxy-ingress.github.io"
		},
	}
}

// A Lease is one tenant's: controllers that share one write the status of one
// tenant's Ingresses only. It lies in the namespace of the pod, which is the
// tenant's own, and its role lets a controller write no other that is there.
func TestElectionsAreHeldInTheTenantsOwnNamespace(t *testing.T) {
	t.Parallel()

	roles := roleRules(t)
	electing := elections()

	for _, p := range all.All() {
		d := p.Descriptor()

		for _, w := range workloads(t, p) {
			var rules []rbacv1.PolicyRule
			for _, role := range w.Roles.Own {
				rules = append(rules, roles[role]...)
			}

			lease, elects := electing[d.Name]
			if elects != may(rules, "create", "leases") {
				t.Errorf("%s elects: %v, and has the right to: %v", d.Name, elects, !elects)
			}

			for _, role := range slices.Concat(w.Roles.Served, w.Roles.Cluster) {
				if may(roles[role], "create", "leases") || may(roles[role], "update", "leases") {
					t.Errorf("%s: role %s writes Leases outside of the tenant's own namespace", d.Name, role)
				}
			}

			if !elects {
				continue
			}

			if !slices.Contains(w.Env, provider.EnvVar{Name: "POD_NAMESPACE", FieldPath: "metadata.namespace"}) {
				t.Errorf("%s is not told the namespace that it runs in, and ends", d.Name)
			}

			name := lease(flags(w.Args))
			checkLease(t, rules, name, d.Name)

			// A namespace that a tenant moves into may hold somebody else's controller.
			if slices.Contains([]string{"ingress-controller-leader", "ingress-nginx-leader", "nginx-ingress-leader-election"}, name) {
				t.Errorf("%s elects by Lease %q, as one that is installed without the operator does", d.Name, name)
			}
		}
	}
}

// checkLease looks whether an update of a Lease is permitted, under that name if
// the rule has any.
func checkLease(t *testing.T, rules []rbacv1.PolicyRule, name string, p v1alpha1.ProviderName) {
	t.Helper()

	for _, rule := range rules {
		if slices.Contains(rule.Resources, "leases") && slices.Contains(rule.Verbs, "update") &&
			len(rule.ResourceNames) > 0 && !slices.Contains(rule.ResourceNames, name) {
			t.Errorf("%s elects by Lease %q, and may update %q", p, name, rule.ResourceNames)
		}
	}
}

// flags are the flags of a command line and their values.
func flags(args []string) map[string]string {
	found := map[string]string{}

	for _, arg := range args {
		name, value, _ := strings.Cut(strings.TrimPrefix(arg, "--"), "=")
		found[name] = value
	}

	return found
}

// The operator binds no other roles, and none elsewhere, and is held to that.
func TestControllersNeedNoOtherRolesThanTheirDescriptorSays(t *testing.T) {
	t.Parallel()

	known := roleRules(t)

	for _, p := range all.All() {
		said := p.Descriptor().Roles

		for _, w := range workloads(t, p) {
			for _, pair := range [][2][]string{
				{w.Roles.Cluster, said.Cluster}, {w.Roles.Own, said.Own}, {w.Roles.Served, said.Served},
			} {
				for _, role := range pair[0] {
					if !slices.Contains(pair[1], role) {
						t.Errorf("%s: a controller needs role %s, which its descriptor does not say", p.Descriptor().Name, role)
					}
				}
			}
		}

		for _, role := range slices.Concat(said.Cluster, said.Own, said.Served) {
			if known[role] == nil {
				t.Errorf("%s: there is no role %s", p.Descriptor().Name, role)
			}
		}
	}
}
