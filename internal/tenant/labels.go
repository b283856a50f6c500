// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package tenant

import (
	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// Operator is the operator's name: its field manager, and the value of the
// managed-by label.
const Operator = "ingress-tenant-operator"

// The operator's further field managers, which hold fields that it lets go of.
const (
	// ManagerReplicas holds a Deployment's number of pods beside an autoscaler.
	ManagerReplicas = Operator + "-replicas"
	// ManagerReturn holds what an adopted Service led to before.
	ManagerReturn = Operator + "-return"
)

// FieldManagers are all of the operator's field managers, the one that it applies
// objects as first.
func FieldManagers() []string {
	return []string{Operator, ManagerReplicas, ManagerReturn}
}

// The labels that every object of a tenant carries, but for those of others that it
// adopted: these have LabelTenant alone.
const (
	// LabelTenant holds the tenant's name. On a namespace it says that the tenant's
	// controller runs there.
	LabelTenant = "ingresstenant.io/tenant"
	// LabelManagedBy holds Operator. The operator's cache sees nothing else.
	LabelManagedBy = "app.kubernetes.io/managed-by"
	// LabelName holds the application's name.
	LabelName = "app.kubernetes.io/name"
	// LabelInstance holds the tenant's name, by the recommended-labels convention.
	LabelInstance = "app.kubernetes.io/instance"
	// LabelComponent tells the objects of one tenant apart.
	LabelComponent = "app.kubernetes.io/component"
	// LabelOperator is on the namespace that the operator runs in, with any value.
	LabelOperator = "ingresstenant.io/operator"
	// LabelProvider holds the controller implementation of a workload.
	LabelProvider = "ingresstenant.io/provider"
	// LabelScope, on a Service whose platform hands out addresses by the labels
	// of Services, holds which clients it is for: External or Internal.
	LabelScope = "ingresstenant.io/load-balancer-scope"
)

// ComponentController is the component label of the controller's pods.
const ComponentController = "controller"

// The annotations that the operator reads and writes.
const (
	// AnnotationAdopt, on a namespace that exists already, permits the tenant
	// it names to run its controller there; on a Service, to have it lead to the
	// controller.
	AnnotationAdopt = "ingresstenant.io/adopt"
	// AnnotationAdopted, on a Service that a tenant took over, holds what it led
	// to before, as JSON.
	AnnotationAdopted = "ingresstenant.io/adopted"
	// AnnotationConsent, on a namespace, lists the tenants that may serve it,
	// separated by commas; "*" is all of them, and empty none.
	AnnotationConsent = "ingresstenant.io/consent"
	// AnnotationDesiredHash, on a tenant's object, is the hash of what the
	// operator last applied to it.
	AnnotationDesiredHash = "ingresstenant.io/desired-hash"
	// AnnotationLoadBalancer, on a Service, records what its load balancer was
	// created with, as JSON: most of that cannot be changed later.
	AnnotationLoadBalancer = "ingresstenant.io/load-balancer"
	// AnnotationConfigHash, on the pod template, restarts the controller when
	// its configuration changes.
	AnnotationConfigHash = "ingresstenant.io/config-hash"
	// AnnotationServiceAccount, on the pod template, is the UID of a ServiceAccount
	// that was created again after the Deployment, whose pods get no new tokens
	// unless they are started again.
	AnnotationServiceAccount = "ingresstenant.io/service-account"
	// AnnotationClass names an Ingress's class the old way, which controllers
	// still honour.
	AnnotationClass = "kubernetes.io/ingress.class"
	// AnnotationDefaultClass marks the cluster's default IngressClass.
	AnnotationDefaultClass = "ingressclass.kubernetes.io/is-default-class"
)

// Finalizer holds a tenant back until its objects are torn down in order.
const Finalizer = "ingresstenant.io/teardown"

// Reserved is whether a namespace with these labels is that of some tenant's
// controller, its own or one that it moved into. Nobody serves it by name or by label.
func Reserved(labels map[string]string) bool {
	return labels[LabelTenant] != ""
}

// MovedInto is whether a namespace with these labels is somebody else's, and has a
// tenant's controller in it: the other labels are those of its owner's tools.
func MovedInto(labels map[string]string) bool {
	return labels[LabelTenant] != "" && labels[LabelManagedBy] != Operator
}

// Labels are the labels of every object of the tenant.
func Labels(t *v1alpha1.IngressTenant) map[string]string {
	return map[string]string{
		LabelName:      "ingress-controller",
		LabelInstance:  t.Name,
		LabelManagedBy: Operator,
		LabelTenant:    t.Name,
	}
}

// WorkloadLabels are the labels of the objects that belong to one provider's
// controller and not to the tenant as such.
func WorkloadLabels(t *v1alpha1.IngressTenant, provider v1alpha1.ProviderName) map[string]string {
	labels := Labels(t)
	labels[LabelComponent] = ComponentController
	labels[LabelProvider] = string(provider)

	return labels
}

// ControllerSelector selects the tenant's controller pods, of any provider.
func ControllerSelector(t *v1alpha1.IngressTenant) map[string]string {
	return map[string]string{
		LabelTenant:    t.Name,
		LabelComponent: ComponentController,
	}
}

// WorkloadSelector selects the tenant's controller pods of one provider.
func WorkloadSelector(t *v1alpha1.IngressTenant, provider v1alpha1.ProviderName) map[string]string {
	selector := ControllerSelector(t)
	selector[LabelProvider] = string(provider)

	return selector
}
