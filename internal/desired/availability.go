// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import (
	"cmp"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	autoscalingv2ac "k8s.io/client-go/applyconfigurations/autoscaling/v2"
	metav1ac "k8s.io/client-go/applyconfigurations/meta/v1"
	policyv1ac "k8s.io/client-go/applyconfigurations/policy/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/apply"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

const (
	// defaultReplicas survive the loss of one node.
	defaultReplicas = 2

	// defaultCPUUtilization is the share of the requested CPU that an
	// autoscaler aims at, in percent.
	defaultCPUUtilization = 80
)

// podDisruptionBudget lets a drain take one pod at a time, and pods that do not
// serve at any time.
func podDisruptionBudget(in Input) apply.Object {
	object := policyv1ac.PodDisruptionBudget(tenant.Name(in.Tenant), tenant.Namespace(in.Tenant))

	return seal(owned(object, in.Tenant).WithSpec(policyv1ac.PodDisruptionBudgetSpec().
		WithMaxUnavailable(intstr.FromInt32(1)).
		WithUnhealthyPodEvictionPolicy(policyv1.AlwaysAllow).
		WithSelector(metav1ac.LabelSelector().WithMatchLabels(tenant.ControllerSelector(in.Tenant)))))
}

func horizontalPodAutoscaler(in Input) apply.Object {
	scaling := autoscaling(in.Tenant)
	object := autoscalingv2ac.HorizontalPodAutoscaler(tenant.Name(in.Tenant), tenant.Namespace(in.Tenant))

	return seal(owned(object, in.Tenant).WithSpec(autoscalingv2ac.HorizontalPodAutoscalerSpec().
		WithScaleTargetRef(autoscalingv2ac.CrossVersionObjectReference().
			WithAPIVersion(appsv1.SchemeGroupVersion.String()).
			WithKind("Deployment").
			// It follows the pods that clients reach.
			WithName(cmp.Or(in.ServeName, in.Workload.Name))).
		WithMinReplicas(MinReplicas(in.Tenant)).
		WithMaxReplicas(scaling.MaxReplicas).
		WithMetrics(autoscalingv2ac.MetricSpec().
			WithType(autoscalingv2.ResourceMetricSourceType).
			WithResource(autoscalingv2ac.ResourceMetricSource().
				WithName(corev1.ResourceCPU).
				WithTarget(autoscalingv2ac.MetricTarget().
					WithType(autoscalingv2.UtilizationMetricType).
					WithAverageUtilization(orDefault(scaling.TargetCPUUtilizationPercentage, defaultCPUUtilization)))))))
}

// MinReplicas is how many pods a tenant has at least.
func MinReplicas(t *v1alpha1.IngressTenant) int32 {
	if scaling := autoscaling(t); scaling != nil {
		return orDefault(scaling.MinReplicas, defaultReplicas)
	}

	return orDefault(controller(t).Replicas, defaultReplicas)
}

func autoscaling(t *v1alpha1.IngressTenant) *v1alpha1.AutoscalingSpec {
	return controller(t).Autoscaling
}

func controller(t *v1alpha1.IngressTenant) v1alpha1.ControllerSpec {
	if t.Spec.Controller == nil {
		return v1alpha1.ControllerSpec{}
	}

	return *t.Spec.Controller
}

func orDefault(n, otherwise int32) int32 {
	if n == 0 {
		return otherwise
	}

	return n
}
