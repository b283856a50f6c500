// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package apply

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// NotOwnedError says that an object of a desired name exists and belongs to
// somebody else. Nothing was written.
type NotOwnedError struct {
	// Object is the object in the way.
	Object Reference
	// Controller is the object's controlling owner, as in "IngressTenant blog",
	// or empty if it has none.
	Controller string
}

// Error says which object is in the way, and whose it is.
func (e *NotOwnedError) Error() string {
	if e.Controller == "" {
		return fmt.Sprintf("%s exists already and was not created for this tenant", e.Object)
	}

	return fmt.Sprintf("%s exists already and belongs to %s", e.Object, e.Controller)
}

// RejectedError says that the API server refused an object for what it is, so
// that repeating the request unchanged is of no use until something else
// changes: a field is invalid, a quota is spent, an admission policy or a
// missing right forbids it.
type RejectedError struct {
	// Object is the object that was refused.
	Object Reference
	// Err is the API server's answer.
	Err error
}

// Error gives the object and the API server's answer.
func (e *RejectedError) Error() string {
	return fmt.Sprintf("the API server refused %s: %v", e.Object, e.Err)
}

// Unwrap returns the API server's answer.
func (e *RejectedError) Unwrap() error {
	return e.Err
}

// classify turns the API server's answer to a write into an error that says
// which object it is about, and whether repeating helps.
func classify(object Reference, err error) error {
	if apierrors.IsInvalid(err) || apierrors.IsBadRequest(err) || rejected(err) {
		return &RejectedError{Object: object, Err: err}
	}

	return fmt.Errorf("applying %s: %w", object, err)
}

// rejected is whether a request was forbidden for what it is. A namespace on
// its way out also forbids what is created in it, and that passes.
func rejected(err error) bool {
	return apierrors.IsForbidden(err) && !apierrors.HasStatusCause(err, corev1.NamespaceTerminatingCause)
}
