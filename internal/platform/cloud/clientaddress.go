// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package cloud

import (
	"slices"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// KeepsClientAddress is whether a platform's load balancers pass connections on
// with the client's address, unless a tenant asks for others than the usual.
// Of platform None nothing is known: there the common case is assumed, which
// Kubernetes documents for externalTrafficPolicy Local.
//
// Source: the profiles' own, for ClientAddress.
func KeepsClientAddress(platform v1alpha1.LoadBalancerPlatform) bool {
	return !slices.Contains([]v1alpha1.LoadBalancerPlatform{
		v1alpha1.PlatformHuawei, v1alpha1.PlatformOpenStack, v1alpha1.PlatformOracle, v1alpha1.PlatformDigitalOcean,
	}, platform)
}
