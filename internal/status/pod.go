// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"cmp"
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// missing are the pods that should serve and do not, by name. Ready pods may
// have troubles behind them, and pods on their way out are somebody's intent.
func missing(pods []corev1.Pod) []corev1.Pod {
	var found []corev1.Pod

	for i := range pods {
		pod := &pods[i]
		over := pod.Status.Phase == corev1.PodSucceeded || pod.Status.Phase == corev1.PodFailed
		ready := podCondition(pod, corev1.PodReady).Status == corev1.ConditionTrue

		if !over && !ready && pod.DeletionTimestamp == nil {
			found = append(found, *pod)
		}
	}

	slices.SortFunc(found, func(a, b corev1.Pod) int { return cmp.Compare(a.Name, b.Name) })

	return found
}

func anyRunning(pods []corev1.Pod) bool {
	return slices.ContainsFunc(pods, func(p corev1.Pod) bool { return p.Status.Phase == corev1.PodRunning })
}

// podCondition is one condition of the pod, zero if it has none.
func podCondition(pod *corev1.Pod, conditionType corev1.PodConditionType) corev1.PodCondition {
	at := slices.IndexFunc(pod.Status.Conditions, func(c corev1.PodCondition) bool { return c.Type == conditionType })
	if at < 0 {
		return corev1.PodCondition{}
	}

	return pod.Status.Conditions[at]
}
