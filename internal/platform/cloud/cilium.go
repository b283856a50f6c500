// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package cloud

import (
	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// cilium is Cilium's load balancer address management. It knows no scopes but
// pools, which choose Services by their labels.
func cilium() Profile {
	const addresses = "lbipam.cilium.io/ips"

	adopt := &Adopt{What: "addresses of a pool", Form: FormAddresses, Key: addresses}

	return Profile{
		Platform:        v1alpha1.PlatformCilium,
		Sources:         []string{"github.com/cilium/cilium Documentation/network/lb-ipam.rst", "github.com/cilium/cilium/pull/13996"},
		External:        Scheme{Label: true, Adopt: adopt},
		Internal:        Scheme{Label: true, Adopt: adopt},
		Classes:         []string{"", "io.cilium/bgp-control-plane", "io.cilium/l2-announcer"},
		Keys:            fixed(addresses, "lbipam.cilium.io/sharing-key"),
		SourceRanges:    true,
		CertificateHint: "Cilium announces addresses and ends no connections",
		ClientAddress:   "with externalTrafficPolicy Local",
	}
}
