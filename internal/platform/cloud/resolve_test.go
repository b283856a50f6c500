// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package cloud_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/platform/cloud"
)

const (
	ucloud = "service.beta.kubernetes.io/ucloud-load-balancer-"
	aws    = "service.beta.kubernetes.io/aws-load-balancer-"
	ali    = "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-"
	do     = "service.beta.kubernetes.io/do-loadbalancer-"
	subnet = "service.kubernetes.io/qcloud-loadbalancer-internal-subnetid"
	create = "kubernetes.io/elb.autocreate"
	public = `{"type":"public","bandwidth_size":5,"bandwidth_sharetype":"PER","eip_type":"5_bgp"}`
	pool   = "metallb.io/address-pool"
)

type notes = map[string]string

// TestScopes has every platform in both scopes, as far as a tenant needs to say
// nothing more, or what it has to.
func TestScopes(t *testing.T) {
	t.Parallel()

	external, internal := v1alpha1.ScopeExternal, v1alpha1.ScopeInternal

	for name, c := range map[string]struct {
		platform v1alpha1.LoadBalancerPlatform
		scope    v1alpha1.LoadBalancerScope
		own      notes
		want     cloud.Settings
	}{
		"UCloud external": {
			platform: "UCloud", scope: external,
			want: cloud.Settings{Annotations: notes{ucloud + "type": "outer", ucloud + "vserver-protocol": "tcp", ucloud + "eip-chargetype": "dynamic"}},
		},
		"UCloud internal": {
			platform: "UCloud", scope: internal,
			want: cloud.Settings{Annotations: notes{ucloud + "type": "inner", ucloud + "vserver-protocol": "tcp"}},
		},
		"AWS external":       {platform: "AWS", scope: external, want: cloud.Settings{Class: "service.k8s.aws/nlb", Annotations: notes{aws + "scheme": "internet-facing"}}},
		"AWS internal":       {platform: "AWS", scope: internal, want: cloud.Settings{Class: "service.k8s.aws/nlb", Annotations: notes{aws + "scheme": "internal"}}},
		"GCP external":       {platform: "GCP", scope: external},
		"GCP internal":       {platform: "GCP", scope: internal, want: cloud.Settings{Annotations: notes{"networking.gke.io/load-balancer-type": "Internal"}}},
		"Azure external":     {platform: "Azure", scope: external},
		"Azure internal":     {platform: "Azure", scope: internal, want: cloud.Settings{Annotations: notes{"service.beta.kubernetes.io/azure-load-balancer-internal": "true"}}},
		"Alibaba external":   {platform: "Alibaba", scope: external, want: cloud.Settings{Annotations: notes{ali + "address-type": "internet"}}},
		"Alibaba internal":   {platform: "Alibaba", scope: internal, want: cloud.Settings{Annotations: notes{ali + "address-type": "intranet"}}},
		"Tencent external":   {platform: "Tencent", scope: external},
		"Tencent internal":   {platform: "Tencent", scope: internal, own: notes{subnet: "subnet-a"}, want: cloud.Settings{Annotations: notes{subnet: "subnet-a"}}},
		"Huawei external":    {platform: "Huawei", scope: external, own: notes{create: public}, want: cloud.Settings{Annotations: notes{create: public}}},
		"Huawei internal":    {platform: "Huawei", scope: internal, want: cloud.Settings{Annotations: notes{create: `{"type":"inner"}`}}},
		"OpenStack external": {platform: "OpenStack", scope: external},
		"OpenStack internal": {platform: "OpenStack", scope: internal, want: cloud.Settings{Annotations: notes{"service.beta.kubernetes.io/openstack-internal-load-balancer": "true"}}},
		"Oracle external":    {platform: "Oracle", scope: external},
		"Oracle internal": {platform: "Oracle", scope: internal, want: cloud.Settings{Annotations: notes{
			"service.beta.kubernetes.io/oci-load-balancer-internal": "true", "oci-network-load-balancer.oraclecloud.com/internal": "true",
		}}},
		"DigitalOcean external": {platform: "DigitalOcean", scope: external, want: cloud.Settings{Annotations: notes{do + "network": "EXTERNAL"}}},
		"DigitalOcean internal": {platform: "DigitalOcean", scope: internal, want: cloud.Settings{Annotations: notes{do + "network": "INTERNAL"}}},
		"MetalLB external":      {platform: "MetalLB", scope: external},
		"MetalLB internal":      {platform: "MetalLB", scope: internal, own: notes{pool: "inside"}, want: cloud.Settings{Annotations: notes{pool: "inside"}}},
		"Cilium external":       {platform: "Cilium", scope: external, want: cloud.Settings{Label: true}},
		"Cilium internal":       {platform: "Cilium", scope: internal, want: cloud.Settings{Label: true}},
		"None external":         {platform: "None", scope: external},
		"None internal":         {platform: "None", scope: internal, own: notes{"example.com/internal": "yes"}, want: cloud.Settings{Annotations: notes{"example.com/internal": "yes"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			got, err := cloud.Resolve(cloud.Request{Platform: c.platform, Scope: c.scope, Annotations: c.own, Told: len(c.own) > 0})
			if err != nil {
				t.Fatal(err)
			}

			c.want.Platform, c.want.Scope = c.platform, c.scope
			if diff := cmp.Diff(c.want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("settings (-want +got):\n%s", diff)
			}
		})
	}
}

// TestOptions has what tenants ask for beside a scope.
func TestOptions(t *testing.T) {
	t.Parallel()

	certificate := &v1alpha1.LoadBalancerCertificate{ID: "cert-a", Ports: []int32{443}}

	for name, c := range map[string]struct {
		request cloud.Request
		want    cloud.Settings
	}{
		"UCloud's keys of the tenant win over defaults": {
			cloud.Request{Platform: "UCloud", Annotations: notes{ucloud + "eip-chargetype": "month", ucloud + "eip-bandwidth": "10"}},
			cloud.Settings{Annotations: notes{ucloud + "type": "outer", ucloud + "vserver-protocol": "tcp", ucloud + "eip-chargetype": "month", ucloud + "eip-bandwidth": "10"}},
		},
		"a network load balancer of UCloud's is charged by use, too": {
			cloud.Request{Platform: "UCloud", Scope: "Internal", Annotations: notes{ucloud + "listentype": "network"}},
			cloud.Settings{Annotations: notes{ucloud + "type": "inner", ucloud + "vserver-protocol": "tcp", ucloud + "listentype": "network", ucloud + "paymode": "dynamic"}},
		},
		"a certificate at UCloud": {
			cloud.Request{Platform: "UCloud", Scope: "Internal", Certificate: certificate},
			cloud.Settings{Plain: []int32{443}, Annotations: notes{
				ucloud + "type": "inner", ucloud + "vserver-protocol": "https", ucloud + "vserver-ssl-cert": "cert-a", ucloud + "vserver-ssl-port": "443",
			}},
		},
		"a certificate at UCloud's application load balancer": {
			cloud.Request{Platform: "UCloud", Scope: "Internal", Certificate: certificate, Annotations: notes{ucloud + "vserver-protocol": "http", ucloud + "listentype": "application"}},
			cloud.Settings{Plain: []int32{443}, Annotations: notes{
				ucloud + "type": "inner", ucloud + "vserver-protocol": "http", ucloud + "listentype": "application", ucloud + "paymode": "dynamic",
				ucloud + "vserver-ssl-cert": "cert-a", ucloud + "vserver-ssl-port": "443",
			}},
		},
		"a load balancer of UCloud's that exists": {
			cloud.Request{Platform: "UCloud", Address: "ulb-a"},
			cloud.Settings{Annotations: notes{ucloud + "type": "outer", ucloud + "vserver-protocol": "tcp", ucloud + "id": "ulb-a"}},
		},
		"a certificate on both ports at AWS": {
			cloud.Request{Platform: "AWS", Certificate: &v1alpha1.LoadBalancerCertificate{ID: "arn:a", Ports: []int32{443, 80}}},
			cloud.Settings{Class: "service.k8s.aws/nlb", Plain: []int32{80, 443}, Annotations: notes{
				aws + "scheme": "internet-facing", aws + "ssl-cert": "arn:a", aws + "ssl-ports": "80,443",
			}},
		},
		"the PROXY protocol at AWS": {
			cloud.Request{Platform: "AWS", ProxyProtocol: true},
			cloud.Settings{Class: "service.k8s.aws/nlb", Annotations: notes{aws + "scheme": "internet-facing", aws + "proxy-protocol": "*"}},
		},
		"addresses of AWS's that exist": {
			cloud.Request{Platform: "AWS", Address: "eipalloc-a,eipalloc-b"},
			cloud.Settings{Class: "service.k8s.aws/nlb", Annotations: notes{aws + "scheme": "internet-facing", aws + "eip-allocations": "eipalloc-a,eipalloc-b"}},
		},
		"private addresses of AWS's": {
			cloud.Request{Platform: "AWS", Scope: "Internal", Address: "10.0.0.1"},
			cloud.Settings{Class: "service.k8s.aws/nlb", Annotations: notes{aws + "scheme": "internal", aws + "private-ipv4-addresses": "10.0.0.1"}},
		},
		"a class of GCP's that says the scope itself": {
			cloud.Request{Platform: "GCP", Scope: "Internal", Class: "networking.gke.io/l4-regional-internal"},
			cloud.Settings{Class: "networking.gke.io/l4-regional-internal"},
		},
		"an address of GCP's": {
			cloud.Request{Platform: "GCP", Address: "192.0.2.1"},
			cloud.Settings{LoadBalancerIP: "192.0.2.1"},
		},
		"an address of either family of Azure's": {
			cloud.Request{Platform: "Azure", Address: "2001:db8::1"},
			cloud.Settings{Annotations: notes{"service.beta.kubernetes.io/azure-load-balancer-ipv6": "2001:db8::1"}},
		},
		"an IPv4 address of Azure's": {
			cloud.Request{Platform: "Azure", Address: "192.0.2.1"},
			cloud.Settings{Annotations: notes{"service.beta.kubernetes.io/azure-load-balancer-ipv4": "192.0.2.1"}},
		},
		"a network load balancer of Alibaba's": {
			cloud.Request{Platform: "Alibaba", Scope: "Internal", Class: "alibabacloud.com/nlb", Annotations: notes{ali + "zone-maps": "a:b,c:d"}},
			cloud.Settings{Class: "alibabacloud.com/nlb", Annotations: notes{ali + "address-type": "intranet", ali + "zone-maps": "a:b,c:d"}},
		},
		"a load balancer of Alibaba's that exists": {
			cloud.Request{Platform: "Alibaba", Address: "lb-a"},
			cloud.Settings{Annotations: notes{ali + "address-type": "internet", ali + "id": "lb-a", ali + "force-override-listeners": "true"}},
		},
		"a certificate at Alibaba": {
			cloud.Request{Platform: "Alibaba", Certificate: certificate},
			cloud.Settings{Plain: []int32{443}, Annotations: notes{ali + "address-type": "internet", ali + "cert-id": "cert-a", ali + "protocol-port": "https:443"}},
		},
		"an internal load balancer of Tencent's that exists needs no subnet": {
			cloud.Request{Platform: "Tencent", Scope: "Internal", Address: "lb-a"},
			cloud.Settings{Annotations: notes{"service.kubernetes.io/tke-existed-lbid": "lb-a"}},
		},
		"a load balancer of Huawei's that exists is not created": {
			cloud.Request{Platform: "Huawei", Address: "a-b"},
			cloud.Settings{Annotations: notes{"kubernetes.io/elb.id": "a-b"}},
		},
		"a certificate at Huawei": {
			cloud.Request{Platform: "Huawei", Scope: "Internal", Certificate: certificate},
			cloud.Settings{Plain: []int32{443}, Annotations: notes{create: `{"type":"inner"}`, "kubernetes.io/elb.cert-id": "cert-a", "kubernetes.io/elb.protocol-port": "https:443"}},
		},
		"a floating IP of OpenStack's with the PROXY protocol": {
			cloud.Request{Platform: "OpenStack", Address: "192.0.2.1", ProxyProtocol: true},
			cloud.Settings{LoadBalancerIP: "192.0.2.1", Annotations: notes{"loadbalancer.openstack.org/proxy-protocol": "true"}},
		},
		"the PROXY protocol of a version at OpenStack": {
			cloud.Request{Platform: "OpenStack", ProxyProtocol: true, Annotations: notes{"loadbalancer.openstack.org/proxy-protocol": "v2"}},
			cloud.Settings{Annotations: notes{"loadbalancer.openstack.org/proxy-protocol": "v2"}},
		},
		"reserved addresses of Oracle's": {
			cloud.Request{Platform: "Oracle", Address: "192.0.2.1"},
			cloud.Settings{Annotations: notes{"oci.oraclecloud.com/reserved-ips": "192.0.2.1"}},
		},
		"a Secret with a certificate at Oracle": {
			cloud.Request{Platform: "Oracle", Certificate: certificate},
			cloud.Settings{Plain: []int32{443}, Annotations: notes{
				"service.beta.kubernetes.io/oci-load-balancer-tls-secret": "cert-a", "service.beta.kubernetes.io/oci-load-balancer-ssl-ports": "443",
			}},
		},
		"a certificate at DigitalOcean": {
			cloud.Request{Platform: "DigitalOcean", Certificate: certificate, ProxyProtocol: true, SourceRanges: true},
			cloud.Settings{Plain: []int32{443}, Annotations: notes{
				do + "network": "EXTERNAL", do + "certificate-id": "cert-a", do + "tls-ports": "443", do + "enable-proxy-protocol": "true",
			}},
		},
		"addresses of MetalLB's need no pool": {
			cloud.Request{Platform: "MetalLB", Scope: "Internal", Address: "10.0.0.1,2001:db8::1"},
			cloud.Settings{Annotations: notes{"metallb.io/loadBalancerIPs": "10.0.0.1,2001:db8::1"}},
		},
		"addresses of Cilium's": {
			cloud.Request{Platform: "Cilium", Class: "io.cilium/l2-announcer", Address: "10.0.0.1"},
			cloud.Settings{Class: "io.cilium/l2-announcer", Label: true, Annotations: notes{"lbipam.cilium.io/ips": "10.0.0.1"}},
		},
		"no platform, in no words at all": {
			cloud.Request{Class: "example.com/lb", SourceRanges: true, ProxyProtocol: true, Annotations: notes{ucloud + "type": "OUTER"}},
			cloud.Settings{Class: "example.com/lb", Annotations: notes{ucloud + "type": "OUTER"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			if c.request.Scope == "" {
				c.request.Scope = v1alpha1.ScopeExternal
			}

			got, err := cloud.Resolve(c.request)
			if err != nil {
				t.Fatal(err)
			}

			c.want.Scope, c.want.Platform = c.request.Scope, got.Platform
			if diff := cmp.Diff(c.want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("settings (-want +got):\n%s", diff)
			}
		})
	}
}

// TestRefusals has what no load balancer is asked for, and what is said instead.
func TestRefusals(t *testing.T) {
	t.Parallel()

	certificate := &v1alpha1.LoadBalancerCertificate{ID: "cert-a", Ports: []int32{443}}

	for name, c := range map[string]struct {
		request cloud.Request
		want    string
	}{
		"no platform, internal, and nobody says how": {
			cloud.Request{Scope: "Internal"},
			"scope: without a platform the operator does not know how to ask for an internal load balancer, and would expose the tenant to the internet; set platform, or the annotations or class that ask for it",
		},
		"an annotation for the other scope": {
			cloud.Request{Platform: "UCloud", Scope: "Internal", Annotations: notes{ucloud + "type": "outer"}},
			`annotations: ` + ucloud + `type is "outer", but scope Internal on platform UCloud needs inner; remove the annotation, or ask for what it says`,
		},
		"an annotation where its absence says the scope": {
			cloud.Request{Platform: "GCP", Annotations: notes{"networking.gke.io/load-balancer-type": "Internal"}},
			`annotations: networking.gke.io/load-balancer-type is "Internal", but scope External on platform GCP needs no such annotation; remove the annotation, or ask for what it says`,
		},
		"a deprecated annotation for the other scope": {
			cloud.Request{Platform: "AWS", Annotations: notes{aws + "internal": "true"}},
			`annotations: ` + aws + `internal is "true", but scope External on platform AWS needs false; remove the annotation, or ask for what it says`,
		},
		"a value in the wrong case": {
			cloud.Request{Platform: "UCloud", Annotations: notes{ucloud + "eip-chargetype": "Dynamic"}},
			`annotations: ` + ucloud + `eip-chargetype is "Dynamic", and platform UCloud takes only month, year, dynamic there`,
		},
		"a JSON object for the other scope": {
			cloud.Request{Platform: "Huawei", Scope: "Internal", Annotations: notes{create: public}},
			`annotations: ` + create + ` is ` + quoted(public) + `, but scope Internal on platform Huawei needs a JSON object with type inner; remove the annotation, or ask for what it says`,
		},
		"no JSON object": {
			cloud.Request{Platform: "Huawei", Annotations: notes{create: "public"}},
			`annotations: ` + create + ` is "public", but scope External on platform Huawei needs a JSON object with type public; remove the annotation, or ask for what it says`,
		},
		"what only the tenant knows": {
			cloud.Request{Platform: "Tencent", Scope: "Internal"},
			"annotations: scope Internal on platform Tencent needs " + subnet + ": the id of the subnet that the load balancer is to be in, such as subnet-xxxxxxxx",
		},
		"what only the tenant knows of a class": {
			cloud.Request{Platform: "Alibaba", Class: "alibabacloud.com/nlb"},
			"annotations: scope External on platform Alibaba needs " + ali + "zone-maps: the zones and vSwitches of the network load balancer, at least two",
		},
		"an internal subnet of an external load balancer": {
			cloud.Request{Platform: "Tencent", Annotations: notes{subnet: "subnet-a"}},
			`annotations: ` + subnet + ` is "subnet-a", but scope External on platform Tencent needs no such annotation; remove the annotation, or ask for what it says`,
		},
		"no pool for internal addresses": {
			cloud.Request{Platform: "MetalLB", Scope: "Internal"},
			"annotations: scope Internal on platform MetalLB needs " + pool + ": the name of the IPAddressPool of internal addresses",
		},
		"an allow list that nobody enforces": {
			cloud.Request{Platform: "UCloud", SourceRanges: true},
			"allowedSourceRanges: on platform UCloud every client would get through: UCloud documents no support for them; name a firewall in annotation " + ucloud + "firewall-id instead",
		},
		"a certificate where there is none": {
			cloud.Request{Platform: "MetalLB", Certificate: certificate},
			"certificate: on platform MetalLB there is none to name: MetalLB announces addresses and ends no connections; have the controller end TLS, or use one of UCloud, AWS, Alibaba, Huawei, Oracle, DigitalOcean",
		},
		"a certificate with a class whose keys are not known": {
			cloud.Request{Platform: "Alibaba", Class: "alibabacloud.com/nlb", Certificate: certificate, Annotations: notes{ali + "zone-maps": "a:b,c:d"}},
			"certificate: the operator does not know its keys for load balancer class alibabacloud.com/nlb of platform Alibaba; omit class, or set the annotations yourself",
		},
		"a certificate that contradicts an annotation": {
			cloud.Request{Platform: "UCloud", Certificate: certificate, Annotations: notes{ucloud + "vserver-protocol": "tcp"}},
			`annotations: ` + ucloud + `vserver-protocol is "tcp", but a certificate needs https; remove the annotation, or ask for what it says`,
		},
		"another certificate in an annotation": {
			cloud.Request{Platform: "AWS", Certificate: certificate, Annotations: notes{aws + "ssl-cert": "cert-b"}},
			`annotations: ` + aws + `ssl-cert is "cert-b", but certificate.id needs cert-a; remove the annotation, or ask for what it says`,
		},
		"an address where none can be named": {
			cloud.Request{Platform: "DigitalOcean", Address: "192.0.2.1"},
			"adopt.address: platform DigitalOcean documents no key for it with scope External; the platforms that do are UCloud, AWS, GCP, Azure, Alibaba, Tencent, Huawei, OpenStack, Oracle, MetalLB, Cilium",
		},
		"an internal address where only external ones can be named": {
			cloud.Request{Platform: "OpenStack", Scope: "Internal", Address: "10.0.0.1"},
			"adopt.address: platform OpenStack documents no key for it with scope Internal; the platforms that do are UCloud, AWS, GCP, Azure, Alibaba, Tencent, Huawei, Oracle, MetalLB, Cilium",
		},
		"an id where an address is taken": {
			cloud.Request{Platform: "Azure", Address: "pip-a"},
			`adopt.address: "pip-a" is no IP address; the platform takes a reserved address`,
		},
		"an id in a field of addresses": {
			cloud.Request{Platform: "GCP", Address: "my-address"},
			`adopt.address: "my-address" is no IP address; the platform takes a reserved address`,
		},
		"a name where MetalLB takes addresses": {
			cloud.Request{Platform: "MetalLB", Address: "not-an-ip"},
			`adopt.address: "not-an-ip" is no IP address; the platform takes addresses of a pool, one of each family at most`,
		},
		"a name in MetalLB's annotation": {
			cloud.Request{Platform: "MetalLB", Annotations: notes{"metallb.io/loadBalancerIPs": "not-an-ip"}},
			`annotations: metallb.io/loadBalancerIPs: "not-an-ip" is no IP address; the platform takes addresses of a pool, one of each family at most`,
		},
		"a name in MetalLB's former annotation": {
			cloud.Request{Platform: "MetalLB", Annotations: notes{"metallb.universe.tf/loadBalancerIPs": "192.0.2.1,"}},
			`annotations: metallb.universe.tf/loadBalancerIPs: "" is no IP address; the platform takes addresses of a pool, one of each family at most`,
		},
		"two addresses of a family": {
			cloud.Request{Platform: "MetalLB", Address: "192.0.2.1,192.0.2.2"},
			`adopt.address: 192.0.2.1 and 192.0.2.2 are of one family; the platform takes addresses of a pool, one of each family at most`,
		},
		"a name where Cilium takes addresses": {
			cloud.Request{Platform: "Cilium", Address: "192.0.2.1,pool-a"},
			`adopt.address: "pool-a" is no IP address; the platform takes addresses of a pool`,
		},
		"an address with leading zeros": {
			cloud.Request{Platform: "Cilium", Address: "192.0.2.01"},
			`adopt.address: "192.0.2.01" is no IP address; the platform takes addresses of a pool`,
		},
		"an IPv4 address as an IPv6 one": {
			cloud.Request{Platform: "MetalLB", Address: "::ffff:192.0.2.1"},
			`adopt.address: ::ffff:192.0.2.1 is an IPv4 address that is written as an IPv6 one: write 192.0.2.1; the platform takes addresses of a pool, one of each family at most`,
		},
		"no address at all": {
			cloud.Request{Platform: "GCP", Address: "0.0.0.0"},
			`adopt.address: no load balancer has the address 0.0.0.0; the platform takes a reserved address`,
		},
		"several addresses where one is taken": {
			cloud.Request{Platform: "OpenStack", Address: "192.0.2.1,192.0.2.2"},
			`adopt.address: "192.0.2.1,192.0.2.2" is no IP address; the platform takes a floating IP`,
		},
		"an IPv6 address where IPv4 ones are taken": {
			cloud.Request{Platform: "AWS", Scope: "Internal", Address: "10.0.0.1,2001:db8::1"},
			`adopt.address: 2001:db8::1 is no IPv4 address; the platform takes private IPv4 addresses, one for each subnet`,
		},
		"an address where ids are taken": {
			cloud.Request{Platform: "AWS", Address: "192.0.2.1"},
			`adopt.address: 192.0.2.1 is an IP address and no id; the platform takes the allocation ids of Elastic IPs, one for each subnet`,
		},
		"an address where an id is taken": {
			cloud.Request{Platform: "Huawei", Address: "192.0.2.1"},
			`adopt.address: 192.0.2.1 is an IP address and no id; the platform takes the id of a load balancer`,
		},
		"several ids where one is taken": {
			cloud.Request{Platform: "Tencent", Address: "lb-a,lb-b"},
			`adopt.address: "lb-a,lb-b" is no id; the platform takes the id of a load balancer (lb-…) of the cluster's network`,
		},
		"a name where Oracle takes an address": {
			cloud.Request{Platform: "Oracle", Address: "ocid1.publicip"},
			`adopt.address: "ocid1.publicip" is no IP address; the platform takes a reserved public address`,
		},
		"something that exists and is to be created": {
			cloud.Request{Platform: "Huawei", Address: "a-b", Annotations: notes{create: public}},
			"annotations: " + create + " creates what adopt.address says exists; remove one of the two",
		},
		"another address in an annotation": {
			cloud.Request{Platform: "MetalLB", Address: "192.0.2.1", Annotations: notes{"metallb.io/loadBalancerIPs": "192.0.2.2"}},
			`annotations: metallb.io/loadBalancerIPs is "192.0.2.2", but adopt.address needs 192.0.2.1; remove the annotation, or ask for what it says`,
		},
		"a class for the other scope": {
			cloud.Request{Platform: "GCP", Class: "networking.gke.io/l4-regional-internal"},
			"class: networking.gke.io/l4-regional-internal is for the other scope, but External is asked for; omit class, or change scope",
		},
		"a class whose keys are not known": {
			cloud.Request{Platform: "Cilium", Class: "example.com/lb"},
			"class: example.com/lb: the operator knows the keys of platform Cilium for load balancer class io.cilium/bgp-control-plane, io.cilium/l2-announcer only; name one of these, or set platform to None and the annotations yourself",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			if c.request.Scope == "" {
				c.request.Scope = v1alpha1.ScopeExternal
			}

			_, err := cloud.Resolve(c.request)

			if _, ok := errors.AsType[*cloud.RefusedError](err); !ok {
				t.Fatalf("error %v, want a refusal", err)
			}

			if diff := cmp.Diff(c.want, err.Error()); diff != "" {
				t.Errorf("message (-want +got):\n%s", diff)
			}
		})
	}
}
