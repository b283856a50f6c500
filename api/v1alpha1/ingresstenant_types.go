// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// IngressTenant gives one tenant, or one traffic group, an ingress controller
// of its own: a namespace, a ServiceAccount with rights in the tenant's
// namespaces only, an IngressClass with a unique controller value, a
// Deployment, a Service and the objects that keep them available.
//
// It is cluster-scoped and meant for platform administrators: whoever may
// create one decides which namespaces' Secrets a controller reads.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:scope=Cluster,shortName=igt,categories=ingresstenants
// +kubebuilder:printcolumn:name="Class",type=string,JSONPath=`.status.ingressClassName`
// +kubebuilder:printcolumn:name="Provider",type=string,JSONPath=`.status.provider.name`
// +kubebuilder:printcolumn:name="Address",type=string,JSONPath=`.status.addresses[0].value`
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Reason",type=string,priority=1,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`
// +kubebuilder:printcolumn:name="Version",type=string,priority=1,JSONPath=`.status.provider.version`
// +kubebuilder:printcolumn:name="Isolated",type=string,priority=1,JSONPath=`.status.conditions[?(@.type=="Isolated")].status`
// +kubebuilder:printcolumn:name="Namespace",type=string,priority=1,JSONPath=`.status.namespace`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:validation:XValidation:rule="self.metadata.name.size() <= 63 && self.metadata.name.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')",message="metadata.name must be a DNS label: at most 63 characters, lower-case letters, digits and `-`, with a letter or digit at both ends"
// +kubebuilder:validation:XValidation:rule="(has(self.spec.ingressClass) && has(self.spec.ingressClass.name) ? self.spec.ingressClass.name : self.metadata.name) == (has(oldSelf.spec.ingressClass) && has(oldSelf.spec.ingressClass.name) ? oldSelf.spec.ingressClass.name : oldSelf.metadata.name)",fieldPath=".spec.ingressClass.name",message="`spec.ingressClass.name` is immutable: Ingresses name it. Create another IngressTenant and move the Ingresses to its class"
type IngressTenant struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard object metadata. The name is a DNS label; every
	// derived object is named after it.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitzero"`

	// spec is the desired state of the tenant's ingress.
	// +required
	Spec IngressTenantSpec `json:"spec"`

	// status is the last observed state.
	// +optional
	Status IngressTenantStatus `json:"status,omitzero"`
}

// IngressTenantList is a list of IngressTenants.
//
// +kubebuilder:object:root=true
type IngressTenantList struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard list metadata.
	// +optional
	metav1.ListMeta `json:"metadata,omitzero"`

	// items are the IngressTenants.
	Items []IngressTenant `json:"items"`
}

// IngressTenantSpec is the desired state of a tenant's ingress. Every field is
// optional: `spec: {}` is a Traefik controller that serves the class named
// like the tenant, for all namespaces, behind a load balancer.
//
// +kubebuilder:validation:MinProperties=0
type IngressTenantSpec struct {
	// ingressClass is the IngressClass that binds Ingresses to this tenant.
	// Omitted, the class is named like the tenant and is not the cluster's default.
	// +optional
	IngressClass *IngressClassSpec `json:"ingressClass,omitempty"`

	// namespaces are the namespaces whose Ingresses, Services and Secrets the
	// controller reads. Omitted, it reads those of all namespaces, and the
	// `Isolated` condition is False.
	// +optional
	Namespaces *NamespacesSpec `json:"namespaces,omitempty"`

	// hostnames are what the tenant claims for itself, 1 to 64. A hostname is held
	// by the tenant that claimed it first, as long as it does; others that claim
	// it, or one that overlaps with it, say so in `HostnamesClaimed`. Omitted, it
	// claims none.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	Hostnames []Hostname `json:"hostnames,omitempty"`

	// controller is the ingress controller that serves the tenant. Omitted, it
	// is the default provider with its defaults.
	// +optional
	Controller *ControllerSpec `json:"controller,omitempty"`

	// exposure is how clients reach the controller. Omitted, it is a Service of
	// type LoadBalancer.
	// +optional
	Exposure *ExposureSpec `json:"exposure,omitempty"`

	// tls is how the controller ends TLS connections. Omitted, it offers what
	// Mozilla's intermediate configuration does, and signs its default
	// certificate itself.
	// +optional
	TLS *TLSSpec `json:"tls,omitempty"`

	// policy is what the tenant's Ingresses may ask for. Omitted, everything in
	// it is denied.
	// +optional
	Policy *PolicySpec `json:"policy,omitempty"`

	// deletionPolicy is what happens on deletion while Ingresses still name the
	// tenant's class. `Block` waits until none does, and lists them in the
	// `Ready` condition. `Force` deletes the tenant all the same. Omitted, it is
	// `Block`.
	// +optional
	DeletionPolicy DeletionPolicy `json:"deletionPolicy,omitempty"`
}

// IngressClassSpec is the IngressClass of a tenant.
//
// +kubebuilder:validation:MinProperties=1
type IngressClassSpec struct {
	// name is the IngressClass's name, a DNS subdomain of at most 63
	// characters. Omitted, it is the tenant's name. Immutable.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`
	Name string `json:"name,omitempty"`

	// default is whether Ingresses that name no class are given this one. One
	// class in a cluster can be the default: of several tenants that ask, the
	// oldest is served, and the others say so in `Accepted`. Omitted, it is
	// `Disabled`.
	// +optional
	Default Toggle `json:"default,omitempty"`
}

// NamespacesSpec selects the namespaces that a tenant serves.
//
// +kubebuilder:validation:ExactlyOneOf=names;selector
type NamespacesSpec struct {
	// names are the namespaces by name, 1 to 64 of them. One that does not exist
	// yet is served as soon as it does.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=63
	// +kubebuilder:validation:items:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`
	Names []string `json:"names,omitempty"`

	// selector are the namespaces by label, followed as labels change.
	// +optional
	Selector *NamespaceSelector `json:"selector,omitempty"`

	// secrets is what the controller may read where its implementation cannot
	// serve several namespaces with rights in those alone. With `Namespaced`
	// such a tenant is refused. With `ClusterWide` its controller may read all
	// Secrets of the cluster, and the `Isolated` condition is False. Omitted, it
	// is `Namespaced`.
	// +optional
	Secrets SecretsScope `json:"secrets,omitempty"`
}

// NamespaceSelector selects namespaces by their labels.
type NamespaceSelector struct {
	// matchLabels are the labels that a namespace must have, all of them: 1 to 16.
	// +required
	// +kubebuilder:validation:MinProperties=1
	// +kubebuilder:validation:MaxProperties=16
	// +kubebuilder:validation:XValidation:rule="self.all(k, k.size() <= 317 && k.indexOf('/') <= 253 && k.matches('^([a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$'))",message="each key must be a label key, such as `example.com/team`"
	MatchLabels map[string]LabelValue `json:"matchLabels,omitempty"`
}

// LabelValue is the value of a label: empty, or at most 63 letters, digits,
// `-`, `_` and `.`, with a letter or digit at both ends.
//
// +kubebuilder:validation:MaxLength=63
// +kubebuilder:validation:Pattern=`^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$`
type LabelValue string

// PolicySpec is what the tenant's Ingresses may ask for.
//
// +kubebuilder:validation:MinProperties=1
type PolicySpec struct {
	// catchAll is whether an Ingress may have rules without a host, or a default
	// backend, which answer for every host that no other rule names. Omitted, it
	// is `Deny` if the tenant claims hostnames, and `Allow` if it does not.
	// +optional
	CatchAll AccessPolicy `json:"catchAll,omitempty"`

	// externalNameServices is whether an Ingress may have a Service of type
	// ExternalName as its backend. Such a Service reaches any host that the
	// controller reaches, other tenants' Services included, so `Allow` also
	// opens the controller's egress. Omitted, it is `Deny`.
	// +optional
	ExternalNameServices AccessPolicy `json:"externalNameServices,omitempty"`

	// snippets is whether an Ingress may carry raw configuration for the
	// controller in annotations. Whoever may write a snippet has the
	// controller's rights. Omitted, it is `Deny`, which a controller that takes
	// annotations unchecked cannot keep: its tenants have to say `Allow`.
	// +optional
	Snippets AccessPolicy `json:"snippets,omitempty"`
}

// Toggle switches a feature.
//
// +kubebuilder:validation:Enum=Enabled;Disabled
type Toggle string

// The values of Toggle.
const (
	Enabled  Toggle = "Enabled"
	Disabled Toggle = "Disabled"
)

// AccessPolicy is whether something is permitted.
//
// +kubebuilder:validation:Enum=Allow;Deny
type AccessPolicy string

// The values of AccessPolicy.
const (
	Allow AccessPolicy = "Allow"
	Deny  AccessPolicy = "Deny"
)

// DeletionPolicy is what a tenant's deletion does about Ingresses of its class.
//
// +kubebuilder:validation:Enum=Block;Force
type DeletionPolicy string

// The values of DeletionPolicy.
const (
	// DeletionBlock waits until no Ingress names the class.
	DeletionBlock DeletionPolicy = "Block"
	// DeletionForce deletes without looking at Ingresses.
	DeletionForce DeletionPolicy = "Force"
)
