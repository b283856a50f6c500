// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import (
	corev1ac "k8s.io/client-go/applyconfigurations/core/v1"

	"github.com/ingresstenant/ingress-tenant-operator/internal/apply"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// namespace is where the controller runs. It admits restricted pods only.
func namespace(in Input) apply.Object {
	object := corev1ac.Namespace(tenant.Namespace(in.Tenant))

	if in.AdoptNamespace {
		// Without an owner reference neither the operator nor the garbage
		// collector ever deletes it. Its other labels are those of its owner, and
		// of the tools that its owner keeps it with.
		return object.WithLabels(map[string]string{tenant.LabelTenant: in.Tenant.Name})
	}

	return seal(owned(object, in.Tenant).WithLabels(map[string]string{
		"pod-security.kubernetes.io/enforce": "restricted",
		"pod-security.kubernetes.io/audit":   "restricted",
		"pod-security.kubernetes.io/warn":    "restricted",
	}))
}
