// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package cloud

import (
	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// ucloudPrefix begins every annotation of UCloud's load balancers.
const ucloudPrefix = "service.beta.kubernetes.io/ucloud-load-balancer-"

// ucloud is UCloud's UK8S. After creation it reads nothing again but the
// bandwidth of the address. An address is billed for a month unless the charge
// type says otherwise, and so are the newer load balancers themselves.
func ucloud() Profile {
	const (
		scheme   = ucloudPrefix + "type"
		protocol = ucloudPrefix + "vserver-protocol"
		listen   = ucloudPrefix + "listentype"
	)

	charge := []string{"month", "year", "dynamic"}
	hourly := Annotation{Key: ucloudPrefix + "paymode", Value: "dynamic", With: &With{Key: listen, Values: []string{"application", "network"}}}
	adopt := &Adopt{
		What:   "the id of a load balancer (ulb-…, alb-… or nlb-…) that UK8S did not create",
		Form:   FormID,
		Key:    ucloudPrefix + "id",
		Drops:  []string{ucloudPrefix + "eip-chargetype", ucloudPrefix + "paymode"},
		Source: "github.com/UCloudDoc-Team/uk8s service/ulb_designation.md",
	}

	return Profile{
		Platform: v1alpha1.PlatformUCloud,
		Sources: []string{
			"github.com/UCloudDoc-Team/uk8s service/annotations.md",
			"github.com/UCloudDoc-Team/uk8s service/externalservice.md",
			"github.com/UCloudDoc-Team/uk8s service/internalservice.md",
			"github.com/UCloudDoc-Team/uk8s service/svc_trafficpolicy.md",
		},
		External: Scheme{
			Rules: []Rule{{Key: scheme, Value: "outer"}},
			Defaults: []Annotation{
				{Key: protocol, Value: "tcp"},
				{Key: ucloudPrefix + "eip-chargetype", Value: "dynamic"},
				hourly,
			},
			Adopt: adopt,
		},
		Internal: Scheme{
			Rules:    []Rule{{Key: scheme, Value: "inner"}},
			Defaults: []Annotation{{Key: protocol, Value: "tcp"}, hourly},
			Adopt:    adopt,
		},
		FixedPrefix: ucloudPrefix,
		Keys: []Key{
			{Name: scheme, Values: []string{"inner", "outer"}, Default: "outer", Fixed: true},
			{Name: protocol, Values: []string{"tcp", "udp", "http", "https"}, Default: "tcp", Fixed: true},
			{Name: listen, Values: []string{"application", "network", "packetstransmit", "requestproxy"}, Fixed: true},
			{
				Name: ucloudPrefix + "vserver-method",
				Values: []string{
					"roundrobin", "source", "consistenthash", "sourceport", "consistenthashport",
					"leastconn", "backup", "sourcehash", "weightleastconn",
				},
				Default: "roundrobin", Fixed: true,
			},
			{Name: ucloudPrefix + "vserver-client-timeout", Fixed: true},
			{Name: ucloudPrefix + "vserver-session-persistence-type", Values: []string{"none", "serverinsert", "userdefined"}, Default: "none", Fixed: true},
			{Name: ucloudPrefix + "vserver-session-persistence-info", Fixed: true},
			{Name: ucloudPrefix + "vserver-ssl-port", Fixed: true},
			{Name: ucloudPrefix + "vserver-ssl-cert", Fixed: true},
			{Name: ucloudPrefix + "vserver-monitor-type", Values: []string{"port", "path", "customize"}, Default: "port", Fixed: true},
			{Name: ucloudPrefix + "vserver-monitor-domain", Fixed: true},
			{Name: ucloudPrefix + "vserver-monitor-path", Fixed: true},
			{Name: ucloudPrefix + "vserver-monitor-reqmsg", Fixed: true},
			{Name: ucloudPrefix + "vserver-monitor-respmsg", Fixed: true},
			{Name: ucloudPrefix + "vserver-enable-direct-endpoint", Values: []string{"true", "false"}, Default: "false", Fixed: true},
			{Name: ucloudPrefix + "subnet-id", Fixed: true},
			{Name: ucloudPrefix + "remove-unscheduled-backend", Values: []string{"true", "false"}, Default: "true", Fixed: true},
			{Name: ucloudPrefix + "paymode", Values: charge, Default: "month", Fixed: true},
			{Name: ucloudPrefix + "quantity", Default: "1", Fixed: true},
			{Name: ucloudPrefix + "firewall-id", Fixed: true},
			{Name: ucloudPrefix + "id", Fixed: true, Source: adopt.Source},
			{Name: ucloudPrefix + "eip-paymode", Values: []string{"traffic", "bandwidth", "sharebandwidth"}, Default: "bandwidth", Fixed: true},
			{Name: ucloudPrefix + "eip-sharebandwidthid", Fixed: true},
			{Name: ucloudPrefix + "eip-bandwidth", Default: "2"},
			{Name: ucloudPrefix + "eip-chargetype", Values: charge, Default: "month", Fixed: true},
			{Name: ucloudPrefix + "eip-quantity", Default: "1", Fixed: true},
			{Name: ucloudPrefix + "eip-operator-name", Fixed: true},
		},
		SourceRangesHint: "UCloud documents no support for them; name a firewall in annotation " + ucloudPrefix + "firewall-id instead",
		Certificate: &Certificate{
			ID:    ucloudPrefix + "vserver-ssl-cert",
			Ports: ucloudPrefix + "vserver-ssl-port",
			Rules: []Rule{{Key: protocol, Value: "https", Also: []string{"http"}}},
		},
		ClientAddress: "with externalTrafficPolicy Local; a node without a pod of the tenant cannot reach the address then",
		Billing:       "UCloud charges for an address, and for a load balancer of type application or network, when it is created, by the month unless the charge type is dynamic",
	}
}
