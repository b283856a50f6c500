// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"fmt"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// maxNamed is how many differences or conflicts a message names.
const maxNamed = 5

// switching says how far the tenant is on its way to another implementation, and
// false where it is not on its way.
func (v view) switching() (metav1.Condition, bool) {
	const conditionType = v1alpha1.ConditionProgressing

	if v.Plan == nil || v.Plan.Switchover == nil {
		return metav1.Condition{}, false
	}

	s := v.Plan.Switchover

	switch {
	case len(s.Held) > 0:
		return condition(conditionType, metav1.ConditionFalse, v1alpha1.ReasonStalled, held(s)), true
	case s.Moved:
		return condition(conditionType, metav1.ConditionTrue, v1alpha1.ReasonSwitchingProvider,
			fmt.Sprintf("%s serves, and %s ends its last connections.", s.To, s.From)), true
	case len(s.Differences) > 0:
		return condition(conditionType, metav1.ConditionFalse, v1alpha1.ReasonAnswersDiffer, differ(s)), true
	case s.Open:
		return condition(conditionType, metav1.ConditionUnknown, v1alpha1.ReasonComparisonImpossible, impossible(s)), true
	case s.Incoming == nil:
		return condition(conditionType, metav1.ConditionTrue, v1alpha1.ReasonSwitchingProvider,
			fmt.Sprintf("%s serves while %s is started beside it.", s.From, s.To)), true
	default:
		why, _ := v.causeOf(s.Incoming, s.Pods)

		return condition(conditionType, metav1.ConditionTrue, v1alpha1.ReasonSwitchingProvider,
			sentences(fmt.Sprintf("%s serves while %s is started beside it.", s.From, s.To), progress(s.Incoming), why.message)), true
	}
}

// held says what keeps the tenant from giving up an implementation.
func held(s *Switchover) string {
	stays := fmt.Sprintf("%s goes on serving, and the tenant does not move to %s.", s.From, s.To)
	if s.Moved {
		stays = fmt.Sprintf("%s serves, and %s is kept beside it.", s.To, s.From)
	}

	return sentences(append([]string{stays}, s.Held...)...)
}

func differ(s *Switchover) string {
	return fmt.Sprintf("%s goes on serving: of %s, %s answers %d differently: %s. "+
		"Change the Ingresses so that both answer alike, set spec.controller.switchover to Force to move all the same, "+
		"or set spec.controller.provider back to %s.",
		s.From, number(s.Requests, "request", "requests"), s.To, len(s.Differences), someOf(s.Differences), s.From)
}

// impossible says why two implementations could not be compared.
func impossible(s *Switchover) string {
	return fmt.Sprintf("%s goes on serving: whether %s answers alike is not known, for %s. %s "+
		"Or set spec.controller.switchover to Force to move all the same, or set spec.controller.provider back to %s.",
		s.From, s.To, s.unanswered(), s.wayOut(), s.From)
}

// unanswered says why a comparison shows nothing.
func (c Comparison) unanswered() string {
	if c.Failed != "" {
		return "the operator cannot ask for anything: " + strings.TrimSuffix(sentence(c.Failed), ".")
	}

	text := fmt.Sprintf("of %s, neither answered %d", number(c.Requests, "request", "requests"), c.Silent)
	if c.Unasked > 0 {
		text += fmt.Sprintf(", and %d were not asked after that", c.Unasked)
	}

	return text
}

// wayOut says what to do so that two controllers can be compared.
func (c Comparison) wayOut() string {
	if c.Failed != "" {
		return "The operator tries again by itself."
	}

	return "Let the operator reach the pods of both: run it in the cluster, and see whether a network policy or the CNI keeps it from them."
}

// someOf lists the first of what is in the way, and counts the others.
func someOf(all []string) string {
	named := all[:min(len(all), maxNamed)]
	list := strings.Join(named, "; ")

	if more := len(all) - len(named); more > 0 {
		list += fmt.Sprintf("; and %d more", more)
	}

	return list
}
