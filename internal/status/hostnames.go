// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// Hostname is a hostname that a tenant claims.
type Hostname struct {
	// Name is the hostname in lower-case ASCII.
	Name string
	// HeldBy is the other tenant that holds it, or one that overlaps with it, and
	// HeldAs what that one holds. Empty, this tenant holds it.
	HeldBy, HeldAs string
}

// recordHostnames writes what the tenant claims. Since when it does is kept: the
// order of claims hangs on it.
func recordHostnames(s *v1alpha1.IngressTenantStatus, o Observed, now metav1.Time) {
	if o.Hostnames == nil {
		return
	}

	before, since := s.Hostnames, metav1.NewMicroTime(now.Truncate(time.Microsecond))
	s.Hostnames = nil

	for _, hostname := range o.sortedHostnames() {
		recorded := v1alpha1.HostnameStatus{
			Name: hostname.Name, State: v1alpha1.HostnameHeld, HeldBy: hostname.HeldBy, HeldAs: hostname.HeldAs, ClaimedTime: &since,
		}

		if hostname.HeldBy != "" {
			recorded.State = v1alpha1.HostnameConflict
		}

		if at := slices.IndexFunc(before, func(h v1alpha1.HostnameStatus) bool { return h.Name == hostname.Name }); at >= 0 {
			recorded.ClaimedTime = before[at].ClaimedTime
		}

		s.Hostnames = append(s.Hostnames, recorded)
	}
}

func (o Observed) sortedHostnames() []Hostname {
	return slices.SortedFunc(slices.Values(o.Hostnames), func(a, b Hostname) int { return cmp.Compare(a.Name, b.Name) })
}

// hostnamesClaimed says whether the tenant holds what it claims.
func (v view) hostnamesClaimed() metav1.Condition {
	const conditionType = v1alpha1.ConditionHostnamesClaimed

	if v.Hostnames == nil {
		return v.unplanned(conditionType, "It is not known yet which hostnames the tenant holds.")
	}

	if len(v.Hostnames) == 0 {
		return condition(conditionType, metav1.ConditionTrue, v1alpha1.ReasonNotClaimed, "The tenant claims no hostnames: spec.hostnames is omitted.")
	}

	var conflicts []string

	for _, hostname := range v.sortedHostnames() {
		switch {
		case hostname.HeldBy == "":
		case hostname.HeldAs == hostname.Name:
			conflicts = append(conflicts, fmt.Sprintf("%s is held by IngressTenant %s", hostname.Name, hostname.HeldBy))
		default:
			conflicts = append(conflicts, fmt.Sprintf("%s overlaps with %s, held by IngressTenant %s", hostname.Name, hostname.HeldAs, hostname.HeldBy))
		}
	}

	all := number(len(v.Hostnames), "hostname", "hostnames")
	if len(conflicts) == 0 {
		return condition(conditionType, metav1.ConditionTrue, v1alpha1.ReasonClaimed, fmt.Sprintf("The tenant holds %s.", all))
	}

	return condition(conditionType, metav1.ConditionFalse, v1alpha1.ReasonHostnameConflict, fmt.Sprintf(
		"Of %s, %d are not the tenant's: %s. It gets each when the other tenant gives it up. "+
			"Remove them from spec.hostnames, or from the other tenant's.", all, len(conflicts), someOf(conflicts)))
}
