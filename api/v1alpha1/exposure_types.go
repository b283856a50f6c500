// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

// ExposureSpec is how clients reach a tenant's controller.
//
// +union
// +kubebuilder:validation:XValidation:rule="self.type == 'LoadBalancer' || !has(self.loadBalancer)",message="`loadBalancer` may be set only when `type` is `LoadBalancer`"
// +kubebuilder:validation:XValidation:rule="self.type == 'NodePort' || !has(self.nodePort)",message="`nodePort` may be set only when `type` is `NodePort`"
// +kubebuilder:validation:XValidation:rule="!has(self.externalTrafficPolicy) || !has(self.loadBalancer) || !has(self.loadBalancer.adopt) || !has(self.loadBalancer.adopt.serviceName)",message="`externalTrafficPolicy` may not be set with `loadBalancer.adopt.serviceName`: it is as the Service has it"
// +kubebuilder:validation:XValidation:rule="self.type != 'ClusterIP' || !has(self.externalTrafficPolicy)",message="`externalTrafficPolicy` may not be set when `type` is `ClusterIP`: there is no external traffic"
type ExposureSpec struct {
	// type is the kind of exposure: `LoadBalancer` gives the tenant an address
	// of its own, `NodePort` a port on every node, `ClusterIP` an address inside
	// the cluster only.
	// +required
	// +unionDiscriminator
	Type ExposureType `json:"type,omitempty"`

	// externalTrafficPolicy is which nodes answer for the tenant. With `Local`
	// only nodes that run a controller pod do, and the controller sees the
	// client's address. With `Cluster` every node does, and the controller may
	// see a node's address instead. Omitted, it is `Cluster`.
	// +optional
	ExternalTrafficPolicy ExternalTrafficPolicy `json:"externalTrafficPolicy,omitempty"`

	// clientAddress is where the controller learns a client's address from,
	// other than from the connection itself. Omitted, it is the connection's.
	// +optional
	ClientAddress *ClientAddressSpec `json:"clientAddress,omitempty"`

	// loadBalancer configures an exposure of type `LoadBalancer`. Omitted, the
	// cluster's default load balancer is used.
	// +optional
	// +unionMember
	LoadBalancer *LoadBalancerExposure `json:"loadBalancer,omitempty"`

	// nodePort configures an exposure of type `NodePort`. Omitted, the cluster
	// picks the ports.
	// +optional
	// +unionMember
	NodePort *NodePortExposure `json:"nodePort,omitempty"`
}

// ExposureType is a kind of exposure.
//
// +kubebuilder:validation:Enum=LoadBalancer;NodePort;ClusterIP
type ExposureType string

// The values of ExposureType.
const (
	ExposureLoadBalancer ExposureType = "LoadBalancer"
	ExposureNodePort     ExposureType = "NodePort"
	ExposureClusterIP    ExposureType = "ClusterIP"
)

// ClientAddressSpec is where a controller learns clients' addresses from when
// connections reach it through proxies.
//
// +kubebuilder:validation:MinProperties=1
type ClientAddressSpec struct {
	// proxyProtocol is for load balancers that send the PROXY protocol. Omitted,
	// the controller does not speak it.
	// +optional
	ProxyProtocol *TrustedSources `json:"proxyProtocol,omitempty"`

	// forwardedHeaders is for proxies that send `X-Forwarded-For` and its kin.
	// Omitted, the controller replaces these headers.
	// +optional
	ForwardedHeaders *TrustedSources `json:"forwardedHeaders,omitempty"`
}

// TrustedSources are the proxies that are believed.
type TrustedSources struct {
	// trustedRanges are the proxies' address ranges in CIDR notation, 1 to 32.
	// Whoever connects from one can claim any client address.
	// +required
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=32
	TrustedRanges []CIDR `json:"trustedRanges,omitempty"`
}

// ExternalTrafficPolicy is which nodes answer for a tenant.
//
// +kubebuilder:validation:Enum=Cluster;Local
type ExternalTrafficPolicy string

// The values of ExternalTrafficPolicy.
const (
	ExternalTrafficCluster ExternalTrafficPolicy = "Cluster"
	ExternalTrafficLocal   ExternalTrafficPolicy = "Local"
)

// LoadBalancerExposure configures a tenant's load balancers.
//
// A change that the cloud cannot make to a load balancer that is there is not
// made: the load balancer stays, and the `Progressing` condition says what
// waits, what it costs and which command makes it.
//
// +kubebuilder:validation:MinProperties=1
// +kubebuilder:validation:XValidation:rule="!has(self.internal) || has(self.scope) && self.scope == 'Both'",message="`internal` may be set only when `scope` is `Both`: of a single load balancer the fields beside it tell everything"
// +kubebuilder:validation:XValidation:rule="!has(self.adopt) || !has(self.adopt.serviceName) || !(has(self.platform) || has(self.class) || has(self.allowedSourceRanges) || has(self.annotations) || has(self.certificate))",message="with `adopt.serviceName`, only `scope` may be set beside it: everything else is as the Service has it"
// +kubebuilder:validation:XValidation:rule="!has(self.adopt) || !has(self.adopt.serviceName) || !has(self.scope) || self.scope != 'Both'",message="with `adopt.serviceName`, `scope` may not be `Both`: a Service has one load balancer"
type LoadBalancerExposure struct {
	// scope is which clients reach the tenant: `External` gives it an address on
	// the internet, `Internal` one inside the cloud's private network, `Both` one
	// of each. Omitted, it is `External`.
	// +optional
	Scope LoadBalancerScope `json:"scope,omitempty"`

	// platform is whose load balancers these are: the operator then sets the
	// annotations and the class that the scope needs there, and refuses what the
	// platform cannot do. With `None` it sets none of its own, and `Internal` has
	// to be asked for by `annotations` or `class`. Omitted, it is `None`.
	// +optional
	Platform LoadBalancerPlatform `json:"platform,omitempty"`

	// The settings of the load balancer, or of both where `internal` does not
	// say otherwise.
	LoadBalancerSettings `json:",inline"`

	// adopt has the load balancer use what exists already: an address at the
	// cloud, or a Service. Omitted, the cloud assigns an address.
	// +optional
	Adopt *LoadBalancerAdoption `json:"adopt,omitempty"`

	// internal is how the internal load balancer differs from the external one
	// where the scope is `Both`. Omitted, it does not but for its scope.
	// +optional
	Internal *InternalLoadBalancer `json:"internal,omitempty"`
}

// InternalLoadBalancer configures the internal load balancer of two. A field
// that is omitted is as that of the other, but for `adopt`: an address is given
// to one only.
//
// +kubebuilder:validation:MinProperties=1
type InternalLoadBalancer struct {
	// The settings in which it differs.
	LoadBalancerSettings `json:",inline"`

	// adopt has the load balancer use an address that exists already. Omitted,
	// the cloud assigns one.
	// +optional
	Adopt *AddressAdoption `json:"adopt,omitempty"`
}

// LoadBalancerSettings configures one load balancer.
//
// +kubebuilder:validation:MinProperties=1
type LoadBalancerSettings struct {
	// class is the load balancer implementation (`spec.loadBalancerClass` of
	// the Service), such as `service.k8s.aws/nlb`. Omitted, it is the platform's
	// for the scope, or the cluster's default.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=317
	// +kubebuilder:validation:Pattern=`^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$`
	// +kubebuilder:validation:XValidation:rule="self.indexOf('/') <= 253",message="the part before the `/` must be at most 253 characters"
	Class string `json:"class,omitempty"`

	// allowedSourceRanges are the client address ranges that may reach the
	// tenant, in CIDR notation, at most 64. A platform that is known not to
	// support source ranges refuses them; with platform `None`, load balancers
	// that do not support them ignore them. Omitted, every client may.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	AllowedSourceRanges []CIDR `json:"allowedSourceRanges,omitempty"`

	// annotations are set on the Service, for the load balancer implementation
	// to read, at most 32. They win over what the platform sets, except where
	// they contradict what is asked for here, which is refused. Those of an
	// internal load balancer of two are added to those of the external one, key
	// by key. Omitted, there are none beside the platform's.
	// +optional
	// +kubebuilder:validation:MinProperties=1
	// +kubebuilder:validation:MaxProperties=32
	// +kubebuilder:validation:XValidation:rule="self.all(k, !k.startsWith('ingresstenant.io/'))",message="annotations under `ingresstenant.io/` are the operator's own"
	// +kubebuilder:validation:XValidation:rule="self.all(k, k.size() <= 317 && k.indexOf('/') <= 253 && k.matches('^([a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$'))",message="each key must be an annotation key, such as `example.com/name`"
	// +kubebuilder:validation:XValidation:rule="self.all(k, !self[k].matches('[\\\\x00-\\\\x08\\\\x0b\\\\x0c\\\\x0e-\\\\x1f\\\\x7f]'))",message="each value must hold no control characters but tabs and line breaks"
	Annotations map[string]AnnotationValue `json:"annotations,omitempty"`

	// certificate has the load balancer end TLS connections with a certificate
	// that the cloud holds. Omitted, the controller ends them.
	// +optional
	Certificate *LoadBalancerCertificate `json:"certificate,omitempty"`
}

// LoadBalancerScope is which clients reach a tenant.
//
// +kubebuilder:validation:Enum=External;Internal;Both
type LoadBalancerScope string

// The values of LoadBalancerScope.
const (
	ScopeExternal LoadBalancerScope = "External"
	ScopeInternal LoadBalancerScope = "Internal"
	ScopeBoth     LoadBalancerScope = "Both"
)

// LoadBalancerPlatform is whose load balancers a tenant uses.
//
// +kubebuilder:validation:Enum=UCloud;AWS;GCP;Azure;Alibaba;Tencent;Huawei;OpenStack;Oracle;DigitalOcean;MetalLB;Cilium;None
type LoadBalancerPlatform string

// The values of LoadBalancerPlatform.
const (
	PlatformUCloud       LoadBalancerPlatform = "UCloud"
	PlatformAWS          LoadBalancerPlatform = "AWS"
	PlatformGCP          LoadBalancerPlatform = "GCP"
	PlatformAzure        LoadBalancerPlatform = "Azure"
	PlatformAlibaba      LoadBalancerPlatform = "Alibaba"
	PlatformTencent      LoadBalancerPlatform = "Tencent"
	PlatformHuawei       LoadBalancerPlatform = "Huawei"
	PlatformOpenStack    LoadBalancerPlatform = "OpenStack"
	PlatformOracle       LoadBalancerPlatform = "Oracle"
	PlatformDigitalOcean LoadBalancerPlatform = "DigitalOcean"
	PlatformMetalLB      LoadBalancerPlatform = "MetalLB"
	PlatformCilium       LoadBalancerPlatform = "Cilium"
	PlatformNone         LoadBalancerPlatform = "None"
)

// LoadBalancerCertificate is a certificate at the cloud's load balancer. The
// connections to its ports reach the controller as plain HTTP.
type LoadBalancerCertificate struct {
	// id is what the cloud calls the certificate, at most 512 characters.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=512
	// +kubebuilder:validation:Pattern=`^[^\s]+$`
	// +kubebuilder:validation:XValidation:rule="!self.matches('[[:cntrl:]]')",message="`id` must hold no control characters"
	ID string `json:"id,omitempty"`

	// ports are the ports of the tenant on which the load balancer ends TLS: 80,
	// 443 or both.
	// +required
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=2
	// +kubebuilder:validation:items:Enum=80;443
	Ports []int32 `json:"ports,omitempty"`
}

// LoadBalancerAdoption is what a load balancer uses that exists already.
//
// +kubebuilder:validation:ExactlyOneOf=address;serviceName
type LoadBalancerAdoption struct {
	// address is a reserved address, or the id of a reserved address or of a load
	// balancer, whichever the platform takes, at most 512 characters. Several
	// are separated by commas, where the platform takes several. It must be
	// omitted when `serviceName` is set, and be set otherwise.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=512
	// +kubebuilder:validation:Pattern=`^[A-Za-z0-9._:,/-]+$`
	Address string `json:"address,omitempty"`

	// serviceName is a Service of type `LoadBalancer` in the namespace that the
	// controller runs in. Once the controller answers the tenant's requests as
	// what is behind the Service does, the Service leads to the controller:
	// its object, its load balancer and its addresses stay, and with them the
	// settings that its owner gave it. It must permit that by the annotation
	// `ingresstenant.io/adopt` with the tenant's name, and get back what it had
	// when neither says so any more. It must be omitted when `address` is set,
	// and be set otherwise.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:Pattern=`^[a-z]([-a-z0-9]*[a-z0-9])?$`
	ServiceName string `json:"serviceName,omitempty"`
}

// AddressAdoption is an address that a load balancer uses and that exists already.
type AddressAdoption struct {
	// address is a reserved address, or the id of a reserved address or of a load
	// balancer, whichever the platform takes, at most 512 characters. Several
	// are separated by commas, where the platform takes several.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=512
	// +kubebuilder:validation:Pattern=`^[A-Za-z0-9._:,/-]+$`
	Address string `json:"address,omitempty"`
}

// CIDR is an address range, such as `10.0.0.0/8` or `2001:db8::/32`. Its address
// is the first one of the range, and is written in the usual way: without leading
// zeros, and an IPv4 address not as an IPv6 one.
//
// +kubebuilder:validation:MinLength=4
// +kubebuilder:validation:MaxLength=43
// +kubebuilder:validation:Format=cidr
// +kubebuilder:validation:XValidation:rule="!self.matches('^[0-9.]+/[0-9]+$') || self.matches('^((0|[1-9][0-9]*)[.]){3}(0|[1-9][0-9]*)/(0|[1-9][0-9]?)$')",message="numbers must have no leading zeros, as in `010.0.0.0/8`: write `10.0.0.0/8`"
// +kubebuilder:validation:XValidation:rule="!self.contains(':') || !(self.contains('.') || self.matches('^[0:]+[fF]{4}:[0-9a-fA-F]+:[0-9a-fA-F]+/') || self.matches('/0[0-9]'))",message="an IPv4 range must not be written as an IPv6 one, nor a length with leading zeros"
// +kubebuilder:validation:XValidation:rule="!self.matches('^[0-9]+[.][0-9]+[.][0-9]+[.][0-9]+/[0-9]+$') || (((int(self.split('/')[0].split('.')[0]) * 256 + int(self.split('/')[0].split('.')[1])) * 256 + int(self.split('/')[0].split('.')[2])) * 256 + int(self.split('/')[0].split('.')[3])) % [4294967296, 2147483648, 1073741824, 536870912, 268435456, 134217728, 67108864, 33554432, 16777216, 8388608, 4194304, 2097152, 1048576, 524288, 262144, 131072, 65536, 32768, 16384, 8192, 4096, 2048, 1024, 512, 256, 128, 64, 32, 16, 8, 4, 2, 1][int(self.split('/')[1]) <= 32 ? int(self.split('/')[1]) : 32] == 0",message="host bits must not be set, as in `10.0.0.5/24`: write `10.0.0.0/24` for the range, or `10.0.0.5/32` for the address"
type CIDR string

// AnnotationValue is the value of an annotation. It may have several lines, and
// no other control characters than those need.
//
// +kubebuilder:validation:MaxLength=4096
type AnnotationValue string

// NodePortExposure fixes the node ports of a tenant.
//
// +kubebuilder:validation:MinProperties=1
// +kubebuilder:validation:XValidation:rule="!(has(self.http) && has(self.https)) || self.http != self.https",message="`http` and `https` must differ"
type NodePortExposure struct {
	// http is the node port for HTTP, 1 to 65535 and inside the cluster's
	// node port range (30000 to 32767 unless configured otherwise). Omitted, the
	// cluster picks one.
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=65535
	HTTP int32 `json:"http,omitempty"`

	// https is the node port for HTTPS, 1 to 65535 and inside the cluster's
	// node port range (30000 to 32767 unless configured otherwise). Omitted, the
	// cluster picks one.
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=65535
	HTTPS int32 `json:"https,omitempty"`
}
