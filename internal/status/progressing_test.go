// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package status_test

import (
	"errors"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ingresstenant/ingress-tenant-operator/internal/status"
)

func TestProgressing(t *testing.T) {
	t.Parallel()

	with := func(d *appsv1.Deployment, pods ...corev1.Pod) func(*status.Observed) {
		return func(o *status.Observed) { o.Deployment, o.Pods = d, pods }
	}
	pending := func(o *status.Observed) { o.Service = service(corev1.ServiceTypeLoadBalancer) }
	taken := func(o *status.Observed) { o.DefaultClassConflict = "IngressTenant video" }
	noService := func(o *status.Observed) { o.Service = nil }
	failing := func(err error) func(*status.Observed) {
		return func(o *status.Observed) { o.Err = err }
	}

	switching := func(s status.Switchover) func(*status.Observed) {
		return func(o *status.Observed) { o.Plan.Switchover = &s }
	}

	refusal := refused{"NameConflict", "Rename it."}
	timeout := errors.New("apply Deployment: timeout")

	unobserved := rolling()
	unobserved.Generation++

	const (
		startsBeside = "1 of 2 pods are up to date. Of these and 2 former pods, 2 are available."
		stalled      = "Nothing changes until what the Accepted condition says is put right."
		force        = "Or set spec.controller.switchover to Force to move all the same, or set spec.controller.provider back to IngressNGINX."
		retrying     = "The last attempt failed and is repeated: apply Deployment: timeout."
	)

	for name, c := range map[string]struct {
		observed status.Observed
		want     answer
	}{
		"up to date": {
			serving(),
			answer{metav1.ConditionFalse, "UpToDate", "Everything is as asked for."},
		},
		"of an object that is stored otherwise": {
			serving(func(o *status.Observed) {
				o.Altered = []string{"the API server stores Service b otherwise", "the API server stores Deployment a otherwise"}
			}),
			answer{
				metav1.ConditionFalse, "Overridden",
				"the API server stores Deployment a otherwise. the API server stores Service b otherwise. " +
					"An admission policy or webhook of the cluster changes what is applied: exempt the tenant's objects from it, " +
					"or ask for the same in the spec. Look at: kubectl get mutatingadmissionpolicies,mutatingwebhookconfigurations",
			},
		},
		"none of none": {
			serving(func(o *status.Observed) { o.Deployment.Spec.Replicas, o.Deployment.Status.Replicas = new(int32(0)), 0 }),
			answer{metav1.ConditionTrue, "RollingOut", "2 of 0 pods are up to date, and 2 available."},
		},
		"retrying": {
			serving(failing(timeout)),
			answer{metav1.ConditionTrue, "Retrying", retrying},
		},
		"retrying several": {
			serving(failing(errors.Join(timeout, errors.New("a: no route"), timeout))),
			answer{metav1.ConditionTrue, "Retrying", "The last attempt failed and is repeated: a: no route. apply Deployment: timeout."},
		},
		"retrying during a rollout": {
			serving(failing(timeout), with(rolling())),
			answer{metav1.ConditionTrue, "Retrying", retrying},
		},
		"retrying beside a refusal": {
			serving(failing(errors.Join(refusal, timeout))),
			answer{metav1.ConditionTrue, "Retrying", retrying},
		},
		"no Deployment": {
			serving(with(nil)),
			answer{metav1.ConditionTrue, "RollingOut", "The tenant's objects are being created."},
		},
		"no Service": {
			serving(noService),
			answer{metav1.ConditionTrue, "RollingOut", "The tenant's objects are being created."},
		},
		"rollout not seen yet": {
			serving(with(unobserved, unready("a", crashed(1, "", "")))),
			answer{metav1.ConditionTrue, "RollingOut", "The Deployment has changed, and its rollout begins."},
		},
		"rolling out": {
			serving(with(rolling())),
			answer{metav1.ConditionTrue, "RollingOut", "1 of 2 pods are up to date. Of these and 2 former pods, 2 are available."},
		},
		"the last former pod": {
			serving(with(deployment(3, 2, 3, 3, corev1.ConditionTrue, "ReplicaSetUpdated"))),
			answer{metav1.ConditionTrue, "RollingOut", "2 of 2 pods are up to date. Of these and 1 former pod, 3 are available."},
		},
		"the last former pod, with enough available": {
			serving(with(deployment(3, 2, 2, 2, corev1.ConditionTrue, "ReplicaSetUpdated"))),
			answer{metav1.ConditionTrue, "RollingOut", "2 of 2 pods are up to date. Of these and 1 former pod, 2 are available."},
		},
		"none more than asked for, and one of them former": {
			serving(with(deployment(2, 1, 2, 2, corev1.ConditionTrue, "ReplicaSetUpdated"))),
			answer{metav1.ConditionTrue, "RollingOut", "1 of 2 pods are up to date. Of these and 1 former pod, 2 are available."},
		},
		"rolling out with trouble": {
			serving(with(rolling(), readyPod("a"), unready("b", waiting("ErrImagePull", "gone")))),
			answer{metav1.ConditionTrue, "RollingOut", "1 of 2 pods are up to date. Of these and 2 former pods, 2 are available. " +
				"A node cannot pull image " + image + ": gone. " + pullAdvice},
		},
		"rolling out into a quota": {
			serving(with(withReplicaFailure(rolling(), "quota"))),
			answer{metav1.ConditionTrue, "RollingOut", "1 of 2 pods are up to date. Of these and 2 former pods, 2 are available. " +
				"The cluster refuses to create pods: quota. " + rejectAdvice},
		},
		"a pod is lost after the rollout": {
			serving(with(deployment(2, 2, 1, 1, corev1.ConditionTrue, "NewReplicaSetAvailable"), readyPod("a"), unschedulable("b", "full"))),
			answer{metav1.ConditionTrue, "RollingOut", "2 of 2 pods are up to date, and 1 available. No node takes a pod: full. " + scheduleAdvice},
		},
		"rolling out the former spec while the new one is refused": {
			serving(failing(refusal), with(rolling())),
			answer{metav1.ConditionTrue, "RollingOut", "1 of 2 pods are up to date. Of these and 2 former pods, 2 are available."},
		},
		"rollout stalled while serving": {
			serving(with(overdue(corev1.ConditionTrue), unready("b", crashed(1, "Error", "")))),
			answer{metav1.ConditionFalse, "Stalled", "The rollout made no progress for longer than it may. " +
				"1 of 2 pods are up to date. Of these and 2 former pods, 2 are available. " +
				"Container traefik exits and is started again. The last exit code was 1 (Error). " + crashAdvice},
		},
		"rollout stalled for no known cause": {
			serving(with(overdue(corev1.ConditionFalse))),
			answer{metav1.ConditionFalse, "Stalled", "The rollout made no progress for longer than it may. " +
				"2 of 2 pods are up to date, and 0 available. " + notInTime},
		},
		"refused, nothing there": {
			status.Observed{Err: refusal},
			answer{metav1.ConditionFalse, "Stalled", stalled},
		},
		"refused, the former spec served": {
			serving(failing(refusal), pending),
			answer{metav1.ConditionFalse, "Stalled", stalled},
		},
		"refused, and the former rollout stalled": {
			serving(failing(refusal), with(overdue(corev1.ConditionTrue))),
			answer{metav1.ConditionFalse, "Stalled", stalled},
		},
		"awaiting an address": {
			serving(pending),
			answer{metav1.ConditionTrue, "AwaitingAddress", "The load balancer's address is awaited: see the LoadBalancerReady condition."},
		},
		"rolling out before awaiting an address": {
			serving(pending, with(rolling())),
			answer{metav1.ConditionTrue, "RollingOut", "1 of 2 pods are up to date. Of these and 2 former pods, 2 are available."},
		},
		"stalled before awaiting an address": {
			serving(pending, with(overdue(corev1.ConditionFalse))),
			answer{metav1.ConditionFalse, "Stalled", "The rollout made no progress for longer than it may. " +
				"2 of 2 pods are up to date, and 0 available. " + notInTime},
		},
		"default class taken": {
			serving(taken),
			answer{metav1.ConditionFalse, "Stalled", "All is done but for the default class: see the Accepted condition."},
		},
		"default class taken, awaiting an address": {
			serving(taken, pending),
			answer{metav1.ConditionTrue, "AwaitingAddress", "The load balancer's address is awaited: see the LoadBalancerReady condition."},
		},
		"default class taken, rolling out": {
			serving(taken, with(rolling())),
			answer{metav1.ConditionTrue, "RollingOut", "1 of 2 pods are up to date. Of these and 2 former pods, 2 are available."},
		},
		"another provider is on its way": {
			serving(switching(status.Switchover{From: "IngressNGINX", To: "Traefik"})),
			answer{metav1.ConditionTrue, "SwitchingProvider", "IngressNGINX serves while Traefik is started beside it."},
		},
		"another provider's pods start": {
			serving(switching(status.Switchover{From: "IngressNGINX", To: "Traefik", Incoming: rolling()})),
			answer{metav1.ConditionTrue, "SwitchingProvider", "IngressNGINX serves while Traefik is started beside it. " + startsBeside},
		},
		"another provider answers differently": {
			serving(switching(status.Switchover{From: "IngressNGINX", To: "Traefik", Comparison: status.Comparison{Requests: 12, Differences: []string{"1", "2", "3", "4", "5", "6"}}})),
			answer{metav1.ConditionFalse, "AnswersDiffer", "IngressNGINX goes on serving: of 12 requests, Traefik answers 6 differently: 1; 2; 3; 4; 5; and 1 more. " +
				"Change the Ingresses so that both answer alike, set spec.controller.switchover to Force to move all the same, " +
				"or set spec.controller.provider back to IngressNGINX."},
		},
		"another provider cannot be compared": {
			serving(switching(status.Switchover{From: "IngressNGINX", To: "Traefik", Incoming: rolling(), Comparison: status.Comparison{Requests: 12, Silent: 3, Unasked: 9, Open: true}})),
			answer{metav1.ConditionUnknown, "ComparisonImpossible", "IngressNGINX goes on serving: whether Traefik answers alike is not known, for of 12 requests, neither answered 3, and 9 were not asked after that. " +
				"Let the operator reach the pods of both: run it in the cluster, and see whether a network policy or the CNI keeps it from them. " + force},
		},
		"another provider cannot be asked anything": {
			serving(switching(status.Switchover{From: "IngressNGINX", To: "Traefik", Comparison: status.Comparison{Open: true, Failed: "listing the tenant's Ingresses: forbidden"}})),
			answer{metav1.ConditionUnknown, "ComparisonImpossible", "IngressNGINX goes on serving: whether Traefik answers alike is not known, for the operator cannot ask for anything: " +
				"listing the tenant's Ingresses: forbidden. The operator tries again by itself. " + force},
		},
		"a Service of somebody else leads to the other one": {
			serving(switching(status.Switchover{From: "IngressNGINX", To: "Traefik", Held: []string{"Service ingress-blog/edge.", "Another."}})),
			answer{metav1.ConditionFalse, "Stalled", "IngressNGINX goes on serving, and the tenant does not move to Traefik. Service ingress-blog/edge. Another."},
		},
		"a Service of somebody else stayed with the other one": {
			serving(switching(status.Switchover{From: "IngressNGINX", To: "Traefik", Moved: true, Held: []string{"Service ingress-blog/edge."}})),
			answer{metav1.ConditionFalse, "Stalled", "Traefik serves, and IngressNGINX is kept beside it. Service ingress-blog/edge."},
		},
		"another provider has taken over": {
			serving(switching(status.Switchover{From: "IngressNGINX", To: "Traefik", Moved: true})),
			answer{metav1.ConditionTrue, "SwitchingProvider", "Traefik serves, and IngressNGINX ends its last connections."},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, tenant(), c.observed, map[string]answer{"Progressing": c.want})
		})
	}
}
