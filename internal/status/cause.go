// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// cause is why pods are missing.
type cause struct {
	reason, message string
}

// findCause looks for why pods are missing, the surest signs first. It finds
// nothing while they may just be starting. The messages name no pods: pods come
// and go, and each new name would be a new status.
func findCause(d *appsv1.Deployment, pods []corev1.Pod) (cause, bool) {
	pods = missing(pods)

	for _, find := range []func(*appsv1.Deployment, []corev1.Pod) (cause, bool){
		imagePullFailed,
		controllerCrashing,
		podsRejected,
		podsUnschedulable,
		containerNotStarted,
		podsNotReady,
	} {
		if found, ok := find(d, pods); ok {
			return found, true
		}
	}

	return cause{}, false
}

// podsRejected finds that pods cannot even be created.
func podsRejected(d *appsv1.Deployment, _ []corev1.Pod) (cause, bool) {
	failure := deploymentCondition(d, appsv1.DeploymentReplicaFailure)
	if failure.Status != corev1.ConditionTrue {
		return cause{}, false
	}

	message := nameless(failure.Message)

	return cause{v1alpha1.ReasonPodsRejected, sentences(
		sentence("The cluster refuses to create pods: "+message),
		rejectionAdvice(d, message),
	)}, true
}

// podsUnschedulable finds pods that no node takes.
func podsUnschedulable(_ *appsv1.Deployment, pods []corev1.Pod) (cause, bool) {
	for i := range pods {
		scheduled := podCondition(&pods[i], corev1.PodScheduled)
		if scheduled.Status != corev1.ConditionFalse {
			continue
		}

		return cause{v1alpha1.ReasonPodsUnschedulable, sentences(
			sentence("No node takes a pod: "+scheduled.Message),
			"Add a node, or change the resources, nodeSelector, tolerations or topologySpread of spec.controller.",
		)}, true
	}

	return cause{}, false
}

// podsNotReady finds pods that had their time: the rollout is overdue, or it
// completed once, so that pods were ready before. There is no clock here.
func podsNotReady(d *appsv1.Deployment, pods []corev1.Pod) (cause, bool) {
	look := fmt.Sprintf("See kubectl describe pods -n %s and kubectl logs -n %s deployment/%s.", d.Namespace, d.Namespace, d.Name)

	if overdue(d) {
		return cause{v1alpha1.ReasonPodsNotReady, "Pods did not become ready in time. " + look}, true
	}

	if wasComplete(d) && anyRunning(pods) {
		return cause{v1alpha1.ReasonPodsNotReady, "Pods run but are not ready. " + look}, true
	}

	return cause{}, false
}
