// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"cmp"
	"fmt"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// loadBalancerReady says whether the exposure that was asked for is there.
func (v view) loadBalancerReady() metav1.Condition {
	const conditionType = v1alpha1.ConditionLoadBalancerReady

	if v.Service == nil || v.Plan != nil && v.Plan.Both && v.Internal == nil {
		return v.notDeployed(conditionType, "Service")
	}

	if service := v.leadingNowhere(); service != nil {
		return condition(conditionType, metav1.ConditionFalse, v1alpha1.ReasonNoEndpoints, noEndpoints(service))
	}

	if v.exposure() != v1alpha1.ExposureLoadBalancer {
		return condition(conditionType, metav1.ConditionTrue, v1alpha1.ReasonNotRequired, notRequired(v.Service))
	}

	if adoption := v.adoption(); adoption != nil && !adoption.Taken {
		return condition(conditionType, metav1.ConditionFalse, v1alpha1.ReasonAdoptionPending, adoption.text())
	}

	if waiting := v.waiting(); waiting != nil {
		return condition(conditionType, metav1.ConditionFalse, v1alpha1.ReasonAddressPending, pending(waiting))
	}

	text := "The load balancer answers at %s."
	if len(v.reaching()) > 1 {
		text = "The load balancers answer at %s."
	}

	return condition(conditionType, metav1.ConditionTrue, v1alpha1.ReasonAddressAssigned, fmt.Sprintf(text, values(Addresses(v.Services))))
}

// leadingNowhere is the first of the Services by which clients come that selects pods
// of which none serves; nil if all lead somewhere. Where one leads to the Deployment
// that the Available condition is about, that condition says whether its pods serve.
func (v view) leadingNowhere() *corev1.Service {
	if v.Deployment == nil || v.Deletion != nil {
		return nil
	}

	leads := func(service *corev1.Service, deployment *appsv1.Deployment) bool {
		return labels.SelectorFromSet(service.Spec.Selector).Matches(labels.Set(deployment.Spec.Template.Labels))
	}

	for _, service := range v.reaching() {
		beside := func(deployment *appsv1.Deployment) bool {
			return deployment.Status.AvailableReplicas > 0 && leads(service, deployment)
		}

		if !leads(service, v.Deployment) && !slices.ContainsFunc(v.Beside, beside) {
			return service
		}
	}

	return nil
}

func noEndpoints(service *corev1.Service) string {
	return fmt.Sprintf("Clients that come by Service %s/%s get no answer: no pod that it selects serves. "+
		"The Progressing condition says whether somebody has to act. See kubectl get pods -n %s -l %s",
		service.Namespace, service.Name, service.Namespace, labels.FormatLabels(service.Spec.Selector))
}

// waiting is the Service whose load balancer has no address yet, of those that
// are asked for; nil if each has one.
func (v view) waiting() *corev1.Service {
	if v.adoption() != nil {
		for _, service := range v.Adopted {
			if len(assignedAddresses(service, "")) == 0 {
				return service
			}
		}

		return nil
	}

	if len(assignedAddresses(v.Service, "")) == 0 {
		return v.Service
	}

	if v.Plan != nil && v.Plan.Both && len(assignedAddresses(v.Internal, "")) == 0 {
		return v.Internal
	}

	return nil
}

// adoption is how far the tenant is with a Service of somebody else; nil where it
// asks for none.
func (v view) adoption() *Adoption {
	if v.Plan == nil {
		return nil
	}

	return v.Plan.Adoption
}

// exposure is what the spec asks for or, where that is not known, what is there.
func (v view) exposure() v1alpha1.ExposureType {
	if v.Plan != nil {
		return v.Plan.Exposure
	}

	return v1alpha1.ExposureType(v.Service.Spec.Type)
}

func notRequired(service *corev1.Service) string {
	if ports := nodePorts(service); ports != nil {
		return fmt.Sprintf("No load balancer is asked for: every node answers on port %d for HTTP and on port %d for HTTPS.",
			ports.HTTP, ports.HTTPS)
	}

	if inside := clusterAddresses(service); len(inside) > 0 {
		return fmt.Sprintf("No load balancer is asked for: the controller answers inside the cluster at %s.", values(inside))
	}

	return "No load balancer is asked for."
}

func pending(service *corev1.Service) string {
	implementation := "that a load balancer implementation runs in the cluster"
	if class := service.Spec.LoadBalancerClass; class != nil {
		implementation = fmt.Sprintf("that the implementation of load balancer class %s runs in the cluster", *class)
	}

	return fmt.Sprintf("No load balancer has given an address to Service %s/%s yet. Check %s, that it has addresses left, "+
		"and the Service's events: kubectl describe service -n %s %s.",
		service.Namespace, service.Name, implementation, service.Namespace, service.Name)
}

// scopeOf is a scope that is External where nothing is said of it.
func scopeOf(scope v1alpha1.AddressScope) v1alpha1.AddressScope {
	return cmp.Or(scope, v1alpha1.AddressExternal)
}
