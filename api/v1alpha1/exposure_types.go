// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

// ExposureSpec is how clients reach a tenant's controller.
//
// +union
// +kubebuilder:validation:XValidation:rule="self.type == 'LoadBalancer' || !has(self.loadBalancer)",message="`loadBalancer` may be set only when `type` is `LoadBalancer`"
// +kubebuilder:validation:XValidation:rule="self.type == 'NodePort' || !has(self.nodePort)",message="`nodePort` may be set only when `type` is `NodePort`"
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

// LoadBalancerExposure configures a tenant's load balancer.
//
// +kubebuilder:validation:MinProperties=1
type LoadBalancerExposure struct {
	// class is the load balancer implementation (`spec.loadBalancerClass` of
	// the Service), such as `service.k8s.aws/nlb`. Omitted, it is the cluster's
	// default. Immutable while the type is `LoadBalancer`, given or omitted.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=317
	// +kubebuilder:validation:Pattern=`^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$`
	Class string `json:"class,omitempty"`

	// allowedSourceRanges are the client address ranges that may reach the
	// tenant, in CIDR notation, at most 64. Load balancers that do not support
	// source ranges ignore them. Omitted, every client may.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	AllowedSourceRanges []CIDR `json:"allowedSourceRanges,omitempty"`

	// annotations are set on the Service, for the load balancer implementation
	// to read, at most 32. Omitted, none are.
	// +optional
	// +kubebuilder:validation:MinProperties=1
	// +kubebuilder:validation:MaxProperties=32
	// +kubebuilder:validation:XValidation:rule="self.all(k, !k.startsWith('ingresstenant.io/'))",message="annotations under `ingresstenant.io/` are the operator's own"
	// +kubebuilder:validation:XValidation:rule="self.all(k, k.size() <= 317 && k.matches('^([a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$'))",message="each key must be an annotation key, such as `example.com/name`"
	Annotations map[string]AnnotationValue `json:"annotations,omitempty"`
}

// CIDR is an address range, such as `10.0.0.0/8` or `2001:db8::/32`.
//
// +kubebuilder:validation:MinLength=4
// +kubebuilder:validation:MaxLength=43
// +kubebuilder:validation:Format=cidr
type CIDR string

// AnnotationValue is the value of an annotation.
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
