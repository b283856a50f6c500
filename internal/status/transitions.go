// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// maxNote is the limit of the events.k8s.io API for an event's note, in bytes.
// The API server refuses an event with a longer one.
const maxNote = 1024

// Transition is a change of a condition that is worth an event. The event's
// reason is the condition's, its note is Note.
type Transition struct {
	// Condition is the condition as it is now.
	Condition metav1.Condition
	// Warning is whether somebody should look at it.
	Warning bool
}

// Note is the condition's type and message, as long as an event may be. What is
// cut off stands in the condition.
func (t Transition) Note() string {
	note := t.Condition.Type + ": " + t.Condition.Message
	if len(note) <= maxNote {
		return note
	}

	return strings.ToValidUTF8(note[:maxNote-len(ellipsis)], "") + ellipsis
}

// Transitions returns the changes of status or reason from before to after that
// are worth an event, in the order of after. A change of the message alone is
// none. What several conditions say in the same words of one reason is told
// once, and a new tenant is not told what is only natural for one.
func Transitions(before, after []metav1.Condition) []Transition {
	var (
		transitions []Transition
		told        []string
	)

	for _, now := range after {
		previous := meta.FindStatusCondition(before, now.Type)

		switch {
		case previous != nil && previous.Status == now.Status && previous.Reason == now.Reason:
			continue
		case previous == nil && natural(now.Reason):
			continue
		case toldElsewhere(now.Reason), slices.Contains(told, now.Reason):
			continue
		}

		told = append(told, now.Reason)
		transitions = append(transitions, Transition{Condition: now, Warning: trouble(now.Reason) || lost(previous, now)})
	}

	return transitions
}

// natural is whether the reason is what one expects of a new tenant.
func natural(reason string) bool {
	return slices.Contains([]string{
		v1alpha1.ReasonNotDeployed,
		v1alpha1.ReasonStarting,
		v1alpha1.ReasonAddressPending,
		v1alpha1.ReasonAdoptionPending,
		v1alpha1.ReasonNotRequired,
		v1alpha1.ReasonNotClaimed,
		v1alpha1.ReasonClaimed,
		v1alpha1.ReasonIsolated,
		v1alpha1.ReasonLocalTraffic,
		v1alpha1.ReasonProxyProtocol,
		v1alpha1.ReasonForwardedHeaders,
		v1alpha1.ReasonInsideCluster,
		v1alpha1.ReasonNodeAddressSeen, // the default exposure's
		v1alpha1.ReasonDependsOnLoadBalancer,
		v1alpha1.ReasonSupported,
		v1alpha1.ReasonImageOverridden,
	}, reason)
}

// toldElsewhere is whether another condition changes for the same cause, and
// tells more.
func toldElsewhere(reason string) bool {
	return slices.Contains([]string{
		v1alpha1.ReasonReconcileError,  // Retrying
		v1alpha1.ReasonAwaitingAddress, // AddressPending
		v1alpha1.ReasonUpToDate,        // Ready
		v1alpha1.ReasonNotAccepted,     // the reason of Accepted
	}, reason)
}

// trouble is whether the reason by itself asks for somebody's attention.
func trouble(reason string) bool {
	return !natural(reason) && !slices.Contains([]string{
		v1alpha1.ReasonAccepted,
		v1alpha1.ReasonMinimumReplicasAvailable,
		v1alpha1.ReasonAddressAssigned,
		v1alpha1.ReasonRollingOut,
		v1alpha1.ReasonSwitchingProvider,
		v1alpha1.ReasonAdoptingService,
		v1alpha1.ReasonReady,
		v1alpha1.ReasonDeleting,
	}, reason)
}

// lost is whether something good ended that nobody asked to end.
func lost(previous *metav1.Condition, now metav1.Condition) bool {
	return previous != nil &&
		previous.Status == metav1.ConditionTrue &&
		now.Status != metav1.ConditionTrue &&
		now.Reason != v1alpha1.ReasonDeleting
}
