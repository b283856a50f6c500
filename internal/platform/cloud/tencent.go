// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package cloud

import (
	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// tencent is Tencent Cloud's TKE. An internal load balancer is asked for by the
// subnet that it is to be in, which only the tenant knows.
func tencent() Profile {
	const (
		prefix = "service.kubernetes.io/"
		subnet = prefix + "qcloud-loadbalancer-internal-subnetid"
		exists = prefix + "tke-existed-lbid"
	)

	adopt := &Adopt{
		What: "the id of a load balancer (lb-…) of the cluster's network", Form: FormID, Key: exists,
		Source: "www.tencentcloud.com/document/product/457/36835",
	}

	return Profile{
		Platform: v1alpha1.PlatformTencent,
		Sources: []string{
			"cloud.tencent.com/document/product/457/51258",
			"www.tencentcloud.com/document/product/457/36835",
		},
		External: Scheme{Rules: []Rule{{Key: subnet}}, Adopt: adopt},
		Internal: Scheme{
			Required: []Required{{Key: subnet, What: "the id of the subnet that the load balancer is to be in, such as subnet-xxxxxxxx"}},
			Adopt:    adopt,
		},
		Keys: append(
			fixed(subnet, exists),
			Key{
				Name:   prefix + "qcloud-loadbalancer-internet-charge-type",
				Values: []string{"BANDWIDTH_POSTPAID_BY_HOUR", "TRAFFIC_POSTPAID_BY_HOUR"}, Fixed: true,
			},
		),
		SourceRangesHint: "Tencent Cloud documents no support for them",
		CertificateHint:  "Tencent Cloud takes a Secret that holds the certificate's id, in annotation service.cloud.tencent.com/specify-protocol, and the operator handles no Secrets; set that annotation yourself",
		ClientAddress:    "with externalTrafficPolicy Local",
		Billing:          "Tencent Cloud charges for a load balancer from its creation on, by the hour",
	}
}
