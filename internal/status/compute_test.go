// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package status_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/status"
)

func TestComputeWholeStatus(t *testing.T) {
	t.Parallel()

	at := func(conditionType, reason, message string, s metav1.ConditionStatus) metav1.Condition {
		return metav1.Condition{
			Type: conditionType, Status: s, Reason: reason, Message: message,
			ObservedGeneration: 3, LastTransitionTime: today(),
		}
	}

	want := v1alpha1.IngressTenantStatus{
		ObservedGeneration: 3,
		IngressClassName:   "blog",
		ControllerValue:    "ingresstenant.io/blog",
		Namespace:          namespace,
		Provider: &v1alpha1.ProviderStatus{
			Name: v1alpha1.ProviderTraefik, Version: "v3.7.20", Image: image,
			Support: &v1alpha1.SupportStatus{Phase: v1alpha1.SupportSupported},
		},
		Addresses:  []v1alpha1.Address{{Type: v1alpha1.AddressIP, Value: "203.0.113.10", Scope: v1alpha1.AddressExternal}},
		Namespaces: []v1alpha1.NamespaceStatus{{Name: "blog", State: v1alpha1.NamespaceServed}},
		Isolation: &v1alpha1.IsolationStatus{
			ClassBinding: v1alpha1.BindingControllerValue, Secrets: v1alpha1.SecretsNamespaced,
		},
		Conditions: []metav1.Condition{
			at("Ready", "Ready", "Ingresses of class blog are served.", metav1.ConditionTrue),
			at("Accepted", "Accepted", "The spec is carried out. 1 of 1 namespace is served.", metav1.ConditionTrue),
			at("HostnamesClaimed", "NotClaimed", "The tenant claims no hostnames: spec.hostnames is omitted.", metav1.ConditionTrue),
			at("Available", "MinimumReplicasAvailable", "2 of 2 pods are ready.", metav1.ConditionTrue),
			at("LoadBalancerReady", "AddressAssigned", "The load balancer answers at 203.0.113.10.", metav1.ConditionTrue),
			at("Isolated", "Isolated", "The controller value is this tenant's alone, "+
				"and the controller reads Secrets in the tenant's namespaces only.", metav1.ConditionTrue),
			at("SourceIPPreserved", "NodeAddressSeen", "The controller may see a node's address instead of the client's: "+
				"with externalTrafficPolicy Cluster, nodes pass connections on under an address of their own. "+
				"Lists of client addresses in annotations cannot work. Set spec.exposure.externalTrafficPolicy to Local, "+
				"or spec.exposure.clientAddress.proxyProtocol with a load balancer that sends the PROXY protocol.", metav1.ConditionFalse),
			at("ProviderSupported", "Supported", "Traefik v3.7.20 gets fixes.", metav1.ConditionTrue),
			at("Progressing", "UpToDate", "Everything is as asked for.", metav1.ConditionFalse),
		},
	}

	if diff := cmp.Diff(want, compute(t, tenant(), serving())); diff != "" {
		t.Errorf("status (-want +got):\n%s", diff)
	}
}

func TestComputeTransitionTime(t *testing.T) {
	t.Parallel()

	blog := tenant(
		was("Available", metav1.ConditionTrue, "MinimumReplicasAvailable", "1 of 2 pods are ready."),
		was("LoadBalancerReady", metav1.ConditionFalse, "AddressPending", "Wait."),
	)
	conditions := compute(t, blog, serving()).Conditions

	for conditionType, want := range map[string]metav1.Time{
		"Available":         yesterday(), // Its message changed, its status did not.
		"LoadBalancerReady": today(),
		"Ready":             today(),
	} {
		if got := meta.FindStatusCondition(conditions, conditionType).LastTransitionTime; !got.Equal(&want) {
			t.Errorf("%s changed at %s, want %s", conditionType, got, want)
		}
	}
}

func TestComputeKeepsForeignConditions(t *testing.T) {
	t.Parallel()

	foreign := was("example.com/Audited", metav1.ConditionTrue, "Audited", "By somebody else.")
	conditions := compute(t, tenant(foreign), serving()).Conditions

	if diff := cmp.Diff(foreign, conditions[len(conditions)-1]); diff != "" {
		t.Errorf("last condition (-want +got):\n%s", diff)
	}
}

func TestComputeWithoutPlanForgetsNothing(t *testing.T) {
	t.Parallel()

	blog := tenant()
	blog.Generation = 2
	blog.Status = compute(t, blog, serving())
	blog.Generation = 3

	before := blog.Status.DeepCopy()
	after := compute(t, blog, serving(func(o *status.Observed) {
		o.Plan = nil
		o.Err = refused{v1alpha1.ReasonInvalidSpec, "no such thing"}
	}))

	for _, conditionType := range []string{"Isolated", "ProviderSupported"} {
		want := meta.FindStatusCondition(before.Conditions, conditionType)
		if diff := cmp.Diff(want, meta.FindStatusCondition(after.Conditions, conditionType)); diff != "" {
			t.Errorf("%s (-before +after):\n%s", conditionType, diff)
		}
	}

	before.ObservedGeneration, before.Conditions, after.Conditions = 3, nil, nil
	if diff := cmp.Diff(*before, after); diff != "" {
		t.Errorf("fields (-before +after):\n%s", diff)
	}
}

func TestComputeNamespaces(t *testing.T) {
	t.Parallel()

	t.Run("are sorted and truncated", func(t *testing.T) {
		t.Parallel()

		o := serving(func(o *status.Observed) { o.Namespaces.States = numbered(300) })
		slices.Reverse(o.Namespaces.States)

		if diff := cmp.Diff(numbered(256), compute(t, tenant(), o).Namespaces); diff != "" {
			t.Errorf("namespaces (-want +got):\n%s", diff)
		}
	})
	t.Run("go when all are served", func(t *testing.T) {
		t.Parallel()

		blog := tenant()
		blog.Status.Namespaces = numbered(2)

		if got := compute(t, blog, serving(func(o *status.Observed) { o.Namespaces.All = true })).Namespaces; got != nil {
			t.Errorf("namespaces = %v, want none", got)
		}
	})
}

func TestComputeDoesNotShareThePlan(t *testing.T) {
	t.Parallel()

	o := serving()
	computed := compute(t, tenant(), o)
	computed.Provider.Support.Phase = v1alpha1.SupportEndOfLife
	computed.Isolation.Secrets = v1alpha1.SecretsClusterWide
	computed.Namespaces[0].Name = "changed"

	if diff := cmp.Diff(serving().Plan, o.Plan); diff != "" {
		t.Errorf("the plan changed with the status (-before +after):\n%s", diff)
	}
}

// TestComputeIgnoresOrder shuffles what has no order: pods, and failures of
// requests that went out side by side.
func TestComputeIgnoresOrder(t *testing.T) {
	t.Parallel()

	o := serving(func(o *status.Observed) {
		o.Deployment = starting()
		o.Pods = []corev1.Pod{
			unready("a", crashed(1, "Error", "first")),
			unready("b", crashed(2, "Error", "second")),
			unready("c", waiting("ErrImagePull", "third")),
		}
		o.Err = errors.Join(errors.New("timeout"), errors.New("no route"), refused{v1alpha1.ReasonNameConflict, "b"}, refused{v1alpha1.ReasonNameConflict, "a"})
	})
	want := compute(t, tenant(), o)

	slices.Reverse(o.Pods)
	o.Err = errors.Join(refused{v1alpha1.ReasonNameConflict, "a"}, errors.New("no route"), refused{v1alpha1.ReasonNameConflict, "b"}, errors.New("timeout"))

	if diff := cmp.Diff(want, compute(t, tenant(), o)); diff != "" {
		t.Errorf("status depends on order (-one +other):\n%s", diff)
	}
}

func TestComputeBoundsMessages(t *testing.T) {
	t.Parallel()

	var all []error
	for i := range 100 {
		all = append(all, refused{v1alpha1.ReasonRefused, fmt.Sprintf("%d %s", i, strings.Repeat("ä", 4096))})
	}

	compute(t, tenant(), serving(func(o *status.Observed) { o.Err = errors.Join(all...) }))
}

// numbered are served namespaces in the order of their names.
func numbered(n int) []v1alpha1.NamespaceStatus {
	all := make([]v1alpha1.NamespaceStatus, 0, n)
	for i := range n {
		all = append(all, v1alpha1.NamespaceStatus{Name: fmt.Sprintf("ns-%03d", i), State: v1alpha1.NamespaceServed})
	}

	return all
}
