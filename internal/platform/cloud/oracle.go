// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package cloud

import (
	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// oracle is Oracle Cloud's OKE, with its load balancers and, by annotation, its
// network load balancers. Each has a key of its own for the scope, and reads
// only that.
func oracle() Profile {
	const (
		prefix  = "service.beta.kubernetes.io/oci-load-balancer-"
		network = "oci-network-load-balancer.oraclecloud.com/"
		common  = "oci.oraclecloud.com/"
		kind    = common + "load-balancer-type"
	)

	return Profile{
		Platform: v1alpha1.PlatformOracle,
		Sources: []string{
			"github.com/oracle/oci-cloud-controller-manager docs/load-balancer-annotations.md",
			"docs.oracle.com/en-us/iaas/Content/ContEng/Tasks/contengcreatingloadbalancer_topic-Summaryofannotations.htm",
		},
		External: Scheme{
			Rules: []Rule{{Key: prefix + "internal", Also: []string{"false"}}, {Key: network + "internal", Also: []string{"false"}}},
			Adopt: &Adopt{
				What: "a reserved public address", Form: FormFamilies, Key: common + "reserved-ips",
				Source: "docs.oracle.com/iaas/releasenotes/conteng/conteng-LB-NLB-annotation-for-Reserved-IPv4.htm",
			},
		},
		Internal: Scheme{
			Rules: []Rule{{Key: prefix + "internal", Value: "true"}, {Key: network + "internal", Value: "true"}},
			Adopt: &Adopt{
				What: "a reserved private address, from Kubernetes 1.32 on", Form: FormFamilies, Key: common + "reserved-private-ips",
				Source: "docs.oracle.com/iaas/releasenotes/conteng/conteng-Reserved-private-IP-address-LB-NLB-NIC.htm",
			},
		},
		Keys: append(
			fixed(prefix+"subnet1", prefix+"subnet2", network+"subnet", common+"reserved-ips", common+"reserved-private-ips"),
			Key{Name: prefix + "internal", Values: []string{"true", "false"}, Default: "false", Fixed: true, With: &With{Key: kind, Values: []string{"lb"}}},
			Key{Name: network + "internal", Values: []string{"true", "false"}, Default: "false", Fixed: true, With: &With{Key: kind, Values: []string{"nlb"}}},
			Key{Name: kind, Values: []string{"lb", "nlb"}, Default: "lb", Fixed: true},
		),
		SourceRangesHint: "the operator's sources do not say whether Oracle Cloud honours them; use the security lists of the load balancer's subnet",
		Certificate:      &Certificate{ID: prefix + "tls-secret", Ports: prefix + "ssl-ports"},
		ClientAddress:    "with a network load balancer, " + network + "is-preserve-source and externalTrafficPolicy Local",
	}
}
