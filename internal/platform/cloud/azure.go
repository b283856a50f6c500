// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package cloud

import (
	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// azure is Microsoft's AKS and the Azure cloud provider.
func azure() Profile {
	const (
		prefix = "service.beta.kubernetes.io/azure-"
		scheme = prefix + "load-balancer-internal"
	)

	adopt := &Adopt{What: "a reserved address", IPv4: prefix + "load-balancer-ipv4", IPv6: prefix + "load-balancer-ipv6"}

	return Profile{
		Platform: v1alpha1.PlatformAzure,
		Sources:  []string{"github.com/kubernetes-sigs/cloud-provider-azure site/content/en/topics/loadbalancer.md"},
		External: Scheme{Rules: []Rule{{Key: scheme, Also: []string{"false"}}}, Adopt: adopt},
		Internal: Scheme{Rules: []Rule{{Key: scheme, Value: "true"}}, Adopt: adopt},
		Keys: append(
			fixed(
				prefix+"load-balancer-internal-subnet", prefix+"load-balancer-ipv4", prefix+"load-balancer-ipv6",
				prefix+"load-balancer-mode", prefix+"load-balancer-resource-group",
				prefix+"pip-name", prefix+"pip-name-ipv6", prefix+"pip-prefix-id", prefix+"pip-prefix-id-ipv6",
			),
			Key{Name: scheme, Values: []string{"true", "false"}, Default: "false", Fixed: true},
		),
		SourceRanges:    true,
		CertificateHint: "Azure's load balancers pass connections through",
		ClientAddress:   "with externalTrafficPolicy Local",
	}
}
