// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// accepted says whether the spec can be carried out. A failed attempt answers
// nothing, so the last answer stays.
func (v view) accepted() metav1.Condition {
	const conditionType = v1alpha1.ConditionAccepted

	switch {
	case v.Deletion != nil:
		return v.lastAccepted(v1alpha1.ReasonDeleting, "The tenant is being deleted, and its spec was never accepted.")
	case len(v.refusals) > 0:
		return condition(conditionType, metav1.ConditionFalse, reasonOf(v.refusals[0]),
			sentences(v.refusal(), v.defaultClassConflict()))
	case v.DefaultClassConflict != "":
		return condition(conditionType, metav1.ConditionFalse, v1alpha1.ReasonDefaultClassConflict,
			v.defaultClassConflict())
	case len(v.failures) > 0:
		return v.lastAccepted(v1alpha1.ReasonReconcileError,
			"It is not known yet whether the spec can be carried out. "+v.retrying())
	case v.Plan == nil:
		return v.lastAccepted(v1alpha1.ReasonReconcileError, "The spec has not been looked at yet.")
	default:
		return condition(conditionType, metav1.ConditionTrue, v1alpha1.ReasonAccepted,
			sentences("The spec is carried out.", v.Namespaces.served()))
	}
}

// lastAccepted is the last answer, or Unknown where there was none. An Unknown
// is no answer, and is said anew.
func (v view) lastAccepted(reason, message string) metav1.Condition {
	if last, ok := v.kept(v1alpha1.ConditionAccepted); ok && last.Status != metav1.ConditionUnknown {
		return last
	}

	return condition(v1alpha1.ConditionAccepted, metav1.ConditionUnknown, reason, message)
}

func (v view) defaultClassConflict() string {
	if v.DefaultClassConflict == "" {
		return ""
	}

	return fmt.Sprintf("%s is the cluster's default class already, so this tenant serves only the Ingresses that name its class. "+
		"Set spec.ingressClass.default to Disabled, or make the other one give up the default.", v.DefaultClassConflict)
}
