// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// Observed is what one reconcile learned about a tenant.
type Observed struct {
	// Plan is what the spec resolves to; nil where the spec was refused, or
	// could not be looked at, before anything was resolved. What the status
	// says from an earlier plan then stays.
	Plan *Plan

	// Hostnames are those that the tenant claims, each once, in any order; nil where
	// that could not be looked at. What the status says of them then stays.
	Hostnames []Hostname

	// Namespaces are those that the tenant asks for; nil where they could not be
	// looked at. What the status says of them then stays.
	Namespaces *Namespaces

	// Altered is how objects are stored otherwise than they are applied, in words and
	// in any order: admission policies or webhooks of the cluster change them.
	Altered []string

	// Deployment is the tenant's controller; nil where there is none.
	Deployment *appsv1.Deployment

	// Namespace is the one that the controller runs in; nil where it is not there
	// or not known. Its name and deletion timestamp are read.
	Namespace *corev1.Namespace

	// Beside are the tenant's other Deployments, such as that of the implementation
	// that it comes from. Their status and their pods' labels are read.
	Beside []*appsv1.Deployment

	// Services are how clients reach the controller.
	Services

	// Certificate is what the controller shows to clients of unknown hosts; zero
	// where that is not known yet.
	Certificate Certificate

	// Violations are the Ingresses that break what new ones are held to; nil where
	// that is not known yet.
	Violations *Violations

	// Pods are the controller's pods, in any order. Their name, deletion
	// timestamp, phase, conditions and container statuses are read.
	Pods []corev1.Pod

	// Err is everything that went wrong, joined; nil if nothing did. The errors
	// in it that are a Refusal decide the Accepted condition, all others are
	// taken to be worth another attempt.
	Err error

	// Deletion is how far the teardown is; nil unless the tenant is being
	// deleted.
	Deletion *Deletion

	// DefaultClassConflict is who holds the cluster's default class, such as
	// "IngressTenant blog" or "IngressClass nginx", where the tenant asks for it
	// and did not get it; empty otherwise.
	DefaultClassConflict string
}

// The names of the Service's ports, by which its node ports are told apart.
const (
	PortHTTP  = "http"
	PortHTTPS = "https"
)

// Plan is what a tenant's spec resolves to.
type Plan struct {
	// IngressClassName is the class that Ingresses name.
	IngressClassName string
	// ControllerValue is the spec.controller of that class.
	ControllerValue string
	// Namespace is where the controller runs.
	Namespace string
	// Provider is the implementation. Its Support is nil where it is not known.
	Provider v1alpha1.ProviderStatus
	// ImageOverridden is whether the image is the tenant's own.
	ImageOverridden bool
	// Exposure is how clients are to reach the controller.
	Exposure v1alpha1.ExposureType
	// Both is whether it asks for an internal load balancer beside an external
	// one.
	Both bool
	// Adoption is how far the tenant is with a Service of somebody else; nil where
	// it asks for none.
	Adoption *Adoption
	// Damaged are the Services of others that lead to the controller and cannot be
	// changed or given back, for what they led to before cannot be read.
	Damaged []Damaged
	// LoadBalancerChanges are what the cloud cannot change by itself.
	LoadBalancerChanges []LoadBalancerChange
	// MinReplicas is how many pods the tenant has at least; 1 if it is 0.
	MinReplicas int32
	// Deployment is the name of the Deployment that the Service leads to, or will.
	Deployment string
	// Switchover is how far the tenant is on its way from another implementation
	// to Provider; nil where it is not on its way.
	Switchover *Switchover
	// Isolation grades what the tenant shares with others.
	Isolation v1alpha1.IsolationStatus
	// CertificateSecret is the Secret, in Namespace, that the pods mount for the
	// default certificate; empty where they mount none.
	CertificateSecret string
	// ClientAddress is what decides which address the controller sees of clients.
	ClientAddress ClientAddress
	// IgnoredAnnotations are those on the tenant's Ingresses that the
	// implementation does not read, by name, any number.
	IgnoredAnnotations []v1alpha1.IgnoredAnnotation
}

// Switchover is how far a tenant is on its way from one implementation to
// another.
type Switchover struct {
	// From and To are the implementations.
	From, To v1alpha1.ProviderName
	// Moved is whether the Service leads to the new one.
	Moved bool
	// Incoming is the new one's Deployment; nil until it is there.
	Incoming *appsv1.Deployment
	// Pods are its pods, of which the same is read as of Observed.Pods.
	Pods []corev1.Pod
	// Comparison is what came of asking both the same.
	Comparison
	// Held is why From cannot be given up: Services of others lead to its pods, and
	// must not be changed. Each says which, and what can be done; nil if none does.
	Held []string
}

// Comparison is what came of asking two controllers the same requests.
type Comparison struct {
	// Requests is how many requests it was about; 0 if nothing was asked yet.
	Requests int
	// Differences are those that they answer differently, in words.
	Differences []string
	// Silent is how many neither answered, and Unasked how many were not asked.
	Silent, Unasked int
	// Open is whether it cannot be told whether both answer alike.
	Open bool
	// Failed is why nothing could be asked; empty if something was.
	Failed string
}

// Deletion is how far the teardown of a tenant is.
type Deletion struct {
	// BlockedBy are the Ingresses that hold the teardown up, as
	// "namespace/name"; empty where it goes on.
	BlockedBy []string
	// Remaining are the objects that are still there, as "Kind namespace/name",
	// or "Kind name" for one without a namespace.
	Remaining []string
}

// withoutDeleted counts objects that are being deleted as absent: they serve
// nobody for much longer, and the operator has to make them anew.
func (o Observed) withoutDeleted() Observed {
	if o.Deployment != nil && o.Deployment.DeletionTimestamp != nil {
		o.Deployment = nil
	}

	o.Services = o.Services.withoutDeleted()

	// What is in a namespace is deleted with it.
	if o.terminating() {
		o.Deployment, o.Services, o.Pods = nil, Services{}, nil
	}

	return o
}

// terminating is whether the controller's namespace is being deleted.
func (o Observed) terminating() bool {
	return o.Namespace != nil && o.Namespace.DeletionTimestamp != nil
}
