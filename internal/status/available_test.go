// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package status_test

import (
	"errors"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ingresstenant/ingress-tenant-operator/internal/status"
)

const (
	describe = "kubectl describe pods -n ingress-blog"
	logs     = "kubectl logs -n ingress-blog deployment/traefik"

	pullAdvice = "Check the name and tag in spec.controller.image or spec.controller.version, " +
		"and that the nodes reach the registry and may read from it."
	crashAdvice    = "See " + logs + " --previous, and check the image, config and extraArgs of spec.controller."
	scheduleAdvice = "Add a node, or change the resources, nodeSelector, tolerations or topologySpread of spec.controller."
	rejectAdvice   = "Raise the quota of namespace ingress-blog, or change the admission rule that refuses them."
	notInTime      = "Pods did not become ready in time. See " + describe + " and " + logs + "."
	isStarting     = "The pods are being created and started."
)

func TestAvailable(t *testing.T) {
	t.Parallel()

	with := func(d *appsv1.Deployment, pods ...corev1.Pod) status.Observed {
		return serving(func(o *status.Observed) { o.Deployment, o.Pods = d, pods })
	}
	unavailable := func(reason, message string) answer {
		return answer{metav1.ConditionFalse, reason, "0 of 2 pods are ready. " + message}
	}
	crashing := func(message string) answer {
		return unavailable("ControllerCrashing", "Container traefik exits and is started again. "+message)
	}

	one := deployment(1, 1, 1, 1, corev1.ConditionTrue, "NewReplicaSetAvailable")
	one.Spec.Replicas = nil

	none := deployment(0, 0, 0, 0, corev1.ConditionTrue, "NewReplicaSetAvailable")
	none.Spec.Replicas = new(int32(0))

	deleted := deployment(2, 2, 2, 2, corev1.ConditionTrue, "NewReplicaSetAvailable")
	deleted.DeletionTimestamp = new(yesterday())

	unobserved := overdue(corev1.ConditionFalse)
	unobserved.Generation++

	changed := deployment(2, 2, 0, 0, corev1.ConditionFalse, "NewReplicaSetAvailable")
	changed.Generation++

	evicted := pod("a", corev1.PodFailed, corev1.ConditionFalse, crashed(1, "Error", ""))
	leaving := unready("a", crashed(1, "Error", ""))
	leaving.DeletionTimestamp = new(yesterday())
	recovered := pod("a", corev1.PodRunning, corev1.ConditionTrue, restarted(1))

	sidecar := crashed(2, "Error", "")
	sidecar.Name = "proxy"

	for name, c := range map[string]struct {
		observed status.Observed
		want     answer
	}{
		"all ready": {
			with(deployment(2, 2, 2, 2, corev1.ConditionTrue, "NewReplicaSetAvailable")),
			answer{metav1.ConditionTrue, "MinimumReplicasAvailable", "2 of 2 pods are ready."},
		},
		"none of none, which is enough for the Deployment": {
			with(none),
			answer{metav1.ConditionFalse, "Starting", "0 of 1 pod is ready. " + isStarting},
		},
		"fewer than an autoscaler has at least": {
			serving(func(o *status.Observed) { o.Deployment, o.Plan.MinReplicas = one, 3 }),
			answer{metav1.ConditionFalse, "Starting", "1 of 3 pods are ready. " + isStarting},
		},
		"fewer than that, of the provider that serves until another does": {
			serving(func(o *status.Observed) {
				o.Deployment, o.Plan.MinReplicas, o.Plan.Switchover = one, 3, &status.Switchover{From: "Traefik", To: "IngressNGINX"}
			}),
			answer{metav1.ConditionTrue, "MinimumReplicasAvailable", "1 of 1 pod is ready."},
		},
		"one ready, none asked for by number": {
			with(one),
			answer{metav1.ConditionTrue, "MinimumReplicasAvailable", "1 of 1 pod is ready."},
		},
		"more ready than asked for, during a rollout": {
			with(deployment(3, 2, 3, 2, corev1.ConditionTrue, "ReplicaSetUpdated")),
			answer{metav1.ConditionTrue, "MinimumReplicasAvailable", "2 of 2 pods are ready."},
		},
		"serving while the rollout fails": {
			with(overdue(corev1.ConditionTrue), unready("new", waiting("ErrImagePull", "not found"))),
			answer{metav1.ConditionTrue, "MinimumReplicasAvailable", "2 of 2 pods are ready."},
		},
		"serving while the spec is refused": {
			serving(func(o *status.Observed) { o.Plan, o.Err = nil, refused{"InvalidSpec", "no"} }),
			answer{metav1.ConditionTrue, "MinimumReplicasAvailable", "2 of 2 pods are ready."},
		},
		"serving while deletion is blocked": {
			serving(func(o *status.Observed) { o.Deletion = &status.Deletion{BlockedBy: []string{"blog/web"}} }),
			answer{metav1.ConditionTrue, "MinimumReplicasAvailable", "2 of 2 pods are ready."},
		},
		"no pods yet": {
			with(starting()),
			unavailable("Starting", isStarting),
		},
		"a pod that no component has looked at": {
			with(starting(), corev1.Pod{}),
			unavailable("Starting", isStarting),
		},
		"no Deployment condition yet": {
			with(&appsv1.Deployment{}),
			answer{metav1.ConditionFalse, "Starting", "0 of 1 pod is ready. " + isStarting},
		},
		"one of two serves, which is too few": {
			with(deployment(2, 2, 1, 1, corev1.ConditionFalse, "ReplicaSetUpdated"), readyPod("a"), unready("b", waiting("ContainerCreating", ""))),
			answer{metav1.ConditionFalse, "Starting", "1 of 2 pods are ready. " + isStarting},
		},

		"image pull fails": {
			with(starting(), unready("a", waiting("ErrImagePull", "manifest unknown\n"))),
			unavailable("ImagePullFailed", "A node cannot pull image "+image+": manifest unknown. "+pullAdvice),
		},
		"image pull fails and backs off, in the same words": {
			with(starting(), unready("a", waiting("ImagePullBackOff", `Back-off pulling image "x": ErrImagePull: manifest unknown`))),
			unavailable("ImagePullFailed", "A node cannot pull image "+image+": manifest unknown. "+pullAdvice),
		},
		"image pull backs off without a cause": {
			with(starting(), unready("a", waiting("ImagePullBackOff", `Back-off pulling image "x"`))),
			unavailable("ImagePullFailed", "A node cannot pull image "+image+`: Back-off pulling image "x". `+pullAdvice),
		},
		"image name invalid": {
			with(starting(), unready("a", waiting("InvalidImageName", "couldn't parse image name"))),
			unavailable("ImagePullFailed", "A node cannot pull image "+image+": couldn't parse image name. "+pullAdvice),
		},
		"image never pulled, without a message": {
			with(starting(), unready("a", waiting("ErrImageNeverPull", ""))),
			unavailable("ImagePullFailed", "A node cannot pull image "+image+": ErrImageNeverPull. "+pullAdvice),
		},

		"crash loop": {
			with(starting(), unready("a", crashed(1, "Error", "unknown flag\n--nope\n"))),
			crashing("The last exit code was 1 (Error): unknown flag --nope. " + crashAdvice),
		},
		"crash loop with the end of a long log": {
			with(starting(), unready("a", crashed(1, "Error", strings.Repeat("x", 300)+"the end"))),
			crashing("The last exit code was 1 (Error): …" + strings.Repeat("x", 248) + "the end. " + crashAdvice),
		},
		"crash loop with bytes that are no text": {
			with(starting(), unready("a", crashed(1, "Error", "\xff\xfebad"))),
			crashing("The last exit code was 1 (Error): bad. " + crashAdvice),
		},
		"crash loop without a failure": {
			with(starting(), unready("a", crashed(0, "Completed", ""))),
			crashing("The last exit code was 0 (Completed). " + crashAdvice),
		},
		"crash loop without a trace": {
			with(starting(), unready("a", waiting("CrashLoopBackOff", "back-off"))),
			crashing(crashAdvice),
		},
		"crash without a reason": {
			with(starting(), unready("a", crashed(2, "", ""))),
			crashing("The last exit code was 2. " + crashAdvice),
		},
		"out of memory": {
			with(starting(), unready("a", crashed(137, "OOMKilled", ""))),
			crashing("The last exit code was 137 (OOMKilled). See " + logs + " --previous, and raise the memory limit in spec.controller.resources."),
		},
		"runs again after a crash": {
			with(starting(), unready("a", restarted(1))),
			crashing("The last exit code was 1 (Error). " + crashAdvice),
		},
		"runs again after an orderly exit": {
			with(starting(), unready("a", restarted(0))),
			unavailable("Starting", isStarting),
		},
		"another container crashes": {
			with(starting(), unready("a", running(), sidecar)),
			unavailable("ControllerCrashing", "Container proxy exits and is started again. The last exit code was 2 (Error). "+crashAdvice),
		},

		"quota": {
			with(withReplicaFailure(starting(), "pods is forbidden: exceeded quota: few")),
			unavailable("PodsRejected", "The cluster refuses to create pods: pods is forbidden: exceeded quota: few. "+rejectAdvice),
		},
		"unschedulable": {
			with(starting(), unschedulable("a", "0/1 nodes are available: 1 Insufficient cpu.")),
			unavailable("PodsUnschedulable", "No node takes a pod: 0/1 nodes are available: 1 Insufficient cpu. "+scheduleAdvice),
		},
		"node cannot start the container": {
			with(starting(), unready("a", waiting("CreateContainerError", "no command specified"))),
			unavailable("PodsNotReady", "A node cannot start container traefik (CreateContainerError): no command specified. See "+describe+"."),
		},
		"node lacks the container's configuration": {
			with(starting(), unready("a", waiting("CreateContainerConfigError", `configmap "traefik" not found`))),
			unavailable("PodsNotReady", "A node cannot start container traefik (CreateContainerConfigError): "+
				`configmap "traefik" not found. See `+describe+"."),
		},
		"node cannot run the container": {
			with(starting(), unready("a", waiting("RunContainerError", "exec format error"))),
			unavailable("PodsNotReady", "A node cannot start container traefik (RunContainerError): exec format error. See "+describe+"."),
		},
		"not ready in time": {
			with(overdue(corev1.ConditionFalse), unready("a", running())),
			unavailable("PodsNotReady", notInTime),
		},
		"not ready in time, without pods": {
			with(overdue(corev1.ConditionFalse)),
			unavailable("PodsNotReady", notInTime),
		},
		"the former rollout was not ready in time": {
			with(unobserved),
			unavailable("Starting", isStarting),
		},
		"the former rollout was complete": {
			with(changed, unready("a", running())),
			unavailable("Starting", isStarting),
		},
		"runs, not ready yet": {
			with(starting(), unready("a", running())),
			unavailable("Starting", isStarting),
		},
		"no longer ready": {
			with(deployment(2, 2, 0, 0, corev1.ConditionFalse, "NewReplicaSetAvailable"), unready("a", running())),
			unavailable("PodsNotReady", "Pods run but are not ready. See "+describe+" and "+logs+"."),
		},
		"starting anew after all was well": {
			with(deployment(2, 2, 0, 0, corev1.ConditionFalse, "NewReplicaSetAvailable"),
				pod("a", corev1.PodPending, corev1.ConditionFalse, waiting("ContainerCreating", ""))),
			unavailable("Starting", isStarting),
		},

		"image pull before all others": {
			with(withReplicaFailure(overdue(corev1.ConditionFalse), "quota"),
				unschedulable("a", "full"), unready("b", crashed(1, "Error", "")), unready("c", waiting("ErrImagePull", "gone"))),
			unavailable("ImagePullFailed", "A node cannot pull image "+image+": gone. "+pullAdvice),
		},
		"crash before quota": {
			with(withReplicaFailure(overdue(corev1.ConditionFalse), "quota"), unschedulable("a", "full"), unready("b", crashed(1, "", ""))),
			crashing("The last exit code was 1. " + crashAdvice),
		},
		"quota before unschedulable": {
			with(withReplicaFailure(overdue(corev1.ConditionFalse), "quota"), unschedulable("a", "full")),
			unavailable("PodsRejected", "The cluster refuses to create pods: quota. "+rejectAdvice),
		},
		"unschedulable before overdue": {
			with(overdue(corev1.ConditionFalse), unschedulable("a", "full")),
			unavailable("PodsUnschedulable", "No node takes a pod: full. "+scheduleAdvice),
		},

		"pods that are over or leaving tell nothing": {
			with(starting(), evicted, leaving, recovered),
			unavailable("Starting", isStarting),
		},
		"absent": {
			with(nil),
			answer{metav1.ConditionFalse, "NotDeployed", "There is no Deployment. It has just been asked for."},
		},
		"being deleted by somebody": {
			with(deleted),
			answer{metav1.ConditionFalse, "NotDeployed", "There is no Deployment. It has just been asked for."},
		},
		"absent after a refusal beside a failure": {
			status.Observed{Err: errors.Join(errors.New("timeout"), refused{"InvalidSpec", "no"})},
			answer{metav1.ConditionFalse, "NotDeployed", "There is no Deployment. The spec is not accepted: see the Accepted condition."},
		},
		"absent after a failure": {
			status.Observed{Err: errors.New("timeout")},
			answer{
				metav1.ConditionFalse, "NotDeployed",
				"There is no Deployment. The last attempt to create it failed and is repeated: see the Progressing condition.",
			},
		},
		"gone with the tenant": {
			status.Observed{Deletion: &status.Deletion{}},
			answer{metav1.ConditionFalse, "Deleting", "There is no Deployment. The tenant is being deleted."},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, tenant(), c.observed, map[string]answer{"Available": c.want})
		})
	}
}
