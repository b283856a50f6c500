// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package provider says how each ingress controller implementation runs for one
// tenant. A provider returns plain data; package desired makes objects of it.
// A new implementation is one folder below this one and one line in package
// all.
package provider

import (
	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
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
	// the default first.
	Versions []Version
	// Capabilities are what the implementation can do.
	Capabilities Capabilities
}

// Version is one version of an implementation.
type Version struct {
	// Name is the version and the image's tag, such as v3.7.13.
	Name string
	// Digest pins the image, as sha256:…; empty where it is not known.
	Digest string
	// EndOfLife is the day that fixes end or ended, as YYYY-MM-DD; empty where
	// no day is known.
	EndOfLife string
	// Supported is whether the version gets fixes.
	Supported bool
}

// Capabilities are what an implementation can do. The isolation grade in a
// tenant's status is derived from them.
type Capabilities struct {
	// ClassBinding is what the controller recognises its class by.
	ClassBinding v1alpha1.ClassBinding
	// NamespaceLists is whether one controller can serve several namespaces
	// while its rights stay inside them.
	NamespaceLists bool
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
	// Ports are the ports that the controller listens on, all above 1024.
	Ports Ports
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
	// Roles are the ClusterRoles that the controller needs.
	Roles Roles
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
	// all are.
	Served []string
}

// ClassReader is the ClusterRole that every provider needs: to read
// IngressClasses.
const ClassReader = "ingresstenant-class-reader"
