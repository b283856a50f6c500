// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package cloud

import (
	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// gcp is Google's GKE.
func gcp() Profile {
	const (
		scheme     = "networking.gke.io/load-balancer-type"
		deprecated = "cloud.google.com/load-balancer-type"
	)

	adopt := &Adopt{What: "a reserved address", Field: true}
	internal := []string{"networking.gke.io/l4-regional-internal", "networking.gke.io/l4-regional-internal-legacy"}
	external := []string{"networking.gke.io/l4-regional-external", "networking.gke.io/l4-regional-external-legacy"}

	return Profile{
		Platform: v1alpha1.PlatformGCP,
		Sources: []string{
			"docs.cloud.google.com/kubernetes-engine/docs/concepts/service-load-balancer-parameters",
			"github.com/kubernetes/cloud-provider-gcp providers/gce/gce_annotations.go",
		},
		External: Scheme{
			Rules:   []Rule{{Key: scheme}, {Key: deprecated}},
			Classes: external,
			Adopt:   adopt,
		},
		Internal: Scheme{
			Rules:   []Rule{{Key: scheme, Value: "Internal"}, {Key: deprecated, Also: []string{"Internal", "internal"}}},
			Classes: internal,
			Adopt:   adopt,
		},
		Classes: append(append([]string{""}, external...), internal...),
		Keys: append(
			fixed("networking.gke.io/internal-load-balancer-subnet", "cloud.google.com/l4-rbs"),
			Key{Name: scheme, Values: []string{"Internal"}, Fixed: true},
			Key{Name: deprecated, Fixed: true, Means: &Alias{Key: scheme, Values: map[string]string{"internal": "Internal"}}},
			Key{Name: "cloud.google.com/network-tier", Values: []string{"Standard", "Premium"}, Default: "Premium", Fixed: true},
		),
		SourceRanges:    true,
		CertificateHint: "Google's load balancers for Services pass connections through",
		ClientAddress:   "with externalTrafficPolicy Local",
	}
}
