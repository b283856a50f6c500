// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package cloud

import (
	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// openstack is OpenStack's Octavia, by its cloud controller manager.
func openstack() Profile {
	const (
		prefix = "loadbalancer.openstack.org/"
		scheme = "service.beta.kubernetes.io/openstack-internal-load-balancer"
	)

	return Profile{
		Platform: v1alpha1.PlatformOpenStack,
		Sources: []string{
			"github.com/kubernetes/cloud-provider-openstack docs/openstack-cloud-controller-manager/expose-applications-using-loadbalancer-type-service.md",
			"github.com/kubernetes/cloud-provider-openstack pkg/openstack/loadbalancer.go",
		},
		External: Scheme{
			Rules: []Rule{{Key: scheme, Also: []string{"false"}}},
			Adopt: &Adopt{What: "a floating IP", Field: true},
		},
		Internal: Scheme{Rules: []Rule{{Key: scheme, Value: "true"}}},
		Keys: append(
			fixed(
				prefix+"floating-network-id", prefix+"floating-subnet", prefix+"floating-subnet-id", prefix+"floating-subnet-tags",
				prefix+"class", prefix+"subnet-id", prefix+"network-id", prefix+"port-id", prefix+"flavor-id", prefix+"availability-zone",
			),
			Key{Name: scheme, Values: []string{"true", "false"}, Default: "false", Fixed: true},
			Key{Name: prefix + "proxy-protocol", Values: []string{"true", "false", "v1", "v2"}, Default: "false"},
			Key{Name: prefix + "keep-floatingip", Values: []string{"true", "false"}, Default: "false"},
		),
		SourceRanges:    true,
		ProxyProtocol:   &Annotation{Key: prefix + "proxy-protocol", Value: "true"},
		CertificateHint: "the operator knows no key of OpenStack's that gives a certificate to some ports only",
		ClientAddress:   "by the PROXY protocol",
	}
}
