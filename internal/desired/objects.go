// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package desired says which objects a tenant has and every field of theirs
// that the operator owns. It is pure: equal input gives equal objects.
package desired

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/apply"
	"github.com/ingresstenant/ingress-tenant-operator/internal/platform"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
)

// Input is all that a tenant's objects depend on.
type Input struct {
	// Tenant is the tenant.
	Tenant *v1alpha1.IngressTenant
	// Workload is the controller that serves it.
	Workload provider.Workload
	// Serve is the implementation whose pods the Service selects, where it is one
	// that the workload is to replace; empty where it is the workload's.
	Serve v1alpha1.ProviderName
	// ServeName is the name of its Deployment.
	ServeName string
	// NewAccount is the UID of the workload's ServiceAccount where that is another
	// than the pods were started with; empty otherwise.
	NewAccount types.UID
	// Beside are the ports of the pods of other implementations that still run
	// beside the workload.
	Beside []provider.Ports
	// ControllerValue is the spec.controller that the IngressClass keeps for
	// now; empty where it is the workload's.
	ControllerValue string
	// Namespaces are the namespaces that it serves.
	Namespaces provider.Namespaces
	// DefaultClass is whether its class is the cluster's default. A tenant that
	// asks for it does not always get it.
	DefaultClass bool
	// AdoptNamespace is whether its namespace exists already and permits it to
	// move in. The operator then owns nothing of it but the label with the tenant's
	// name.
	AdoptNamespace bool
	// Live are the tenant's Services as they are: what their load balancers cannot
	// change stays.
	Live Services
	// Adopted are the Services of others that lead to the controller, or shall
	// from now on.
	Adopted []*corev1.Service
	// Facts are what the cluster offers.
	Facts platform.Facts
}

// Objects returns the tenant's objects, in the order in which they are to be
// created: what the controller's first pod needs comes before its Deployment.
// In particular the IngressClass does, for a controller that finds none takes
// every Ingress that it sees for its own.
func Objects(in Input) ([]apply.Object, error) {
	objects := []apply.Object{namespace(in), serviceAccount(in)}
	objects = append(objects, clusterRoleBindings(in)...)
	objects = append(objects, roleBindings(in)...)
	objects = append(objects, ingressClass(in))

	if in.Workload.ConfigMap != nil {
		objects = append(objects, configMap(in))
	}

	if in.Facts.NetworkPolicy {
		objects = append(objects, networkPolicy(in))
	}

	reached, err := services(in)
	if err != nil {
		return nil, err
	}

	objects = append(objects, reached...)

	if in.Facts.PodDisruptionBudget {
		objects = append(objects, podDisruptionBudget(in))
	}

	objects = append(objects, deployment(in))

	if autoscaling(in.Tenant) != nil {
		if !in.Facts.HorizontalPodAutoscaler {
			return nil, provider.Refuse(v1alpha1.ReasonAPIUnavailable,
				"spec.controller.autoscaling: the API server does not serve autoscaling/v2; enable it, or set spec.controller.replicas instead")
		}

		objects = append(objects, horizontalPodAutoscaler(in))
	}

	return objects, nil
}

// seal adds the hash of the object to it. It comes last, for the hash covers
// all fields: one that is dropped later leaves no trace but this.
func seal[T annotatable[T]](object T) T {
	return object.WithAnnotations(hashOf(object))
}
