// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"fmt"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// maxDifferences is how many differences a message names.
const maxDifferences = 5

// switching says how far the tenant is on its way to another implementation, and
// false where it is not on its way.
func (v view) switching() (metav1.Condition, bool) {
	const conditionType = v1alpha1.ConditionProgressing

	if v.Plan == nil || v.Plan.Switchover == nil {
		return metav1.Condition{}, false
	}

	s := v.Plan.Switchover

	switch {
	case s.Moved:
		return condition(conditionType, metav1.ConditionTrue, v1alpha1.ReasonSwitchingProvider,
			fmt.Sprintf("%s serves, and %s ends its last connections.", s.To, s.From)), true
	case len(s.Differences) > 0:
		return condition(conditionType, metav1.ConditionFalse, v1alpha1.ReasonAnswersDiffer, differ(s)), true
	case s.Incoming == nil:
		return condition(conditionType, metav1.ConditionTrue, v1alpha1.ReasonSwitchingProvider,
			fmt.Sprintf("%s serves while %s is started beside it.", s.From, s.To)), true
	default:
		why, _ := v.causeOf(s.Incoming, s.Pods)

		return condition(conditionType, metav1.ConditionTrue, v1alpha1.ReasonSwitchingProvider,
			sentences(fmt.Sprintf("%s serves while %s is started beside it.", s.From, s.To), progress(s.Incoming), why.message)), true
	}
}

func differ(s *Switchover) string {
	return fmt.Sprintf("%s goes on serving: of %s, %s answers %d differently: %s. "+
		"Change the Ingresses so that both answer alike, set spec.controller.switchover to Force to move all the same, "+
		"or set spec.controller.provider back to %s.",
		s.From, number(int32(s.Compared), "request", "requests"), s.To, len(s.Differences), someOf(s.Differences), s.From) //nolint:gosec // At most a hundred.
}

// someOf lists the first differences, and counts the others.
func someOf(differences []string) string {
	named := differences[:min(len(differences), maxDifferences)]
	list := strings.Join(named, "; ")

	if more := len(differences) - len(named); more > 0 {
		list += fmt.Sprintf("; and %d more", more)
	}

	return list
}
