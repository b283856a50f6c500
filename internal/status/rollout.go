// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"fmt"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
)

// The reasons of a Deployment's Progressing condition. Kubernetes documents
// them but does not export them with its API types.
const (
	deadlineExceeded = "ProgressDeadlineExceeded"
	rolledOut        = "NewReplicaSetAvailable"
)

// replicas is how many pods the Deployment asks for.
func replicas(d *appsv1.Deployment) int32 {
	if d.Spec.Replicas == nil {
		return 1
	}

	return *d.Spec.Replicas
}

// current is whether the Deployment's status is about its latest spec.
func current(d *appsv1.Deployment) bool {
	return d.Status.ObservedGeneration == d.Generation
}

// Complete is whether all pods, and no others, run the latest spec. None is not
// enough.
func Complete(d *appsv1.Deployment) bool {
	wanted := replicas(d)

	return current(d) &&
		wanted > 0 &&
		d.Status.UpdatedReplicas == wanted &&
		d.Status.Replicas == wanted &&
		d.Status.AvailableReplicas == wanted
}

// overdue is whether the rollout made no progress for longer than it may. The
// Deployment says so, which spares a clock.
func overdue(d *appsv1.Deployment) bool {
	progressing := deploymentCondition(d, appsv1.DeploymentProgressing)

	return current(d) && progressing.Status == corev1.ConditionFalse && progressing.Reason == deadlineExceeded
}

// wasComplete is whether the latest rollout once completed, whatever became of
// its pods since.
func wasComplete(d *appsv1.Deployment) bool {
	return current(d) && deploymentCondition(d, appsv1.DeploymentProgressing).Reason == rolledOut
}

// progress counts the pods of a rollout.
func progress(d *appsv1.Deployment) string {
	if !current(d) {
		return "The Deployment has changed, and its rollout begins."
	}

	updated := fmt.Sprintf("%d of %s up to date", d.Status.UpdatedReplicas, number(replicas(d), "pod is", "pods are"))

	// The Deployment does not say whether the new pods or the former ones are
	// available.
	if former := d.Status.Replicas - d.Status.UpdatedReplicas; former > 0 {
		return fmt.Sprintf("%s. Of these and %s, %s available.", updated,
			number(former, "former pod", "former pods"), number(d.Status.AvailableReplicas, "is", "are"))
	}

	return fmt.Sprintf("%s, and %d available.", updated, d.Status.AvailableReplicas)
}

// deploymentCondition is one condition of the Deployment, zero if it has none.
func deploymentCondition(d *appsv1.Deployment, conditionType appsv1.DeploymentConditionType) appsv1.DeploymentCondition {
	at := slices.IndexFunc(d.Status.Conditions, func(c appsv1.DeploymentCondition) bool { return c.Type == conditionType })
	if at < 0 {
		return appsv1.DeploymentCondition{}
	}

	return d.Status.Conditions[at]
}

func deploymentIs(d *appsv1.Deployment, conditionType appsv1.DeploymentConditionType, status corev1.ConditionStatus) bool {
	return deploymentCondition(d, conditionType).Status == status
}
