// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"cmp"
	"fmt"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// maxValue bounds what a message quotes of an annotation, in characters.
const maxValue = 200

// LoadBalancerChange is a change that the cloud cannot make to a load balancer
// that is there, so that it waits for somebody to say when.
type LoadBalancerChange struct {
	// Service is the load balancer's, as "namespace/name".
	Service string
	// Removed is whether the load balancer is no longer asked for.
	Removed bool
	// Returned is whether that is a Service of somebody else, who gets it back as
	// it was.
	Returned bool
	// Differences are what is asked for and not there, if it is.
	Differences []Difference
	// Billing says what a new one costs at once; empty if nothing is known.
	Billing string
	// Effect is the command that makes the change, and Revert the one that takes
	// it back, empty if that is not known.
	Effect, Revert string
}

// Difference is a setting that differs.
type Difference struct {
	// Key is the annotation, the label or the field.
	Key string
	// Live and Asked are its values; empty if it is not set.
	Live, Asked string
}

// changePending says what waits, what it costs, and how to go on or back.
func (v view) changePending() metav1.Condition {
	texts := make([]string, 0, len(v.Plan.LoadBalancerChanges))
	for _, change := range v.Plan.LoadBalancerChanges {
		texts = append(texts, change.String())
	}

	return condition(v1alpha1.ConditionProgressing, metav1.ConditionFalse, v1alpha1.ReasonLoadBalancerChangePending, sentences(texts...))
}

// String is the change in words.
func (c LoadBalancerChange) String() string {
	back := "To take the change back, set spec.exposure.loadBalancer to what it was."
	if c.Revert != "" {
		back = "To take the change back, run: " + c.Revert
	}

	switch {
	case c.Returned:
		return fmt.Sprintf("Service %s is no longer asked for, and goes on leading to the tenant. To give it back, run: %s ; "+
			"it then leads to what it led to before. %s", c.Service, c.Effect, back)
	case c.Removed:
		return fmt.Sprintf("Service %s is no longer asked for, and its load balancer goes on serving. "+
			"To remove it, run: %s ; requests to its address fail from then on. %s", c.Service, c.Effect, back)
	}

	differences := make([]string, 0, len(c.Differences))
	for _, d := range c.Differences {
		differences = append(differences, fmt.Sprintf("%s: %s → %s", d.Key, shown(d.Live), shown(d.Asked)))
	}

	return sentences(
		fmt.Sprintf("The load balancer of Service %s stays as it is, for this cannot be changed in place: %s.", c.Service, strings.Join(differences, "; ")),
		fmt.Sprintf("To replace it, run: %s ; the operator creates it anew, with a new address unless one is adopted, and requests fail until DNS follows.", c.Effect),
		sentence(c.Billing),
		back)
}

func shown(value string) string {
	return cmp.Or(head(oneLine(value), maxValue), "not set")
}
