// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package provider

import (
	"fmt"
)

// RefusedError says that a tenant's spec cannot be carried out until somebody
// changes it.
type RefusedError struct {
	// Reason is a condition reason of the API.
	Reason string
	// Message says what is wrong, where, and what to do.
	Message string
}

// Error returns the message.
func (e *RefusedError) Error() string {
	return e.Message
}

// ConditionReason returns the reason.
func (e *RefusedError) ConditionReason() string {
	return e.Reason
}

// Refuse returns a *RefusedError with a formatted message.
func Refuse(reason, format string, args ...any) error {
	return &RefusedError{Reason: reason, Message: fmt.Sprintf(format, args...)}
}
