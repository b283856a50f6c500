// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"fmt"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// notReadyForDeletion is the Ready condition of a tenant that is being deleted.
func (v view) notReadyForDeletion() metav1.Condition {
	const conditionType = v1alpha1.ConditionReady

	if blocking := v.recordDamaged(); blocking != "" {
		return condition(conditionType, metav1.ConditionFalse, v1alpha1.ReasonDeletionBlocked,
			"Deletion waits, and the controller keeps running. "+blocking)
	}

	blockers := v.Deletion.BlockedBy
	if len(blockers) == 0 {
		return condition(conditionType, metav1.ConditionFalse, v1alpha1.ReasonDeleting, "The tenant is being deleted.")
	}

	return condition(conditionType, metav1.ConditionFalse, v1alpha1.ReasonDeletionBlocked, fmt.Sprintf(
		"Deletion waits, and the controller keeps running: %s of the tenant's class: %s. "+
			"Remove the class from them or delete them, or set spec.deletionPolicy to Force to stop serving them.",
		number(len(blockers), "Ingress is still", "Ingresses are still"), list(blockers)))
}

// recordDamaged says which adopted Services hold up the deletion, for they cannot be
// given back; empty where none does.
func (v view) recordDamaged() string {
	return problems{refusals: slices.DeleteFunc(slices.Clone(v.refusals), func(r Refusal) bool {
		return reasonOf(r) != v1alpha1.ReasonAdoptionRecordDamaged
	})}.refusal()
}

// deleting is the Progressing condition of a tenant that is being deleted.
func (v view) deleting() metav1.Condition {
	const conditionType = v1alpha1.ConditionProgressing

	if v.recordDamaged() != "" && len(v.failures) == 0 {
		return condition(conditionType, metav1.ConditionFalse, v1alpha1.ReasonStalled,
			"Nothing changes until Services can be given back: see the Ready condition.")
	}

	trouble := sentences(v.refusal(), v.retrying())

	if len(v.Deletion.BlockedBy) > 0 && trouble == "" {
		return condition(conditionType, metav1.ConditionFalse, v1alpha1.ReasonStalled,
			"Nothing changes until the Ingresses are gone: see the Ready condition.")
	}

	return condition(conditionType, metav1.ConditionTrue, v1alpha1.ReasonDeleting, sentences(v.Deletion.remaining(), trouble))
}

func (d *Deletion) remaining() string {
	if len(d.Remaining) == 0 {
		return "The tenant's objects are being deleted."
	}

	return fmt.Sprintf("%s still there: %s.", number(len(d.Remaining), "object is", "objects are"), list(d.Remaining))
}
