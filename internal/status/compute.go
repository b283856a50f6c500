// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"slices"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// Compute returns the status of tenant t after a reconcile that observed o. It
// changes neither. All nine conditions are there, Ready first, and a
// condition whose status changed has now as its transition time.
//
// What was not observed is not forgotten: without a plan, what the status said
// of the last one stays, and a condition about which nothing was learned stays
// with the generation that it was about.
func Compute(t *v1alpha1.IngressTenant, o Observed, now metav1.Time) v1alpha1.IngressTenantStatus {
	o = o.withoutDeleted()

	s := *t.Status.DeepCopy()
	s.ObservedGeneration = t.Generation
	recordPlan(&s, o.Plan)
	recordHostnames(&s, o, now)
	recordServices(&s, o.Services)
	recordCertificate(&s, t, o.Certificate)
	recordViolations(&s, o.Violations)

	recordImage(&s, o)

	v := view{Observed: o, problems: classify(o.Err), tenant: t.Name, previous: t.Status.Conditions, class: s.IngressClassName}
	v.recordNamespaces(&s)

	accepted := v.accepted()
	available := v.available()
	loadBalancer := v.loadBalancerReady()

	for _, c := range []metav1.Condition{
		v.ready(accepted, available, loadBalancer),
		accepted,
		v.hostnamesClaimed(),
		available,
		loadBalancer,
		v.isolated(),
		v.sourceIPPreserved(),
		v.providerSupported(),
		v.progressing(loadBalancer),
	} {
		if c.ObservedGeneration == 0 {
			c.ObservedGeneration = t.Generation
		}

		c.Message = head(c.Message, maxMessage)
		c.LastTransitionTime = now
		meta.SetStatusCondition(&s.Conditions, c)
	}

	order(s.Conditions)

	return s
}

// view is what the conditions are computed from.
type view struct {
	Observed
	problems

	// tenant is the tenant's name.
	tenant string
	// previous are the conditions before this reconcile.
	previous []metav1.Condition
	// class is the tenant's IngressClass, empty if it was never resolved.
	class string
}

// kept is a condition as it was, where it was ever computed. It keeps the
// generation that it is about.
func (v view) kept(conditionType string) (metav1.Condition, bool) {
	if previous := meta.FindStatusCondition(v.previous, conditionType); previous != nil {
		return *previous, true
	}

	return metav1.Condition{}, false
}

// unplanned is a condition about a plan where there is none: what it said of the
// last one, or that nothing is known.
func (v view) unplanned(conditionType, message string) metav1.Condition {
	if last, ok := v.kept(conditionType); ok {
		return last
	}

	return condition(conditionType, metav1.ConditionUnknown, v1alpha1.ReasonNotAccepted, message)
}

// order sorts the operator's conditions, most telling first, and leaves those
// that somebody else added at the end.
func order(conditions []metav1.Condition) {
	types := []string{
		v1alpha1.ConditionReady,
		v1alpha1.ConditionAccepted,
		v1alpha1.ConditionHostnamesClaimed,
		v1alpha1.ConditionAvailable,
		v1alpha1.ConditionLoadBalancerReady,
		v1alpha1.ConditionIsolated,
		v1alpha1.ConditionSourceIPPreserved,
		v1alpha1.ConditionProviderSupported,
		v1alpha1.ConditionProgressing,
	}

	rank := func(c metav1.Condition) int {
		if at := slices.Index(types, c.Type); at >= 0 {
			return at
		}

		return len(types)
	}

	slices.SortStableFunc(conditions, func(a, b metav1.Condition) int { return rank(a) - rank(b) })
}

func condition(conditionType string, status metav1.ConditionStatus, reason, message string) metav1.Condition {
	return metav1.Condition{Type: conditionType, Status: status, Reason: reason, Message: message}
}
