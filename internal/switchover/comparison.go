// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package switchover

import (
	"fmt"
	"slices"
)

// Comparison is what came of asking two controllers the same requests.
type Comparison struct {
	// Alike are the requests that both answered, and alike.
	Alike []Request
	// Differences are those that both answered differently, or only one of them
	// answered.
	Differences []Difference
	// Silent are those that neither answered. They say nothing about how the two
	// would answer.
	Silent []Request
	// Unasked are those that were not asked: nothing answered before, or there was
	// no time left.
	Unasked []Request
}

// Difference is a request that two controllers answer differently.
type Difference struct {
	// Request is the request, sent with method HEAD.
	Request Request
	// Old and New are what each answered, in words.
	Old, New string
}

// String says what differs.
func (d Difference) String() string {
	return fmt.Sprintf("%s: %s instead of %s", d.Request, d.New, d.Old)
}

// Outcome is what a comparison shows.
type Outcome string

// The values of Outcome.
const (
	// OutcomeAlike: both controllers answer alike, as far as can be asked.
	OutcomeAlike Outcome = "Alike"
	// OutcomeDiffers: they answer at least one request differently.
	OutcomeDiffers Outcome = "Differs"
	// OutcomeUnknown: too little was answered to tell.
	OutcomeUnknown Outcome = "Unknown"
)

// Requests is how many requests the comparison was about.
func (c Comparison) Requests() int {
	return len(c.Alike) + len(c.Differences) + len(c.Silent) + len(c.Unasked)
}

// Outcome is what the comparison shows. A request that neither controller answered
// is taken for its backend's silence only where another one over the same scheme
// was answered by both: otherwise the controllers may not be reached at all.
func (c Comparison) Outcome() Outcome {
	reached := func(request Request) bool {
		return slices.ContainsFunc(c.Alike, func(alike Request) bool { return alike.TLS == request.TLS })
	}

	switch {
	case len(c.Differences) > 0:
		return OutcomeDiffers
	case len(c.Alike) == 0, len(c.Unasked) > 0:
		return OutcomeUnknown
	case slices.ContainsFunc(c.Silent, func(silent Request) bool { return !reached(silent) }):
		return OutcomeUnknown
	default:
		return OutcomeAlike
	}
}

// Equal is whether two comparisons came to the same, request by request.
func (c Comparison) Equal(other Comparison) bool {
	return slices.Equal(c.Alike, other.Alike) && slices.Equal(c.Differences, other.Differences) &&
		slices.Equal(c.Silent, other.Silent) && slices.Equal(c.Unasked, other.Unasked)
}
