// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package tenant

import (
	"cmp"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// LogLevel is what the tenant's controller logs of itself, Info by default.
func LogLevel(t *v1alpha1.IngressTenant) v1alpha1.LogLevel {
	if t.Spec.Controller == nil {
		return v1alpha1.LogInfo
	}

	return cmp.Or(t.Spec.Controller.LogLevel, v1alpha1.LogInfo)
}

// WantsAccessLog is whether the tenant's controller logs requests.
func WantsAccessLog(t *v1alpha1.IngressTenant) bool {
	return t.Spec.Controller != nil && t.Spec.Controller.AccessLog == v1alpha1.Enabled
}
