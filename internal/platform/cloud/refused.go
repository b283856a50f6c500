// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package cloud

import (
	"fmt"
	"strings"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// RefusedError says what of a tenant's load balancer its platform cannot do.
type RefusedError struct {
	// Field is the path of the field below that of the load balancer.
	Field string
	// Message says what is wrong, and what to do.
	Message string
}

// Error returns the field and the message.
func (e *RefusedError) Error() string {
	return e.Field + ": " + e.Message
}

func refuse(field, format string, args ...any) error {
	return &RefusedError{Field: field, Message: fmt.Sprintf(format, args...)}
}

// contradiction refuses an annotation of the tenant's that says otherwise than
// the rest of what it asks for.
func contradiction(key, value, want, why string) error {
	return refuse("annotations", "%s is %q, but %s needs %s; remove the annotation, or ask for what it says", key, value, why, want)
}

// platforms lists those that have something.
func platforms(have func(Profile) bool) string {
	var names []string

	for _, profile := range Profiles() {
		if have(profile) {
			names = append(names, string(profile.Platform))
		}
	}

	return strings.Join(names, ", ")
}

// describe is the platform and the scope, as messages name them.
func describe(platform v1alpha1.LoadBalancerPlatform, scope v1alpha1.LoadBalancerScope) string {
	return fmt.Sprintf("scope %s on platform %s", scope, platform)
}
