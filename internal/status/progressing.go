// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// progressing says whether something is still changing without anybody's doing:
// what the operator does comes first, then what the cluster does, and last what
// waits for a person.
func (v view) progressing(loadBalancer metav1.Condition) metav1.Condition {
	const conditionType = v1alpha1.ConditionProgressing

	if v.Deletion != nil {
		return v.deleting()
	}

	for _, underWay := range []func() (metav1.Condition, bool){v.leaving, v.failing, v.switching, v.rollingOut, v.damaged, v.adopting} {
		if said, ok := underWay(); ok {
			return said
		}
	}

	switch {
	case len(v.refusals) > 0:
		return condition(conditionType, metav1.ConditionFalse, v1alpha1.ReasonStalled,
			"Nothing changes until what the Accepted condition says is put right.")
	case v.Deployment != nil && overdue(v.Deployment):
		why, _ := v.causeOf(v.Deployment, v.Pods)

		return condition(conditionType, metav1.ConditionFalse, v1alpha1.ReasonStalled,
			sentences("The rollout made no progress for longer than it may.", progress(v.Deployment), why.message))
	case v.Plan != nil && len(v.Plan.LoadBalancerChanges) > 0:
		return v.changePending()
	case loadBalancer.Reason == v1alpha1.ReasonAddressPending:
		return condition(conditionType, metav1.ConditionTrue, v1alpha1.ReasonAwaitingAddress,
			"The load balancer's address is awaited: see the LoadBalancerReady condition.")
	case len(v.Altered) > 0:
		return condition(conditionType, metav1.ConditionFalse, v1alpha1.ReasonOverridden, v.overridden())
	case v.DefaultClassConflict != "":
		return condition(conditionType, metav1.ConditionFalse, v1alpha1.ReasonStalled,
			"All is done but for the default class: see the Accepted condition.")
	default:
		return condition(conditionType, metav1.ConditionFalse, v1alpha1.ReasonUpToDate, "Everything is as asked for.")
	}
}

// overridden says what the cluster stores otherwise than it is applied.
func (v view) overridden() string {
	texts := make([]string, 0, len(v.Altered)+1)
	for _, text := range slices.Sorted(slices.Values(v.Altered)) {
		texts = append(texts, sentence(text))
	}

	return sentences(append(texts, "An admission policy or webhook of the cluster changes what is applied: exempt the tenant's objects from it, "+
		"or ask for the same in the spec. Look at: kubectl get mutatingadmissionpolicies,mutatingwebhookconfigurations")...)
}

// leaving says that the namespace is being deleted. Until it is gone, every
// attempt to create something in it fails.
func (v view) leaving() (metav1.Condition, bool) {
	if !v.terminating() {
		return metav1.Condition{}, false
	}

	return condition(v1alpha1.ConditionProgressing, metav1.ConditionTrue, v1alpha1.ReasonNamespaceTerminating, v.termination()), true
}

// failing says what is tried again.
func (v view) failing() (metav1.Condition, bool) {
	return condition(v1alpha1.ConditionProgressing, metav1.ConditionTrue, v1alpha1.ReasonRetrying, v.retrying()), len(v.failures) > 0
}

// rollingOut says what pods are still on their way, and false where none are,
// or none that would come by themselves.
func (v view) rollingOut() (metav1.Condition, bool) {
	rolling := func(message string) (metav1.Condition, bool) {
		return condition(v1alpha1.ConditionProgressing, metav1.ConditionTrue, v1alpha1.ReasonRollingOut, message), true
	}

	switch {
	case v.Deployment == nil || v.Service == nil:
		if len(v.refusals) > 0 {
			return metav1.Condition{}, false
		}

		return rolling("The tenant's objects are being created.")
	case Complete(v.Deployment) && replicas(v.Deployment) >= v.least() || overdue(v.Deployment):
		return metav1.Condition{}, false
	case !current(v.Deployment):
		return rolling(progress(v.Deployment))
	default:
		why, _ := v.causeOf(v.Deployment, v.Pods)

		return rolling(sentences(progress(v.Deployment), why.message))
	}
}
