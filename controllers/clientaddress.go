// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/desired"
	"github.com/ingresstenant/ingress-tenant-operator/internal/platform/cloud"
	"github.com/ingresstenant/ingress-tenant-operator/internal/status"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// clientAddressOf is what decides which address the tenant's controller sees of
// clients, and the Ingresses that go by it.
func clientAddressOf(t *v1alpha1.IngressTenant, lists []string) status.ClientAddress {
	address := status.ClientAddress{
		TrafficPolicy:    desired.Exposure(t).ExternalTrafficPolicy,
		ProxyProtocol:    len(tenant.ProxyProtocolSources(t)) > 0,
		ForwardedHeaders: len(tenant.ForwardedHeaderSources(t)) > 0,
		Lists:            lists,
	}

	block := desired.Exposure(t).LoadBalancer
	if block == nil || block.Platform == "" || block.Platform == v1alpha1.PlatformNone {
		return address
	}

	address.Platform = block.Platform
	address.PlatformKeeps = cloud.KeepsClientAddress(block.Platform)
	address.PlatformSays = cloud.ProfileOf(block.Platform).ClientAddress

	return address
}
