// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"slices"

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

	// Adopted are those of others that lead to the controller. They are for the
	// clients of AdoptedScope; External if empty.
	Adopted      []*corev1.Service
	AdoptedScope v1alpha1.AddressScope
}

// withoutDeleted counts Services that are being deleted as absent.
func (s Services) withoutDeleted() Services {
	if s.Service != nil && s.Service.DeletionTimestamp != nil {
		s.Service = nil
	}

	if s.Internal != nil && s.Internal.DeletionTimestamp != nil {
		s.Internal = nil
	}

	s.Adopted = slices.DeleteFunc(slices.Clone(s.Adopted), func(service *corev1.Service) bool {
		return service.DeletionTimestamp != nil
	})

	return s
}

// reaching are all of them by which clients reach the controller. Beside a
// Service of somebody else the tenant's own is for clients inside the cluster.
func (s Services) reaching() []*corev1.Service {
	var all []*corev1.Service

	for _, service := range append([]*corev1.Service{s.Service, s.Internal}, s.Adopted...) {
		inside := service == s.Service && len(s.Adopted) > 0

		if service == nil || inside && service.Spec.Type == corev1.ServiceTypeClusterIP {
			continue
		}

		all = append(all, service)
	}

	return all
}
