// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package provider says how each ingress controller implementation runs for one
// tenant. A provider returns plain data; package desired makes objects of it.
// A new implementation is one folder below this one and one line in package
// all.
package provider

import (
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// Provider is one ingress controller implementation.
type Provider interface {
	// Descriptor is what is always true of the implementation.
	Descriptor() Descriptor

	// Workload is how the implementation runs for one tenant. It is a pure
	// function of the request. A request that the implementation cannot or must
	// not carry out is answered with a *RefusedError.
	Workload(request Request) (Workload, error)
}

// Descriptor is what is always true of an implementation.
type Descriptor struct {
	// Name is the implementation's name in the API.
	Name v1alpha1.ProviderName
	// Repository is the container image's repository, without tag.
	Repository string
	// Versions are the versions that the provider's arguments are written for,
	// the default first, and patch releases of one minor release from the latest on.
	Versions []Version
	// Capabilities are what the implementation can do.
	Capabilities Capabilities
	// Annotations are the annotations of Ingresses that it reads.
	Annotations Annotations
	// RawAnnotations are those of them that hold configuration which it takes as
	// it is.
	RawAnnotations Annotations
	// SecretAnnotations are those of them that name a Secret, of another namespace
	// too, as NAMESPACE/NAME.
	SecretAnnotations Annotations
	// Roles are all that its controllers may need.
	Roles Roles
	// Unverified is whether nobody has run the implementation with the
	// arguments, rights and security settings that the provider gives it.
	Unverified bool
}

// Version is one version of an implementation.
type Version struct {
	// Name is the version as tenants write it, such as v3.7.20.
	Name string
	// Tag is the image's tag; empty where it is the name.
	Tag string
	// Digest pins the image, as sha256:…; empty where it is not known.
	Digest string
	// EndOfLife is the day that fixes end or ended, as YYYY-MM-DD; empty where
	// no day is known.
	EndOfLife string
	// Supported is whether the version gets fixes. A patch release gets none once
	// there is a later one of its minor release: that one is the fix.
	Supported bool
}

// Capabilities are what an implementation can do. The isolation grade in a
// tenant's status is derived from them, and a tenant that asks for what is not
// among them is refused.
type Capabilities struct {
	// ClassBinding is what the controller recognises its class by.
	ClassBinding v1alpha1.ClassBinding
	// AnyControllerValue is whether it can be given any controller value, that
	// of a class which another implementation served before included.
	AnyControllerValue bool
	// NamespaceLists is whether one controller can serve several namespaces
	// while its rights stay inside them.
	NamespaceLists bool
	// NamespaceSelector is whether one controller can serve several namespaces
	// and no others if it may read all of them.
	NamespaceSelector bool
	// ExternalNames is whether Services of type ExternalName can be backends.
	ExternalNames bool
	// ProxyProtocol is whether it takes clients' addresses from the PROXY
	// protocol.
	ProxyProtocol bool
	// ForwardedHeaders is whether it can trust X-Forwarded-For from some
	// sources only.
	ForwardedHeaders bool
	// DefaultCertificate is whether it can show a certificate that is mounted
	// into its pods to clients that ask for an unknown host.
	DefaultCertificate bool
	// TLSProfile is whether TLS versions and cipher suites can be set.
	TLSProfile bool
	// RawConfiguration is whether those who write Ingresses can bring raw
	// configuration into the controller's although snippets are denied, as it
	// does not look at what annotations and paths hold.
	RawConfiguration bool
}

// Request is what a tenant asks of an implementation. It holds no object of the
// cluster, so that a workload can be computed anywhere.
type Request struct {
	// Tenant is the tenant. Providers read its controller and policy blocks.
	Tenant *v1alpha1.IngressTenant
	// Image is the image to run.
	Image string
	// Namespaces are the namespaces to serve.
	Namespaces Namespaces
	// ControllerValue is the spec.controller of the tenant's IngressClass as it
	// is now, which cannot be changed; empty where there is none yet.
	ControllerValue string
	// Standby is whether another implementation serves the tenant for now. Two
	// controllers that both write the status of Ingresses would overwrite each
	// other's without end, so this one must not.
	Standby bool
	// Addresses are the tenant's addresses that are known so far, which the
	// controller publishes in the status of Ingresses.
	Addresses []string
}

// Namespaces are the namespaces that a tenant serves.
type Namespaces struct {
	// All is whether every namespace is served.
	All bool
	// Names are the namespaces served otherwise, sorted, all of them existing.
	Names []string
}

// Workload is how an implementation runs for one tenant.
type Workload struct {
	// Name names the Deployment, ServiceAccount and ConfigMap in the tenant's
	// namespace. It differs between providers, so that two can stand side by side.
	Name string
	// Provider is the implementation.
	Provider v1alpha1.ProviderName
	// ControllerValue is the spec.controller of the tenant's IngressClass.
	ControllerValue string
	// Image is the container image.
	Image string
	// Args are the container's arguments.
	Args []string
	// Env are the container's environment variables.
	Env []EnvVar
	// Ports are the ports that the controller listens on, all above 1024 or from
	// UnprivilegedPortStart on.
	Ports Ports
	// UnprivilegedPortStart is the first port that the pod lets every user listen
	// on; 0 leaves it at 1024. It is for a controller that cannot be told others.
	UnprivilegedPortStart int32
	// HealthPath is the HTTP path, on the health port, that says whether the
	// process lives.
	HealthPath string
	// ReadyPath is the HTTP path, on the same port, that says whether the
	// controller has read its Ingresses and takes requests. It fails while the
	// controller drains.
	ReadyPath string
	// PreStop is the command that the kubelet runs before it stops the
	// container; empty where the controller drains on SIGTERM by itself.
	PreStop []string
	// TerminationGracePeriodSeconds bounds the drain.
	TerminationGracePeriodSeconds int64
	// RunAsUser and RunAsGroup are the container's identity, never 0.
	RunAsUser, RunAsGroup int64
	// AddCapabilities are Linux capabilities beside none. The restricted Pod
	// Security level permits NET_BIND_SERVICE only.
	AddCapabilities []string
	// WritableRootFilesystem is whether the container writes outside of
	// ScratchDirs.
	WritableRootFilesystem bool
	// ScratchDirs are directories that the container writes to.
	ScratchDirs []string
	// ConfigMap is the data of the controller's ConfigMap; nil where it has none.
	ConfigMap map[string]string
	// ConfigDir is where the ConfigMap's keys are mounted as files; empty where
	// the controller reads it from the API server.
	ConfigDir string
	// Certificate is the tenant's default certificate; nil where it has none.
	Certificate *Certificate
	// Roles are the ClusterRoles that the controller needs.
	Roles Roles
	// ClusterWide is whether Roles.Served are bound for the whole cluster though
	// the tenant serves some namespaces only.
	ClusterWide bool
}

// Certificate is a Secret of type kubernetes.io/tls, mounted as two files.
type Certificate struct {
	// SecretName is the Secret, in the namespace that the controller runs in.
	SecretName string
	// Dir is the directory that it is mounted at, read-only.
	Dir string
	// CertFile and KeyFile are the names of the files in Dir.
	CertFile, KeyFile string
}

// EnvVar is an environment variable. Value and FieldPath exclude each other.
type EnvVar struct {
	// Name is the variable's name.
	Name string
	// Value is a fixed value.
	Value string
	// FieldPath takes the value from the pod, as in metadata.name.
	FieldPath string
}

// Ports are the ports of a controller.
type Ports struct {
	// HTTP and HTTPS carry the tenant's traffic.
	HTTP, HTTPS int32
	// Health answers the probes, Metrics serves Prometheus. They may be equal.
	Health, Metrics int32
}

// Roles are the names of ClusterRoles that a controller needs. They are static
// objects of config/rbac: the operator binds them and writes none.
type Roles struct {
	// Cluster are bound for the whole cluster. None of them reads Secrets.
	Cluster []string
	// Own are bound in the namespace that the controller runs in.
	Own []string
	// Served are bound in each served namespace, or for the whole cluster if
	// all are or the workload is ClusterWide.
	Served []string
}

// ClassReader is the ClusterRole that every provider needs: to read
// IngressClasses.
const ClassReader = "ingresstenant-class-reader"

// SharedControllerValue is the controller value that F5's NGINX Ingress Controller
// knows, the same for all its tenants.
const SharedControllerValue = "nginx.org/ingress-controller"

// ControllerValue is the value for a provider that takes any: the one that the
// tenant's class has from a provider before, if nobody shares it, or the
// tenant's own.
func ControllerValue(request Request) string {
	// A tenant may be named as the shared value ends.
	if request.ControllerValue != SharedControllerValue && strings.HasSuffix(request.ControllerValue, "/"+request.Tenant.Name) {
		return request.ControllerValue
	}

	return tenant.ControllerValue(request.Tenant)
}

// NamespaceSelector selects namespaces by name, by the label that the API server
// gives each, for a controller that takes a label selector.
func NamespaceSelector(names []string) string {
	return corev1.LabelMetadataName + " in (" + strings.Join(names, ",") + ")"
}
