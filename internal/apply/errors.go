// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package apply

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/structured-merge-diff/v6/fieldpath"
)

// NotOwnedError says that an object of a desired name exists and belongs to
// somebody else. Nothing was written.
type NotOwnedError struct {
	// Object is the object in the way.
	Object Reference
	// Controller is the object's controlling owner, as in "IngressTenant blog",
	// or empty if it has none.
	Controller string
	// Labels are the object's.
	Labels map[string]string
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

// maxFields bounds how many fields an error names.
const maxFields = 3

// AlteredError says that the API server took an object and stored it otherwise:
// an admission policy or webhook of the cluster changes it, each time.
type AlteredError struct {
	// Object is the object.
	Object Reference
	// Fields are the first that differ, sorted by path.
	Fields []AlteredField
	// Total is how many differ.
	Total int
}

// AlteredField is a field that was stored otherwise than asked.
type AlteredField struct {
	// Path is the field's.
	Path string
	// Stored and Asked are its values as JSON, or "nothing".
	Stored, Asked string
}

// Error names the object and the fields.
func (e *AlteredError) Error() string {
	texts := make([]string, 0, len(e.Fields))
	for _, field := range e.Fields {
		texts = append(texts, fmt.Sprintf("%s is %s instead of %s", field.Path, field.Stored, field.Asked))
	}

	if more := e.Total - len(e.Fields); more > 0 {
		texts = append(texts, fmt.Sprintf("and %d more", more))
	}

	return fmt.Sprintf("the API server stores %s otherwise than it is applied: %s", e.Object, strings.Join(texts, "; "))
}

func (d *difference) alteredError() error {
	fields := d.fields()
	err := &AlteredError{Object: d.reference, Total: len(fields)}

	for _, path := range fields[:min(len(fields), maxFields)] {
		err.Fields = append(err.Fields, AlteredField{
			Path: text(path), Stored: at(d.live.AsValue(), path), Asked: at(d.desired.AsValue(), path),
		})
	}

	return err
}

// ImmutableError says that an object differs in a field that cannot be changed,
// and cannot be deleted without a loss.
type ImmutableError struct {
	// Object is the object.
	Object Reference
	// Field is the field, with its values as JSON, or "nothing".
	Field AlteredField
	// Managers are who set it, as far as that is known.
	Managers []string
}

// Error names the object, the field and who set it.
func (e *ImmutableError) Error() string {
	by := ""
	if len(e.Managers) > 0 {
		by = ", set by " + strings.Join(e.Managers, " and ")
	}

	return fmt.Sprintf("%s of %s is %s%s, has to be %s, and cannot be changed", e.Field.Path, e.Object, e.Field.Stored, by, e.Field.Asked)
}

func (a *Applier) immutableError(s step, path fieldpath.Path) error {
	return &ImmutableError{
		Object: s.reference,
		Field: AlteredField{
			Path: text(path), Stored: at(s.difference.live.AsValue(), path), Asked: at(s.difference.desired.AsValue(), path),
		},
		Managers: a.managersOf(s.reference, s.live, fieldpath.NewSet(path)),
	}
}
