// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// Services are how clients reach a tenant's controller.
type Services struct {
	// Service is the one that every tenant has; nil where it is not there. Its
	// ports are named PortHTTP and PortHTTPS.
	Service *corev1.Service

	// Scope is which clients Service is for if it has a load balancer; External
	// if empty.
	Scope v1alpha1.AddressScope

	// Internal is that of the internal load balancer beside an external one; nil
	// where there is none.
	Internal *corev1.Service
}

// withoutDeleted counts Services that are being deleted as absent.
func (s Services) withoutDeleted() Services {
	if s.Service != nil && s.Service.DeletionTimestamp != nil {
		s.Service = nil
	}

	if s.Internal != nil && s.Internal.DeletionTimestamp != nil {
		s.Internal = nil
	}

	return s
}
