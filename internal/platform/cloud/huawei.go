// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package cloud

import (
	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// huawei is Huawei Cloud's CCE. An external load balancer needs its bandwidth
// and the type of its address, which only the tenant knows.
func huawei() Profile {
	const (
		prefix = "kubernetes.io/elb."
		create = prefix + "autocreate"
	)

	adopt := &Adopt{What: "the id of a load balancer", Form: FormID, Key: prefix + "id", Excludes: []string{create}}

	return Profile{
		Platform: v1alpha1.PlatformHuawei,
		Sources: []string{
			"support.huaweicloud.com/intl/en-us/usermanual-cce/cce_10_0385.html",
			"support.huaweicloud.com/usermanual-cce/cce_10_0683.html",
		},
		External: Scheme{
			Rules: []Rule{{Key: create, Field: "type", Value: "public", Unless: prefix + "id"}},
			Required: []Required{{
				Key: create, What: `the load balancer to create, such as {"type":"public","bandwidth_name":"blog","bandwidth_chargemode":"traffic","bandwidth_size":5,"bandwidth_sharetype":"PER","eip_type":"5_bgp"}`,
			}},
			Adopt: adopt,
		},
		Internal: Scheme{
			Rules: []Rule{{Key: create, Field: "type", Value: "inner", Set: `{"type":"inner"}`, Unless: prefix + "id"}},
			Adopt: adopt,
		},
		Keys: append(
			fixed(prefix+"id", create, prefix+"subnet-id", prefix+"enterpriseID"),
			Key{Name: prefix + "class", Values: []string{"union", "performance"}, Default: "union", Fixed: true},
		),
		SourceRangesHint: "Huawei Cloud has access control lists of its own, which are set by annotations",
		Certificate:      &Certificate{ID: prefix + "cert-id", Ports: prefix + "protocol-port", PortPrefix: "https:"},
		ClientAddress:    "with load balancers of class performance; with those of class union by an annotation of Huawei Cloud's",
		Billing:          "Huawei Cloud charges for the address and the load balancer from their creation on",
	}
}
