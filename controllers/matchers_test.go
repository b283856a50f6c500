// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"time"

	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/types"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// quietPeriod is how long an operator that has nothing to do is watched.
const quietPeriod = 300 * time.Millisecond

// secondTick is the step in which the API server records times.
const secondTick = time.Second

// haveCondition matches a tenant with a condition of this status and reason,
// whose message matches as well.
func haveCondition(conditionType string, status metav1.ConditionStatus, reason string, message ...types.GomegaMatcher) types.GomegaMatcher {
	return WithTransform(func(t *v1alpha1.IngressTenant) metav1.Condition {
		if found := meta.FindStatusCondition(t.Status.Conditions, conditionType); found != nil {
			return *found
		}

		return metav1.Condition{}
	}, And(
		HaveField("Status", status),
		HaveField("Reason", reason),
		HaveField("Message", And(message...)),
	))
}

// beAccepted matches a tenant whose present spec is carried out.
func beAccepted() types.GomegaMatcher {
	return And(
		haveCondition(v1alpha1.ConditionAccepted, metav1.ConditionTrue, v1alpha1.ReasonAccepted),
		WithTransform(func(t *v1alpha1.IngressTenant) bool { return t.Status.ObservedGeneration == t.Generation }, BeTrue()),
	)
}

// beRefused matches a tenant whose spec is not carried out for a reason.
func beRefused(reason string, message ...types.GomegaMatcher) types.GomegaMatcher {
	return haveCondition(v1alpha1.ConditionAccepted, metav1.ConditionFalse, reason, message...)
}

// haveConditions matches a tenant with exactly these conditions.
func haveConditions(conditions ...metav1.Condition) types.GomegaMatcher {
	return WithTransform(func(t *v1alpha1.IngressTenant) []metav1.Condition {
		brief := make([]metav1.Condition, 0, len(t.Status.Conditions))
		for _, condition := range t.Status.Conditions {
			brief = append(brief, metav1.Condition{
				Type: condition.Type, Status: condition.Status, Reason: condition.Reason, ObservedGeneration: condition.ObservedGeneration,
			})
		}

		return brief
	}, Equal(conditions))
}

// condition is a condition about the first generation of a spec.
func condition(conditionType string, status metav1.ConditionStatus, reason string) metav1.Condition {
	return metav1.Condition{Type: conditionType, Status: status, Reason: reason, ObservedGeneration: 1}
}
