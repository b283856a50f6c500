// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package cloud

import (
	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// metallb is MetalLB, in any cluster. It knows no scopes but pools of addresses,
// whose names only the tenant knows. It acts on a change of pool or address at
// once, and the address that clients use is gone.
func metallb() Profile {
	const (
		prefix     = "metallb.io/"
		deprecated = "metallb.universe.tf/"
		pool       = prefix + "address-pool"
		addresses  = prefix + "loadBalancerIPs"
	)

	adopt := &Adopt{What: "addresses of a pool, one of each family at most", Form: FormFamilies, Key: addresses}

	return Profile{
		Platform: v1alpha1.PlatformMetalLB,
		Sources: []string{
			"go.universe.tf/metallb v0.16.2 website/content/usage/_index.md",
			"go.universe.tf/metallb v0.16.2 controller/service.go",
		},
		External: Scheme{Adopt: adopt},
		Internal: Scheme{
			Required: []Required{{Key: pool, Own: true, What: "the name of the IPAddressPool of internal addresses"}},
			Adopt:    adopt,
		},
		Keys: append(
			fixed(pool, addresses),
			Key{Name: deprecated + "address-pool", Fixed: true, Means: &Alias{Key: pool}},
			Key{Name: deprecated + "loadBalancerIPs", Fixed: true, Means: &Alias{Key: addresses}},
		),
		SourceRanges:    true,
		CertificateHint: "MetalLB announces addresses and ends no connections",
		ClientAddress:   "with externalTrafficPolicy Local",
	}
}
