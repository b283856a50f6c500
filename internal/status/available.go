// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// available says whether the controller serves requests. The Deployment's own
// condition decides; the pods tell why it is not so.
func (v view) available() metav1.Condition {
	const conditionType = v1alpha1.ConditionAvailable

	if v.Deployment == nil {
		return v.notDeployed(conditionType, "Deployment")
	}

	if deploymentIs(v.Deployment, appsv1.DeploymentAvailable, corev1.ConditionTrue) && v.Deployment.Status.AvailableReplicas >= v.least() {
		return condition(conditionType, metav1.ConditionTrue, v1alpha1.ReasonMinimumReplicasAvailable, v.podsReady())
	}

	why, found := v.causeOf(v.Deployment, v.Pods)
	if !found {
		why = cause{v1alpha1.ReasonStarting, "The pods are being created and started."}
	}

	return condition(conditionType, metav1.ConditionFalse, why.reason, sentences(v.podsReady(), why.message))
}

// notDeployed is the condition about an object that is not there.
func (v view) notDeployed(conditionType, kind string) metav1.Condition {
	reason, why := v1alpha1.ReasonNotDeployed, "It has just been asked for."

	switch {
	case v.Deletion != nil:
		reason, why = v1alpha1.ReasonDeleting, "The tenant is being deleted."
	case len(v.refusals) > 0:
		why = "The spec is not accepted: see the Accepted condition."
	case len(v.failures) > 0:
		why = "The last attempt to create it failed and is repeated: see the Progressing condition."
	}

	return condition(conditionType, metav1.ConditionFalse, reason, fmt.Sprintf("There is no %s. %s", kind, why))
}

// podsReady counts the ready pods. During a rollout there may be more of them
// than asked for, which is nobody's concern.
func (v view) podsReady() string {
	wanted := max(replicas(v.Deployment), v.least())

	return fmt.Sprintf("%d of %s ready.", min(v.Deployment.Status.ReadyReplicas, wanted), number(wanted, "pod is", "pods are"))
}

// least is how many pods have to be there: a Deployment of none serves nobody, and
// one that is autoscaled begins below its minimum.
func (v view) least() int32 {
	// Of a tenant whose provider changes, the plan is about the other Deployment.
	if v.Plan == nil || v.Plan.Switchover != nil {
		return 1
	}

	return max(v.Plan.MinReplicas, 1)
}
