// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Hostname is a hostname, such as `blog.example.com`, or a wildcard, such as
// `*.blog.example.com`, for every name below, at any depth. Upper case and
// international names are compared in their lower-case ASCII form.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=253
// +kubebuilder:validation:Pattern=`^([*]\.)?[^\s*./:@_]+(\.[^\s*./:@_]+)*$`
type Hostname string

// HostnameStatus is whether a tenant holds a hostname that it claims.
type HostnameStatus struct {
	// name is the hostname in lower-case ASCII.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name,omitempty"`

	// state is whether the tenant holds the hostname. In `Conflict` another tenant
	// holds it, or one that overlaps with it, and it is this tenant's as soon as
	// that one's claim goes.
	// +required
	State HostnameState `json:"state,omitempty"`

	// heldBy is the tenant that holds it in `Conflict`.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	HeldBy string `json:"heldBy,omitempty"`

	// heldAs is the hostname that heldBy holds, such as a wildcard above this one.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	HeldAs string `json:"heldAs,omitempty"`

	// claimedTime is when the claim was first seen, to the microsecond: of several
	// tenants that wait, the first is next.
	// +required
	ClaimedTime *metav1.MicroTime `json:"claimedTime,omitempty"`
}

// HostnameState is whether a tenant holds a hostname.
//
// +kubebuilder:validation:Enum=Held;Conflict
type HostnameState string

// The values of HostnameState.
const (
	HostnameHeld     HostnameState = "Held"
	HostnameConflict HostnameState = "Conflict"
)
