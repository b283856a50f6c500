// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package status_test

import (
	"errors"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/status"
)

func TestReady(t *testing.T) {
	t.Parallel()

	unresolved := func(o *status.Observed) { o.Plan = nil }
	down := func(o *status.Observed) { o.Deployment = starting() }
	pending := func(o *status.Observed) { o.Service = service(corev1.ServiceTypeClusterIP) }
	ungraded := func(o *status.Observed) {
		o.Plan.Isolation.Secrets = v1alpha1.SecretsClusterWide
		o.Plan.Provider.Support.Phase = v1alpha1.SupportEndOfLife
	}
	failing := func(err error) func(*status.Observed) {
		return func(o *status.Observed) { o.Err = err }
	}

	accepted := was("Accepted", metav1.ConditionTrue, "Accepted", "As before.")
	refusal := refused{"NameConflict", "Rename it."}
	timeout := errors.New("apply Deployment: timeout")

	const (
		failed  = "The last attempt failed and is repeated: apply Deployment: timeout."
		waiting = "No load balancer has given an address to Service ingress-blog/traefik yet. " +
			"Check that a load balancer implementation runs in the cluster, that it has addresses left, " +
			"and the Service's events: kubectl describe service -n ingress-blog traefik."
	)

	for name, c := range map[string]struct {
		last     []metav1.Condition
		observed status.Observed
		want     answer
	}{
		"ready": {
			observed: serving(),
			want:     answer{metav1.ConditionTrue, "Ready", "Ingresses of class blog are served."},
		},
		"ready, whatever the grades": {
			observed: serving(ungraded),
			want:     answer{metav1.ConditionTrue, "Ready", "Ingresses of class blog are served."},
		},
		"ready during a rollout": {
			observed: serving(func(o *status.Observed) { o.Deployment = rolling() }),
			want:     answer{metav1.ConditionTrue, "Ready", "Ingresses of class blog are served."},
		},
		"new spec refused, the former one serves": {
			observed: serving(unresolved, failing(refusal)),
			want:     answer{metav1.ConditionFalse, "NameConflict", "Rename it."},
		},
		"not available": {
			observed: serving(down),
			want:     answer{metav1.ConditionFalse, "Starting", "0 of 2 pods are ready. " + isStarting},
		},
		"no address": {
			observed: serving(pending),
			want:     answer{metav1.ConditionFalse, "AddressPending", waiting},
		},
		"refused before not available": {
			observed: serving(down, pending, failing(refusal)),
			want:     answer{metav1.ConditionFalse, "NameConflict", "Rename it."},
		},
		"not available before no address": {
			observed: serving(down, pending),
			want:     answer{metav1.ConditionFalse, "Starting", "0 of 2 pods are ready. " + isStarting},
		},
		"default class taken": {
			observed: serving(func(o *status.Observed) { o.DefaultClassConflict = "IngressTenant video" }),
			want: answer{
				metav1.ConditionFalse, "DefaultClassConflict",
				"IngressTenant video is the cluster's default class already, so this tenant serves only the Ingresses that name its class. " +
					"Set spec.ingressClass.default to Disabled, or make the other one give up the default.",
			},
		},
		"failure": {
			last:     []metav1.Condition{accepted},
			observed: serving(failing(timeout)),
			want:     answer{metav1.ConditionUnknown, "ReconcileError", "It is not known whether the latest spec is served. " + failed},
		},
		"failure at first, with everything there": {
			observed: serving(failing(timeout)),
			want:     answer{metav1.ConditionUnknown, "ReconcileError", "It is not known whether the latest spec is served. " + failed},
		},
		"failure while not available": {
			last:     []metav1.Condition{accepted},
			observed: serving(down, failing(timeout)),
			want:     answer{metav1.ConditionFalse, "Starting", "0 of 2 pods are ready. " + isStarting},
		},
		"failure at first, with nothing there": {
			observed: status.Observed{Err: timeout},
			want: answer{
				metav1.ConditionFalse, "NotDeployed",
				"There is no Deployment. The last attempt to create it failed and is repeated: see the Progressing condition.",
			},
		},
		"failure beside a refusal": {
			observed: serving(failing(errors.Join(timeout, refusal))),
			want:     answer{metav1.ConditionFalse, "NameConflict", "Rename it."},
		},
		"failure after a refusal": {
			last:     []metav1.Condition{was("Accepted", metav1.ConditionFalse, "NameConflict", "As before.")},
			observed: serving(failing(timeout)),
			want:     answer{metav1.ConditionFalse, "NameConflict", "As before."},
		},
		"spec not looked at": {
			observed: serving(unresolved),
			want:     answer{metav1.ConditionUnknown, "ReconcileError", "The spec has not been looked at yet."},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, tenant(c.last...), c.observed, map[string]answer{"Ready": c.want})
		})
	}
}
