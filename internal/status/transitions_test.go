// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package status_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/status"
)

// TestTransitions follows a tenant from one reconcile to the next: what is told
// is what a person reads below kubectl describe.
func TestTransitions(t *testing.T) {
	t.Parallel()

	created := func(o *status.Observed) {
		o.Deployment, o.Service, o.Pods = starting(), service(corev1.ServiceTypeLoadBalancer), nil
	}
	unpullable := func(o *status.Observed) {
		o.Deployment, o.Pods = starting(), []corev1.Pod{unready("a", waiting("ErrImagePull", "gone"))}
	}
	down := func(o *status.Observed) { o.Deployment, o.Pods = starting(), nil }
	empty := func(o *status.Observed) { o.Deployment, o.Service, o.Pods = nil, nil, nil }
	ungraded := func(o *status.Observed) {
		o.Namespaces.All = true
		o.Plan.Isolation.Secrets = v1alpha1.SecretsClusterWide
		o.Plan.Provider.Support.Phase = v1alpha1.SupportEndOfLife
	}
	failing := func(err error) func(*status.Observed) {
		return func(o *status.Observed) { o.Err = err }
	}
	deleting := func(ingresses ...string) func(*status.Observed) {
		return func(o *status.Observed) { o.Deletion = &status.Deletion{BlockedBy: ingresses} }
	}

	refusal := refused{"NameConflict", "Rename it."}
	timeout := errors.New("timeout")

	observed := func(changes ...func(*status.Observed)) *status.Observed { return new(serving(changes...)) }

	for name, c := range map[string]struct {
		before *status.Observed
		after  *status.Observed
		want   []string
	}{
		"a new tenant":              {nil, observed(created), []string{"Accepted", "RollingOut"}},
		"a new tenant with grades":  {nil, observed(created, ungraded), []string{"Accepted", "!ClusterWideSecrets", "!EndOfLife", "RollingOut"}},
		"a new tenant, refused":     {nil, &status.Observed{Err: refusal}, []string{"!NameConflict", "!Stalled"}},
		"a new tenant, not reached": {nil, &status.Observed{Err: timeout}, []string{"!Retrying"}},
		"created":                   {observed(empty), observed(created), []string{"Starting", "AddressPending"}},
		"becomes ready":             {observed(created), observed(), []string{"Ready", "MinimumReplicasAvailable", "AddressAssigned"}},
		"the same again":            {observed(), observed(), nil},
		"another message":           {observed(), observed(func(o *status.Observed) { o.Namespaces.All = true }), nil},
		"cannot pull":               {observed(down), observed(unpullable), []string{"!ImagePullFailed"}},
		"goes down":                 {observed(), observed(down), []string{"!Starting", "RollingOut"}},
		"loses its address":         {observed(), observed(func(o *status.Observed) { o.Service = service(corev1.ServiceTypeLoadBalancer) }), []string{"!AddressPending"}},
		"begins a rollout":          {observed(), observed(func(o *status.Observed) { o.Deployment = rolling() }), []string{"RollingOut"}},
		"ends a rollout":            {observed(func(o *status.Observed) { o.Deployment = rolling() }), observed(), nil},
		"a rollout stalls":          {observed(func(o *status.Observed) { o.Deployment = rolling() }), observed(func(o *status.Observed) { o.Deployment = overdue(corev1.ConditionTrue) }), []string{"!Stalled"}},
		"cannot be compared": {observed(), observed(func(o *status.Observed) {
			o.Plan.Switchover = &status.Switchover{From: "IngressNGINX", To: "Traefik", Comparison: status.Comparison{Requests: 1, Silent: 1, Open: true}}
		}), []string{"!ComparisonImpossible"}},
		"a new spec is refused":      {observed(), observed(failing(refusal)), []string{"!NameConflict", "!Stalled"}},
		"a refusal is put right":     {observed(failing(refusal)), observed(), []string{"Ready", "Accepted"}},
		"a failure":                  {observed(), observed(failing(timeout)), []string{"!Retrying"}},
		"a failure is over":          {observed(failing(timeout)), observed(), []string{"Ready", "Accepted"}},
		"loses its isolation":        {observed(), observed(ungraded), []string{"!ClusterWideSecrets", "!EndOfLife"}},
		"gains its isolation":        {observed(ungraded), observed(), []string{"Isolated", "Supported"}},
		"deletion is blocked":        {observed(), observed(deleting("blog/web")), []string{"!DeletionBlocked", "!Stalled"}},
		"deletion goes on":           {observed(deleting("blog/web")), observed(deleting()), []string{"Deleting"}},
		"deletion nears its end":     {observed(deleting()), observed(deleting(), empty), []string{"Deleting"}},
		"deletion of what never was": {&status.Observed{Err: timeout}, &status.Observed{Deletion: &status.Deletion{}}, []string{"Deleting"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			blog := tenant()
			if c.before != nil {
				blog.Status = compute(t, blog, *c.before)
			}

			before := blog.Status.Conditions
			after := compute(t, blog, *c.after).Conditions

			if diff := cmp.Diff(c.want, told(status.Transitions(before, after))); diff != "" {
				t.Errorf("transitions (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTransitionsTellTheCondition(t *testing.T) {
	t.Parallel()

	now := was("Isolated", metav1.ConditionFalse, "ClusterWideSecrets", "All of them.")

	want := []status.Transition{{Condition: now, Warning: true}}
	if diff := cmp.Diff(want, status.Transitions(nil, []metav1.Condition{now})); diff != "" {
		t.Errorf("transitions (-want +got):\n%s", diff)
	}
}

func TestTransitionNote(t *testing.T) {
	t.Parallel()

	for name, c := range map[string]struct{ message, want string }{
		"short":                      {"Rename it.", "Ready: Rename it."},
		"as long as it may be":       {strings.Repeat("x", 1017), "Ready: " + strings.Repeat("x", 1017)},
		"too long":                   {strings.Repeat("x", 1018), "Ready: " + strings.Repeat("x", 1014) + "…"},
		"too long, cut in character": {strings.Repeat("x", 1013) + strings.Repeat("ä", 9), "Ready: " + strings.Repeat("x", 1013) + "…"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			transition := status.Transition{Condition: metav1.Condition{Type: "Ready", Message: c.message}}
			if diff := cmp.Diff(c.want, transition.Note()); diff != "" {
				t.Errorf("note (-want +got):\n%s", diff)
			}
		})
	}
}

// told are the reasons, with an exclamation mark before those that are warnings.
func told(transitions []status.Transition) []string {
	var reasons []string

	for _, transition := range transitions {
		mark := ""
		if transition.Warning {
			mark = "!"
		}

		reasons = append(reasons, mark+transition.Condition.Reason)
	}

	return reasons
}
