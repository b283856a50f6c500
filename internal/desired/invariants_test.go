// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package desired_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"pgregory.net/rapid"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/apply"
	"github.com/ingresstenant/ingress-tenant-operator/internal/desired"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// invariant is true of the objects of every tenant.
type invariant func(t rapid.TB, in desired.Input, objects []client.Object)

func invariants() map[string]invariant {
	return map[string]invariant{
		"every object is owned, labelled and hashed":     checkOwnership,
		"no two objects are the same":                    checkIdentities,
		"names, labels and annotations are legal":        checkMetadata,
		"what a pod needs comes before it":               checkOrder,
		"the restricted Pod Security level admits pods":  checkPodSecurity,
		"ports are unprivileged and found":               checkPorts,
		"nobody comes in but clients and scrapers":       checkIngress,
		"selectors select this tenant's pods alone":      checkSelectors,
		"rights are the controller's, where it serves":   checkRights,
		"rights are there, wherever it watches":          checkRightsWhereItWatches,
		"egress is open only by the tenant's own policy": checkEgress,
		"the class is the controller's, and nobody's":    checkClass,
		"a changed configuration replaces pods":          checkConfiguration,
		"requests do not exceed limits":                  checkResources,
		"one of operator and autoscaler sets replicas":   checkReplicas,
	}
}

func TestInvariantsOfGoldenTenants(t *testing.T) {
	t.Parallel()

	for _, name := range goldenNames(t) {
		for what, check := range invariants() {
			t.Run(name+"/"+what, func(t *testing.T) {
				t.Parallel()

				in, objects := render(t, readScenario(t, name))
				check(t, in, decode(t, objects))
			})
		}
	}
}

func TestInvariantsOfAnyTenant(t *testing.T) {
	t.Parallel()

	rapid.Check(t, func(t *rapid.T) {
		in, objects := render(t, scenarios().Draw(t, "scenario"))
		decoded := decode(t, objects)

		for _, check := range invariants() {
			check(t, in, decoded)
		}
	})
}

// Equal input gives equal objects, byte for byte, and is not changed itself.
func TestObjectsIsPure(t *testing.T) {
	t.Parallel()

	rapid.Check(t, func(t *rapid.T) {
		s := scenarios().Draw(t, "scenario")
		in, objects := render(t, s)
		untouched, err := s.input()
		if err != nil {
			t.Fatal(err)
		}

		again, err := desired.Objects(in)
		if err != nil {
			t.Fatal(err)
		}

		for i := range objects {
			if diff := cmp.Diff(string(encode(t, objects[i])), string(encode(t, again[i]))); diff != "" {
				t.Errorf("a second rendering of %s differs (-first +second):\n%s", apply.ReferenceTo(objects[i]), diff)
			}
		}

		if diff := cmp.Diff(untouched, in); diff != "" {
			t.Errorf("rendering changed its input (-before +after):\n%s", diff)
		}
	})
}

// A field that the API server drops, for it holds its type's zero value, would
// look like somebody else's change for ever.
func TestEveryFieldSurvivesTheAPIServer(t *testing.T) {
	t.Parallel()

	rapid.Check(t, func(t *rapid.T) {
		_, objects := render(t, scenarios().Draw(t, "scenario"))

		for i, typed := range decode(t, objects) {
			kept, err := json.Marshal(typed)
			if err != nil {
				t.Fatal(err)
			}

			for _, lost := range missing(fields(t, encode(t, objects[i])), fields(t, kept), "") {
				t.Errorf("%s: the API server does not keep %s", apply.ReferenceTo(objects[i]), lost)
			}
		}
	})
}

func fields(t rapid.TB, encoded []byte) any {
	t.Helper()

	var decoded any
	if err := json.Unmarshal(encoded, &decoded); err != nil {
		t.Fatal(err)
	}

	return decoded
}

// missing returns the paths of what one document has and the other has not.
func missing(one, other any, at string) []string {
	var lost []string

	switch one := one.(type) {
	case map[string]any:
		kept, ok := other.(map[string]any)
		if !ok {
			return []string{at}
		}

		for _, key := range slices.Sorted(maps.Keys(one)) {
			if value, ok := kept[key]; ok {
				lost = append(lost, missing(one[key], value, at+"."+key)...)
			} else {
				lost = append(lost, at+"."+key)
			}
		}
	case []any:
		kept, ok := other.([]any)
		if !ok || len(kept) != len(one) {
			return []string{at}
		}

		for i := range one {
			lost = append(lost, missing(one[i], kept[i], fmt.Sprintf("%s[%d]", at, i))...)
		}
	default:
		if one != other {
			return []string{at}
		}
	}

	return lost
}

func checkOwnership(t rapid.TB, in desired.Input, objects []client.Object) {
	t.Helper()

	for _, object := range objects {
		_, isNamespace := object.(*corev1.Namespace)
		adopted := isNamespace && in.AdoptNamespace

		if adopted && len(object.GetOwnerReferences()) > 0 {
			t.Errorf("%s has an owner reference, and would be deleted with a tenant that only moved in", name(object))
		}

		if !adopted && !apply.OwnedBy(object, in.Tenant) {
			t.Errorf("%s is not controlled by the tenant", name(object))
		}

		if adopted {
			want := map[string]string{tenant.LabelTenant: in.Tenant.Name}
			if diff := cmp.Diff(want, object.GetLabels()); diff != "" || len(object.GetAnnotations()) > 0 {
				t.Errorf("%s is somebody else's, and has annotations %v or other labels than it needs (-want +got):\n%s", name(object), object.GetAnnotations(), diff)
			}

			continue
		}

		for key, value := range tenant.Labels(in.Tenant) {
			if got := object.GetLabels()[key]; got != value {
				t.Errorf("%s has label %s=%q, want %q", name(object), key, got, value)
			}
		}

		if object.GetAnnotations()[tenant.AnnotationDesiredHash] == "" {
			t.Errorf("%s has no annotation %s", name(object), tenant.AnnotationDesiredHash)
		}
	}
}

func checkIdentities(t rapid.TB, _ desired.Input, objects []client.Object) {
	t.Helper()

	seen := map[string]bool{}

	for _, object := range objects {
		if seen[name(object)] {
			t.Errorf("there are two of %s", name(object))
		}

		seen[name(object)] = true
	}
}

func checkMetadata(t rapid.TB, _ desired.Input, objects []client.Object) {
	t.Helper()

	for _, object := range objects {
		legal, namespaced := validation.ValidateNameFunc(validation.NameIsDNSSubdomain), true

		switch object.(type) {
		case *corev1.Namespace:
			legal, namespaced = validation.NameIsDNSLabel, false
		case *corev1.Service:
			legal = validation.NameIsDNS1035Label
		case *rbacv1.ClusterRoleBinding, *networkingv1.IngressClass:
			namespaced = false
		}

		for _, problem := range validation.ValidateObjectMetaAccessor(object, namespaced, legal, field.NewPath("metadata")) {
			t.Errorf("%s: %v", name(object), problem)
		}
	}
}

func checkOrder(t rapid.TB, _ desired.Input, objects []client.Object) {
	t.Helper()

	if _, ok := objects[0].(*corev1.Namespace); !ok {
		t.Errorf("%s comes before the namespace", name(objects[0]))
	}

	started := false

	for _, object := range objects {
		switch object.(type) {
		case *appsv1.Deployment:
			started = true
		case *autoscalingv2.HorizontalPodAutoscaler:
			// It acts on a Deployment that exists.
		default:
			if started {
				t.Errorf("%s comes after the Deployment", name(object))
			}
		}
	}

	one[*networkingv1.IngressClass](t, objects)
}

func checkPorts(t rapid.TB, in desired.Input, objects []client.Object) {
	t.Helper()

	pod := one[*appsv1.Deployment](t, objects).Spec.Template.Spec
	container := pod.Containers[0]
	numbers := map[string]int32{}
	names := map[int32]string{}

	least := int32(1025)

	for _, sysctl := range pod.SecurityContext.Sysctls {
		if sysctl.Name == "net.ipv4.ip_unprivileged_port_start" {
			least = in.Workload.UnprivilegedPortStart
		}
	}

	for _, port := range container.Ports {
		if port.ContainerPort < least {
			t.Errorf("container port %s is %d, want %d or more", port.Name, port.ContainerPort, least)
		}

		if names[port.ContainerPort] != "" || numbers[port.Name] != 0 {
			t.Errorf("container port %s, %d, is there twice", port.Name, port.ContainerPort)
		}

		numbers[port.Name], names[port.ContainerPort] = port.ContainerPort, port.Name
	}

	for _, service := range every[*corev1.Service](objects) {
		for _, port := range service.Spec.Ports {
			if numbers[port.TargetPort.StrVal] == 0 {
				t.Errorf("port %s of Service %s targets %s, which the container has not", port.Name, service.Name, port.TargetPort.String())
			}
		}
	}

	for what, probe := range map[string]*corev1.Probe{"liveness": container.LivenessProbe, "readiness": container.ReadinessProbe} {
		if numbers[probe.HTTPGet.Port.StrVal] == 0 {
			t.Errorf("the %s probe asks port %s, which the container has not", what, probe.HTTPGet.Port.String())
		}
	}
}

func checkSelectors(t rapid.TB, in desired.Input, objects []client.Object) {
	t.Helper()

	deployment := one[*appsv1.Deployment](t, objects)
	pod := deployment.Spec.Template.Labels
	other := &v1alpha1.IngressTenant{ObjectMeta: metav1.ObjectMeta{Name: in.Tenant.Name + "x"}}
	stranger := tenant.WorkloadLabels(other, in.Workload.Provider)

	for what, selector := range selectors(objects) {
		if !selects(selector, pod) {
			t.Errorf("the selector of %s, %v, does not select the tenant's pods, %v", what, selector, pod)
		}

		if selects(selector, stranger) {
			t.Errorf("the selector of %s, %v, selects another tenant's pods, %v", what, selector, stranger)
		}
	}

	// A Deployment takes over every pod that its selector selects.
	replacement := tenant.WorkloadLabels(in.Tenant, "another")
	if selects(deployment.Spec.Selector.MatchLabels, replacement) {
		t.Error("the Deployment's selector selects the pods of another provider")
	}

	// Nor does the Service lead to them before they answer as this one does, while
	// what protects the one protects the other.
	for what, selector := range selectors(objects) {
		if strings.HasPrefix(what, "Deployment") {
			continue
		}

		if want := !strings.HasPrefix(what, "Service"); selects(selector, replacement) != want {
			t.Errorf("that the selector of %s selects the pods of another provider is %v, want %v", what, !want, want)
		}
	}
}

// selectors are all selectors of the tenant's pods, by what they belong to.
func selectors(objects []client.Object) map[string]map[string]string {
	found := map[string]map[string]string{}

	for _, object := range objects {
		switch object := object.(type) {
		case *corev1.Service:
			found[name(object)] = object.Spec.Selector
		case *networkingv1.NetworkPolicy:
			found[name(object)] = object.Spec.PodSelector.MatchLabels
		case *policyv1.PodDisruptionBudget:
			found[name(object)] = object.Spec.Selector.MatchLabels
		case *appsv1.Deployment:
			found[name(object)] = object.Spec.Selector.MatchLabels

			for _, constraint := range object.Spec.Template.Spec.TopologySpreadConstraints {
				found[name(object)+" over "+constraint.TopologyKey] = constraint.LabelSelector.MatchLabels
			}
		}
	}

	return found
}

func selects(selector, labels map[string]string) bool {
	for key, value := range selector {
		if labels[key] != value {
			return false
		}
	}

	return len(selector) > 0
}

func checkRights(t rapid.TB, in desired.Input, objects []client.Object) {
	t.Helper()

	account := one[*corev1.ServiceAccount](t, objects)
	if used := one[*appsv1.Deployment](t, objects).Spec.Template.Spec.ServiceAccountName; used != account.Name {
		t.Errorf("the pods run as %s, the rights are bound to %s", used, account.Name)
	}

	check := func(binding client.Object, role rbacv1.RoleRef, subjects []rbacv1.Subject) {
		want := []rbacv1.Subject{{Kind: "ServiceAccount", Namespace: account.Namespace, Name: account.Name}}
		if diff := cmp.Diff(want, subjects); diff != "" {
			t.Errorf("%s does not bind the controller alone (-want +got):\n%s", name(binding), diff)
		}

		if role.Kind != "ClusterRole" || role.APIGroup != rbacv1.GroupName {
			t.Errorf("%s binds a %s of group %q, want a ClusterRole", name(binding), role.Kind, role.APIGroup)
		}
	}

	for _, binding := range every[*rbacv1.ClusterRoleBinding](objects) {
		check(binding, binding.RoleRef, binding.Subjects)

		if slices.Contains(in.Workload.Roles.Served, binding.RoleRef.Name) && !in.Namespaces.All && !provider.AcceptsClusterWide(in.Tenant) {
			t.Errorf("%s gives the rights of a served namespace for the whole cluster", name(binding))
		}
	}

	for _, binding := range every[*rbacv1.RoleBinding](objects) {
		check(binding, binding.RoleRef, binding.Subjects)

		if binding.Namespace != account.Namespace && !slices.Contains(in.Namespaces.Names, binding.Namespace) {
			t.Errorf("%s gives rights in a namespace that is neither served nor the controller's", name(binding))
		}
	}
}

func checkResources(t rapid.TB, _ desired.Input, objects []client.Object) {
	t.Helper()

	resources := one[*appsv1.Deployment](t, objects).Spec.Template.Spec.Containers[0].Resources
	for key, limit := range resources.Limits {
		if request, ok := resources.Requests[key]; ok && request.Cmp(limit) > 0 {
			t.Errorf("the container requests %s of %s, more than its limit %s", request.String(), key, limit.String())
		}
	}
}

func checkReplicas(t rapid.TB, _ desired.Input, objects []client.Object) {
	t.Helper()

	deployment := one[*appsv1.Deployment](t, objects)
	scalers := every[*autoscalingv2.HorizontalPodAutoscaler](objects)

	if fixed := deployment.Spec.Replicas != nil; fixed == (len(scalers) > 0) {
		t.Errorf("the Deployment sets replicas: %v, and there are %d autoscalers", fixed, len(scalers))
	}

	for _, scaler := range scalers {
		target := scaler.Spec.ScaleTargetRef
		if target.Kind != "Deployment" || target.Name != deployment.Name {
			t.Errorf("%s scales %s %s, want Deployment %s", name(scaler), target.Kind, target.Name, deployment.Name)
		}

		if requests := deployment.Spec.Template.Spec.Containers[0].Resources; requests.Requests.Cpu().IsZero() && requests.Limits.Cpu().IsZero() {
			t.Errorf("%s scales by the use of the requested CPU, and none is requested", name(scaler))
		}
	}
}

// name is an object's kind, namespace and name.
func name(object client.Object) string {
	return apply.Reference{
		GroupVersionKind: object.GetObjectKind().GroupVersionKind(),
		ObjectKey:        client.ObjectKeyFromObject(object),
	}.String()
}
