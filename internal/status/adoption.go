// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"fmt"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// Adoption is how far a tenant is with a Service of somebody else that shall
// lead to its controller.
type Adoption struct {
	// Service is the Service, as "namespace/name".
	Service string
	// Permit is the command by which whoever may change the Service permits it.
	Permit string
	// State is how far the adoption is.
	State AdoptionState
	// Taken is whether the Service leads to the controller.
	Taken bool
	// Unfit says why it cannot, for state AdoptionUnfit.
	Unfit string
	// Comparison is what came of asking both the same, for states AdoptionDiffers
	// and AdoptionUnknown.
	Comparison
}

// AdoptionState is how far the adoption of a Service is.
type AdoptionState string

// The values of AdoptionState.
const (
	// AdoptionMissing: there is no such Service.
	AdoptionMissing AdoptionState = "Missing"
	// AdoptionForbidden: the Service does not permit it, or no longer.
	AdoptionForbidden AdoptionState = "Forbidden"
	// AdoptionUnfit: the Service is such that it cannot lead to the controller.
	AdoptionUnfit AdoptionState = "Unfit"
	// AdoptionStarting: the controller's pods are not all ready.
	AdoptionStarting AdoptionState = "Starting"
	// AdoptionNoIngresses: no Ingress names the class.
	AdoptionNoIngresses AdoptionState = "NoIngresses"
	// AdoptionDiffers: the controller answers otherwise than what is behind the
	// Service.
	AdoptionDiffers AdoptionState = "Differs"
	// AdoptionUnknown: whether it does cannot be told.
	AdoptionUnknown AdoptionState = "Unknown"
	// AdoptionDone: the Service leads to the controller.
	AdoptionDone AdoptionState = "Done"
)

// Damaged is a Service of somebody else that leads to the controller, and whose
// record of what it led to before cannot be read.
type Damaged struct {
	// Service is the Service, as "namespace/name".
	Service string
	// Annotation is where the record is.
	Annotation string
	// Forget is the command that removes it.
	Forget string
}

// String says what is damaged, what follows, and what can be done.
func (d Damaged) String() string {
	return fmt.Sprintf("Service %s goes on leading to the controller, and can neither follow it nor be given back: its annotation %s is not what the operator wrote. "+
		"Put its text back as it was; or remove it, to leave the Service as it is: %s", d.Service, d.Annotation, d.Forget)
}

// damaged says which Services cannot be given back, and false where all can.
func (v view) damaged() (metav1.Condition, bool) {
	if v.Plan == nil || len(v.Plan.Damaged) == 0 || len(v.refusals) > 0 {
		return metav1.Condition{}, false
	}

	texts := make([]string, 0, len(v.Plan.Damaged))
	for _, service := range v.Plan.Damaged {
		texts = append(texts, service.String())
	}

	return condition(v1alpha1.ConditionProgressing, metav1.ConditionFalse, v1alpha1.ReasonStalled, sentences(texts...)), true
}

// adopting says what keeps the Service from leading to the controller, and false
// where nothing does, none is asked for, or the spec is refused.
func (v view) adopting() (metav1.Condition, bool) {
	const conditionType = v1alpha1.ConditionProgressing

	adoption := v.adoption()
	if adoption == nil || adoption.State == AdoptionDone || len(v.refusals) > 0 {
		return metav1.Condition{}, false
	}

	switch adoption.State {
	case AdoptionStarting:
		return condition(conditionType, metav1.ConditionTrue, v1alpha1.ReasonAdoptingService, adoption.text()), true
	case AdoptionDiffers:
		return condition(conditionType, metav1.ConditionFalse, v1alpha1.ReasonAnswersDiffer, adoption.text()), true
	case AdoptionUnknown:
		return condition(conditionType, metav1.ConditionUnknown, v1alpha1.ReasonComparisonImpossible, adoption.text()), true
	default:
		return condition(conditionType, metav1.ConditionFalse, v1alpha1.ReasonStalled, adoption.text()), true
	}
}

// text says how far the adoption is, and what has to be done.
func (a *Adoption) text() string {
	const field = "spec.exposure.loadBalancer.adopt.serviceName"

	namespace, _, _ := strings.Cut(a.Service, "/")

	switch a.State {
	case AdoptionMissing:
		return fmt.Sprintf("%s: there is no Service %s. The controller runs in namespace %s and can only be reached by a Service there: "+
			"create it, or name another.", field, a.Service, namespace)
	case AdoptionForbidden:
		if a.Taken {
			return fmt.Sprintf("Service %s no longer permits that it leads to the tenant, and still does. "+
				"To give it back what it led to before, remove %s; to keep it, run: %s", a.Service, field, a.Permit)
		}

		return fmt.Sprintf("%s: Service %s does not permit it. Whoever may change that Service permits it by: %s", field, a.Service, a.Permit)
	case AdoptionUnfit:
		return fmt.Sprintf("%s: Service %s stays as it is, for %s.", field, a.Service, a.Unfit)
	case AdoptionNoIngresses:
		return fmt.Sprintf("Service %s stays as it is: no Ingress names the tenant's class yet, so the controller would answer 404 to everybody. "+
			"Copy the Ingresses that are served there, with the tenant's class; or set spec.controller.switchover to Force.", a.Service)
	case AdoptionDiffers:
		return fmt.Sprintf("Service %s stays as it is: of %s, the controller answers %d differently: %s. "+
			"Change the Ingresses so that both answer alike, or set spec.controller.switchover to Force.",
			a.Service, number(a.Requests, "request", "requests"), len(a.Differences), someOf(a.Differences))
	case AdoptionUnknown:
		return fmt.Sprintf("Service %s stays as it is: whether the controller answers as it does now is not known, for %s. %s "+
			"Or set spec.controller.switchover to Force.", a.Service, a.unanswered(), a.wayOut())
	case AdoptionDone:
		return fmt.Sprintf("Service %s leads to the controller.", a.Service)
	default:
		return fmt.Sprintf("Service %s leads to the controller as soon as all its pods are ready and answer as it does now.", a.Service)
	}
}
