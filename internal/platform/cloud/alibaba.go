// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package cloud

import (
	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// alibaba is Alibaba Cloud's ACK, with its classic (CLB) and, by class, its
// network load balancers (NLB).
func alibaba() Profile {
	const (
		prefix = "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-"
		old    = "service.beta.kubernetes.io/alicloud-loadbalancer-"
		nlb    = "alibabacloud.com/nlb"
	)

	zones := []Required{{Key: prefix + "zone-maps", Class: nlb, What: "the zones and vSwitches of the network load balancer, at least two"}}
	adopt := &Adopt{
		What: "the id of a load balancer, of which the operator's ports replace the listeners",
		Form: FormID,
		Key:  prefix + "id",
		Also: []Annotation{{Key: prefix + "force-override-listeners", Value: "true"}},
	}
	former := func(name string) Key {
		return Key{Name: old + name, Fixed: true, Means: &Alias{Key: prefix + name}}
	}

	return Profile{
		Platform: v1alpha1.PlatformAlibaba,
		Sources: []string{
			"www.alibabacloud.com/help/en/ack/ack-managed-and-ack-dedicated/user-guide/add-annotations-to-the-yaml-file-of-a-service-to-configure-clb-instances",
			"www.alibabacloud.com/help/en/ack/ack-managed-and-ack-dedicated/user-guide/configure-nlb-instances-by-using-annotations",
			"github.com/kubernetes/cloud-provider-alibaba-cloud docs/usage.md",
		},
		External: Scheme{
			Rules:    []Rule{{Key: prefix + "address-type", Value: "internet"}, {Key: old + "address-type", Also: []string{"internet"}}},
			Required: zones, Adopt: adopt,
		},
		Internal: Scheme{
			Rules:    []Rule{{Key: prefix + "address-type", Value: "intranet"}, {Key: old + "address-type", Also: []string{"intranet"}}},
			Required: zones, Adopt: adopt,
		},
		Classes: []string{"", nlb},
		Keys: append(
			fixed(prefix+"id", prefix+"master-zoneid", prefix+"slave-zoneid", prefix+"vswitch-id"),
			former("id"), former("address-type"), former("master-zoneid"), former("slave-zoneid"), former("vswitch-id"),
			Key{Name: prefix + "address-type", Values: []string{"internet", "intranet"}, Default: "internet", Fixed: true},
			Key{Name: prefix + "force-override-listeners", Values: []string{"true", "false"}, Default: "false"},
		),
		SourceRangesHint: "Alibaba Cloud has access control lists instead: annotations " + prefix + "acl-status, " + prefix + "acl-id and " + prefix + "acl-type",
		Certificate: &Certificate{
			ID: prefix + "cert-id", Ports: prefix + "protocol-port", PortPrefix: "https:", Classes: []string{""},
		},
		ClientAddress: "with externalTrafficPolicy Local",
	}
}
