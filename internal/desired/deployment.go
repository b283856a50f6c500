// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import (
	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	appsv1ac "k8s.io/client-go/applyconfigurations/apps/v1"
	corev1ac "k8s.io/client-go/applyconfigurations/core/v1"
	metav1ac "k8s.io/client-go/applyconfigurations/meta/v1"

	"github.com/ingresstenant/ingress-tenant-operator/internal/apply"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// deployment runs the controller. A rollout starts a new pod before it stops an
// old one, and never has fewer than were asked for.
func deployment(in Input) apply.Object {
	selector := tenant.WorkloadSelector(in.Tenant, in.Workload.Provider)
	labels := tenant.WorkloadLabels(in.Tenant, in.Workload.Provider)

	template := corev1ac.PodTemplateSpec().WithLabels(labels).WithSpec(podSpec(in))
	if in.Workload.ConfigMap != nil {
		template.WithAnnotations(map[string]string{tenant.AnnotationConfigHash: hash(in.Workload.ConfigMap)})
	}

	// The tokens of pods are bound to the account that they were started with.
	if in.NewAccount != "" {
		template.WithAnnotations(map[string]string{tenant.AnnotationServiceAccount: string(in.NewAccount)})
	}

	object := workloadOwned(appsv1ac.Deployment(in.Workload.Name, tenant.Namespace(in.Tenant)), in)
	desired := appsv1ac.DeploymentSpec().
		WithRevisionHistoryLimit(3).
		WithSelector(metav1ac.LabelSelector().WithMatchLabels(selector)).
		WithStrategy(appsv1ac.DeploymentStrategy().
			WithType(appsv1.RollingUpdateDeploymentStrategyType).
			WithRollingUpdate(appsv1ac.RollingUpdateDeployment().
				WithMaxSurge(intstr.FromInt32(1)).
				WithMaxUnavailable(intstr.FromInt32(0)))).
		WithTemplate(template)

	// An autoscaler sets the number of pods, and the operator then owns none.
	if autoscaling(in.Tenant) == nil {
		desired.WithReplicas(MinReplicas(in.Tenant))
	}

	return seal(object.WithSpec(desired))
}

// Replicas is the Deployment with nothing but a number of pods, to hand that
// field over to an autoscaler.
func Replicas(in Input, replicas int32) apply.Object {
	return appsv1ac.Deployment(in.Workload.Name, tenant.Namespace(in.Tenant)).
		WithSpec(appsv1ac.DeploymentSpec().WithReplicas(replicas))
}

// Autoscaled is whether an autoscaler sets the tenant's number of pods.
func Autoscaled(in Input) bool {
	return autoscaling(in.Tenant) != nil
}
