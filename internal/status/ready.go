// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// ready sums up the leaves. The first that is False is the reason; where none
// is, a failed attempt leaves open whether the latest spec is served.
func (v view) ready(leaves ...metav1.Condition) metav1.Condition {
	const conditionType = v1alpha1.ConditionReady

	if v.Deletion != nil {
		return v.notReadyForDeletion()
	}

	for _, leaf := range leaves {
		if leaf.Status == metav1.ConditionFalse {
			return condition(conditionType, metav1.ConditionFalse, leaf.Reason, leaf.Message)
		}
	}

	if len(v.failures) > 0 {
		return condition(conditionType, metav1.ConditionUnknown, v1alpha1.ReasonReconcileError,
			"It is not known whether the latest spec is served. "+v.retrying())
	}

	for _, leaf := range leaves {
		if leaf.Status != metav1.ConditionTrue {
			return condition(conditionType, metav1.ConditionUnknown, v1alpha1.ReasonReconcileError, leaf.Message)
		}
	}

	return condition(conditionType, metav1.ConditionTrue, v1alpha1.ReasonReady,
		fmt.Sprintf("Ingresses of class %s are served.", v.class))
}
