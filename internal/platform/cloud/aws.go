// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package cloud

import (
	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// awsPrefix begins the annotations of Amazon's load balancers.
const awsPrefix = "service.beta.kubernetes.io/aws-load-balancer-"

// aws is the AWS Load Balancer Controller. Without the scheme it makes an
// internal load balancer.
func aws() Profile {
	const (
		scheme     = awsPrefix + "scheme"
		deprecated = awsPrefix + "internal"
		class      = "service.k8s.aws/nlb"
	)

	return Profile{
		Platform: v1alpha1.PlatformAWS,
		Sources:  []string{"github.com/kubernetes-sigs/aws-load-balancer-controller docs/guide/service/annotations.md"},
		External: Scheme{
			Class: class,
			Rules: []Rule{{Key: scheme, Value: "internet-facing"}, {Key: deprecated, Also: []string{"false"}}},
			Adopt: &Adopt{What: "the allocation ids of Elastic IPs, one for each subnet", Form: FormIDs, Key: awsPrefix + "eip-allocations"},
		},
		Internal: Scheme{
			Class: class,
			Rules: []Rule{{Key: scheme, Value: "internal"}, {Key: deprecated, Also: []string{"true"}}},
			Adopt: &Adopt{What: "private IPv4 addresses, one for each subnet", Form: FormIPv4, Key: awsPrefix + "private-ipv4-addresses"},
		},
		Keys: append(fixed(
			awsPrefix+"type", awsPrefix+"name", awsPrefix+"subnets", awsPrefix+"eip-allocations",
			awsPrefix+"private-ipv4-addresses", awsPrefix+"ipv6-addresses",
		),
			Key{Name: scheme, Values: []string{"internet-facing", "internal"}, Default: "internal", Fixed: true},
			Key{
				Name: deprecated, Values: []string{"true", "false"}, Fixed: true,
				Means: &Alias{Key: scheme, Values: map[string]string{"true": "internal", "false": "internet-facing"}},
			},
			Key{Name: awsPrefix + "nlb-target-type", Values: []string{"instance", "ip"}, Default: "instance"},
			Key{Name: awsPrefix + "proxy-protocol", Values: []string{"*"}},
			Key{Name: awsPrefix + "ip-address-type", Values: []string{"ipv4", "dualstack"}, Default: "ipv4"},
			Key{Name: awsPrefix + "backend-protocol", Values: []string{"tcp", "ssl"}, Default: "tcp"},
		),
		SourceRanges:  true,
		ProxyProtocol: &Annotation{Key: awsPrefix + "proxy-protocol", Value: "*"},
		Certificate:   &Certificate{ID: awsPrefix + "ssl-cert", Ports: awsPrefix + "ssl-ports"},
		ClientAddress: "with instance targets (the default) and externalTrafficPolicy Local; with ip targets by the PROXY protocol, or by preserve_client_ip.enabled=true in " + awsPrefix + "target-group-attributes",
	}
}
