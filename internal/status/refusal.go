// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"cmp"
	"errors"
	"slices"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// Refusal is an error that stays until somebody acts. Its message says what is
// wrong, where, and what to do about it.
type Refusal interface {
	error

	// ConditionReason is the reason of the Accepted condition, one of the API's
	// for False.
	ConditionReason() string
}

// problems are the leaves of a reconcile's error.
type problems struct {
	// refusals stay until somebody acts, worst first.
	refusals []Refusal
	// failures are worth another attempt.
	failures []error
}

// classify sorts the leaves of err.
func classify(err error) problems {
	var found problems

	for _, leaf := range Leaves(err) {
		// A wrapped refusal says all by itself; a wrapped failure is reported with
		// what its wrapper says.
		if refusal, ok := errors.AsType[Refusal](leaf); ok {
			found.refusals = append(found.refusals, refusal)
		} else {
			found.failures = append(found.failures, leaf)
		}
	}

	slices.SortStableFunc(found.refusals, func(a, b Refusal) int {
		return cmp.Or(
			cmp.Compare(severity(a), severity(b)),
			cmp.Compare(a.Error(), b.Error()),
		)
	})

	return found
}

// Leaves returns the errors that an error joins, however deep and whatever wraps the
// join. Whoever asks an error what it is asks each of these: errors.As would find one
// of a join and hide the rest.
func Leaves(err error) []error {
	//nolint:errorlint // This is the descent: each level is looked at by itself.
	switch err := err.(type) {
	case nil:
		return nil
	case interface{ Unwrap() []error }:
		var all []error
		for _, each := range err.Unwrap() {
			all = append(all, Leaves(each)...)
		}

		return all
	case interface{ Unwrap() error }:
		if below := Leaves(err.Unwrap()); len(below) > 1 {
			return below
		}
	}

	return []error{err}
}

// reasonOf is the refusal's reason, which the API requires to be there.
func reasonOf(r Refusal) string {
	return cmp.Or(r.ConditionReason(), v1alpha1.ReasonRefused)
}

// severity orders refusals: what the user wrote comes before what the cluster
// answered, since the answer may follow from it.
func severity(r Refusal) int {
	order := []string{
		v1alpha1.ReasonInvalidSpec,
		v1alpha1.ReasonUnsupportedVersion,
		v1alpha1.ReasonUnsupportedByProvider,
		v1alpha1.ReasonIsolationBroken,
		v1alpha1.ReasonNameConflict,
		v1alpha1.ReasonConsentRequired,
		v1alpha1.ReasonAdoptionRecordDamaged,
		v1alpha1.ReasonDefaultClassConflict,
		v1alpha1.ReasonAPIUnavailable,
		v1alpha1.ReasonRefused,
	}

	if at := slices.Index(order, reasonOf(r)); at >= 0 {
		return at
	}

	return len(order)
}

// refusal is the message of all refusals.
func (p problems) refusal() string {
	texts := make([]string, 0, len(p.refusals))
	for _, each := range p.refusals {
		texts = append(texts, sentence(each.Error()))
	}

	return sentences(slices.Compact(texts)...)
}

// retrying is the message of all failures, empty where there is none. It does
// not depend on the order in which they happened.
func (p problems) retrying() string {
	if len(p.failures) == 0 {
		return ""
	}

	texts := make([]string, 0, len(p.failures))
	for _, each := range p.failures {
		texts = append(texts, sentence(each.Error()))
	}

	slices.Sort(texts)

	return "The last attempt failed and is repeated: " + sentences(slices.Compact(texts)...)
}
