// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

// TLSSpec is how a tenant's controller ends TLS connections.
//
// +kubebuilder:validation:MinProperties=1
// +kubebuilder:validation:XValidation:rule="(has(self.profile) && self.profile == 'Custom') == has(self.custom)",message="`custom` must be set when `profile` is `Custom`, and only then"
type TLSSpec struct {
	// defaultCertificate is shown to clients that ask for a host without a
	// certificate of its own. Omitted, the controller shows one that it signs
	// itself, which clients do not trust.
	// +optional
	DefaultCertificate *DefaultCertificate `json:"defaultCertificate,omitempty"`

	// profile is which TLS versions and cipher suites the controller offers:
	// `Modern` and `Intermediate` are Mozilla's configurations of these names,
	// `Custom` is what `custom` says. Omitted, it is `Intermediate`.
	// +optional
	Profile TLSProfile `json:"profile,omitempty"`

	// custom are the versions and cipher suites of profile `Custom`. It must be
	// set with that profile and omitted otherwise.
	// +optional
	Custom *CustomTLSProfile `json:"custom,omitempty"`
}

// DefaultCertificate is the certificate for hosts that have none of their own.
type DefaultCertificate struct {
	// secretName is the Secret of type `kubernetes.io/tls` with the certificate,
	// in the namespace that the controller runs in. The controller's pods mount
	// it; the operator does not read it. Pods wait for it if it does not exist.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`
	SecretName string `json:"secretName,omitempty"`
}

// TLSProfile is a set of TLS versions and cipher suites.
//
// +kubebuilder:validation:Enum=Modern;Intermediate;Custom
type TLSProfile string

// The values of TLSProfile.
const (
	// TLSModern is Mozilla's modern configuration: TLS 1.3 only.
	TLSModern TLSProfile = "Modern"
	// TLSIntermediate is Mozilla's intermediate configuration: TLS 1.2 and 1.3.
	TLSIntermediate TLSProfile = "Intermediate"
	// TLSCustom is the tenant's own choice.
	TLSCustom TLSProfile = "Custom"
)

// CustomTLSProfile is a tenant's own choice of TLS versions and cipher suites.
type CustomTLSProfile struct {
	// minimumVersion is the oldest version that the controller offers, `1.2` or
	// `1.3`. The newest is 1.3.
	// +required
	MinimumVersion TLSVersion `json:"minimumVersion,omitempty"`

	// cipherSuites are the cipher suites for TLS 1.2 by their IANA names, such
	// as `TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256`, at most 6. Those of TLS 1.3
	// are not configurable. Omitted, they are those of profile `Intermediate`.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=6
	CipherSuites []CipherSuite `json:"cipherSuites,omitempty"`
}

// TLSVersion is a version of TLS.
//
// +kubebuilder:validation:Enum="1.2";"1.3"
type TLSVersion string

// The values of TLSVersion.
const (
	TLS12 TLSVersion = "1.2"
	TLS13 TLSVersion = "1.3"
)

// CipherSuite is the IANA name of a cipher suite for TLS 1.2 that gives forward
// secrecy.
//
// +kubebuilder:validation:Enum=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256;TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256;TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384;TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384;TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256;TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256
type CipherSuite string
