// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// IngressTenantStatus is the last observed state of a tenant's ingress.
//
// +kubebuilder:validation:MinProperties=1
type IngressTenantStatus struct {
	// conditions are the tenant's condition: `Accepted`, `HostnamesClaimed`,
	// `Available`, `LoadBalancerReady`, `Isolated`, `SourceIPPreserved`, `ProviderSupported`,
	// `Progressing` and their summary `Ready`.
	// +optional
	// +listType=map
	// +listMapKey=type
	// +kubebuilder:validation:MaxItems=16
	Conditions []metav1.Condition `json:"conditions,omitempty"`

	// observedGeneration is the generation of the spec that the status is about.
	// +optional
	// +kubebuilder:validation:Minimum=1
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// ingressClassName is the class that Ingresses name to be served by this
	// tenant.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	IngressClassName string `json:"ingressClassName,omitempty"`

	// controllerValue is the IngressClass's `spec.controller`, unique to this
	// tenant.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=250
	ControllerValue string `json:"controllerValue,omitempty"`

	// namespace is the namespace that the controller runs in.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	Namespace string `json:"namespace,omitempty"`

	// provider is the ingress controller in use.
	// +optional
	Provider *ProviderStatus `json:"provider,omitempty"`

	// addresses are where clients reach the tenant, at most 16, those for
	// external clients first.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=16
	Addresses []Address `json:"addresses,omitempty"`

	// nodePorts are the ports on every node, where the exposure has any.
	// +optional
	NodePorts *NodePortStatus `json:"nodePorts,omitempty"`

	// namespaces are the namespaces that the tenant asks for and whether each is
	// served, at most 256; the `Accepted` condition counts the rest. Empty when
	// all namespaces are served.
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=256
	Namespaces []NamespaceStatus `json:"namespaces,omitempty"`

	// hostnames are those that the tenant claims, and whether it holds them.
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=64
	Hostnames []HostnameStatus `json:"hostnames,omitempty"`

	// isolation grades what the tenant shares with others.
	// +optional
	Isolation *IsolationStatus `json:"isolation,omitempty"`

	// certificate is what the controller shows to clients that ask for a host
	// without a certificate of its own, as the operator sees it from outside:
	// every five minutes, and when the controller's pods change. It is there only
	// where `spec.tls.defaultCertificate` is, once it was seen.
	// +optional
	Certificate *CertificateStatus `json:"certificate,omitempty"`

	// ignoredAnnotations are annotations on the tenant's Ingresses that are meant
	// for an ingress controller and not read by the one in use: what they ask for
	// does not happen. At most 32, by name.
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=32
	IgnoredAnnotations []IgnoredAnnotation `json:"ignoredAnnotations,omitempty"`

	// violations are Ingresses that exist and that the operator's admission policies
	// would refuse if they were created now: those of the tenant's class that break
	// what the tenant holds them to, and any other with a host that the tenant holds.
	// They keep working. At most 32, by namespace and name.
	// +optional
	// +listType=map
	// +listMapKey=namespace
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=32
	Violations []IngressViolation `json:"violations,omitempty"`

	// totalViolations is how many such Ingresses there are in all. Omitted, there
	// are none.
	// +optional
	// +kubebuilder:validation:Minimum=1
	TotalViolations int32 `json:"totalViolations,omitempty"`
}

// IngressViolation is an Ingress that breaks what new ones are held to.
type IngressViolation struct {
	// namespace is the Ingress's namespace.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	Namespace string `json:"namespace,omitempty"`

	// name is the Ingress's name.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name,omitempty"`

	// message says what is wrong with it, cut after 512 characters.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=512
	Message string `json:"message,omitempty"`
}

// CertificateStatus is a certificate that a controller shows.
type CertificateStatus struct {
	// subject is whom the certificate is for, as in `CN=*.example.com,O=Example`,
	// cut after 256 characters. Omitted, it names nobody.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=256
	Subject string `json:"subject,omitempty"`

	// issuer is who signed it, cut after 256 characters. Omitted, it names nobody.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=256
	Issuer string `json:"issuer,omitempty"`

	// notAfter is when it expires.
	// +required
	NotAfter *metav1.Time `json:"notAfter,omitempty"`

	// dnsNames are the hosts that it is for, the first 32 of them.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=32
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=253
	DNSNames []string `json:"dnsNames,omitempty"`

	// unreachableSinceTime is since when no pod shows a certificate, so that this
	// is the last one that was seen. Omitted, this is what is shown.
	// +optional
	UnreachableSinceTime *metav1.Time `json:"unreachableSinceTime,omitempty"`
}

// IgnoredAnnotation is an annotation that the controller in use does not read.
type IgnoredAnnotation struct {
	// name is the annotation.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=317
	Name string `json:"name,omitempty"`

	// ingresses is how many of the tenant's Ingresses have it.
	// +required
	// +kubebuilder:validation:Minimum=1
	Ingresses int32 `json:"ingresses,omitempty"`

	// example is one of them, as `namespace/name`.
	// +required
	// +kubebuilder:validation:MinLength=3
	// +kubebuilder:validation:MaxLength=317
	Example string `json:"example,omitempty"`
}

// ProviderStatus is the ingress controller in use.
type ProviderStatus struct {
	// name is the implementation.
	// +required
	Name ProviderName `json:"name,omitempty"`

	// version is the implementation's version, as far as the operator chose it.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=32
	Version string `json:"version,omitempty"`

	// image is the container image of the controller's Deployment; of one that is
	// not there yet, the image that is asked for.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=512
	Image string `json:"image,omitempty"`

	// support is the implementation's maintenance state.
	// +optional
	Support *SupportStatus `json:"support,omitempty"`
}

// SupportStatus is the maintenance state of an implementation.
type SupportStatus struct {
	// phase is the maintenance state: `Supported` versions get fixes, `EndOfLife`
	// ones get none. `Unverified` ones get fixes, but nobody has run them with
	// this operator's settings yet.
	// +required
	Phase SupportPhase `json:"phase,omitempty"` //nolint:kubeapilinter // It is not a state machine: vendors speak of support phases.

	// endOfLife is the day on which maintenance ends or ended, as YYYY-MM-DD.
	// Omitted, no day is known.
	// +optional
	// +kubebuilder:validation:MinLength=10
	// +kubebuilder:validation:MaxLength=10
	// +kubebuilder:validation:Pattern=`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`
	EndOfLife string `json:"endOfLife,omitempty"`
}

// SupportPhase is the maintenance state of an implementation.
//
// +kubebuilder:validation:Enum=Supported;EndOfLife;Unverified
type SupportPhase string

// The values of SupportPhase.
const (
	SupportSupported SupportPhase = "Supported"
	SupportEndOfLife SupportPhase = "EndOfLife"
	// SupportUnverified is a version that the operator's authors could not run.
	SupportUnverified SupportPhase = "Unverified"
)

// Address is where clients reach a tenant.
type Address struct {
	// type is the kind of address.
	// +required
	Type AddressType `json:"type,omitempty"`

	// value is the address.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Value string `json:"value,omitempty"`

	// scope is which clients the address is for, `External` or `Internal`.
	// Omitted, it is no load balancer's.
	// +optional
	Scope AddressScope `json:"scope,omitempty"`
}

// AddressScope is which clients an address is for.
//
// +kubebuilder:validation:Enum=External;Internal
type AddressScope string

// The values of AddressScope.
const (
	AddressExternal AddressScope = "External"
	AddressInternal AddressScope = "Internal"
)

// AddressType is a kind of address: `IPAddress` and `Hostname` are assigned by
// a load balancer, `ClusterIP` is reachable inside the cluster only.
//
// +kubebuilder:validation:Enum=IPAddress;Hostname;ClusterIP
type AddressType string

// The values of AddressType.
const (
	AddressIP        AddressType = "IPAddress"
	AddressHostname  AddressType = "Hostname"
	AddressClusterIP AddressType = "ClusterIP"
)

// NodePortStatus are the ports that a tenant has on every node.
type NodePortStatus struct {
	// http is the port for HTTP.
	// +required
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=65535
	HTTP int32 `json:"http,omitempty"`

	// https is the port for HTTPS.
	// +required
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=65535
	HTTPS int32 `json:"https,omitempty"`
}

// NamespaceStatus is whether one namespace is served.
type NamespaceStatus struct {
	// name is the namespace.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	Name string `json:"name,omitempty"`

	// state is whether the namespace is served, and if not, why: `NotFound` and
	// `Terminating` namespaces are served once they exist; one that is `Pending`
	// once the spec is carried out; one that is `Withdrawing` is no longer to be
	// served, but the controller may still reach it; one with `NoConsent`
	// once its annotation `ingresstenant.io/consent` names the tenant; one that is
	// `Reserved` holds a tenant's controller and is never served.
	// +required
	State NamespaceState `json:"state,omitempty"`
}

// NamespaceState is whether a namespace is served.
//
// +kubebuilder:validation:Enum=Served;Pending;Withdrawing;NotFound;Terminating;NoConsent;Reserved
type NamespaceState string

// The values of NamespaceState.
const (
	NamespaceServed NamespaceState = "Served"
	// NamespacePending is one that is served as soon as the spec is carried out.
	NamespacePending NamespaceState = "Pending"
	// NamespaceWithdrawing is one that is not to be served any more, and in which the
	// controller still has rights, or which pods that still run may serve.
	NamespaceWithdrawing NamespaceState = "Withdrawing"
	NamespaceNotFound    NamespaceState = "NotFound"
	NamespaceTerminating NamespaceState = "Terminating"
	NamespaceNoConsent   NamespaceState = "NoConsent"
	NamespaceReserved    NamespaceState = "Reserved"
)

// IsolationStatus grades what a tenant shares with others. It is derived from
// what the provider can do and from what the tenant asks for.
type IsolationStatus struct {
	// classBinding is what the controller recognises its class by.
	// +required
	ClassBinding ClassBinding `json:"classBinding,omitempty"`

	// secrets is whose Secrets the controller may read.
	// +required
	Secrets SecretsScope `json:"secrets,omitempty"`
}

// ClassBinding is what a controller recognises its class by: a
// `ControllerValue` that no other controller has, or the `ClassName` alone,
// under a controller value that all instances of the implementation share.
//
// +kubebuilder:validation:Enum=ControllerValue;ClassName
type ClassBinding string

// The values of ClassBinding.
const (
	BindingControllerValue ClassBinding = "ControllerValue"
	BindingClassName       ClassBinding = "ClassName"
)

// SecretsScope is whose Secrets a controller may read: those of the tenant's
// namespaces (`Namespaced`), or of the whole cluster (`ClusterWide`).
//
// +kubebuilder:validation:Enum=Namespaced;ClusterWide
type SecretsScope string

// The values of SecretsScope.
const (
	SecretsNamespaced  SecretsScope = "Namespaced"
	SecretsClusterWide SecretsScope = "ClusterWide"
)
