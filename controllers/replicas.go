// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/desired"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// keepReplicas sets the number of pods of an autoscaled tenant where the autoscaler
// does not: when a live tenant turns autoscaling on, for the operator stops applying
// the number at that moment, and without another manager it would fall back to one
// pod; where there are fewer than the autoscaler's minimum, for with none it never
// scales; and on the way from one implementation to another, for the autoscaler
// follows the one that serves.
func (r *IngressTenantReconciler) keepReplicas(ctx context.Context, t *v1alpha1.IngressTenant, in desired.Input, running map[v1alpha1.ProviderName]*appsv1.Deployment) error {
	deployment := running[in.Workload.Provider]
	if !desired.Autoscaled(in) || deployment == nil || deployment.Spec.Replicas == nil {
		return nil
	}

	have := *deployment.Spec.Replicas
	wanted := max(have, desired.MinReplicas(t), servingReplicas(in, running))

	scaled, err := r.find(ctx, client.ObjectKey{Namespace: tenant.Namespace(t), Name: tenant.Name(t)}, &autoscalingv2.HorizontalPodAutoscaler{})
	if err != nil || scaled && have == wanted {
		return err
	}

	return r.Applier.HandOver(ctx, tenant.ManagerReplicas, desired.Replicas(in, wanted))
}

// servingReplicas is how many pods serve of an implementation that the workload is
// to replace; 0 if it is not to replace any.
func servingReplicas(in desired.Input, running map[v1alpha1.ProviderName]*appsv1.Deployment) int32 {
	serving := running[in.Serve]
	if in.Serve == in.Workload.Provider || serving == nil || serving.Spec.Replicas == nil {
		return 0
	}

	return *serving.Spec.Replicas
}

func available(deployment *appsv1.Deployment) bool {
	if deployment.Status.ObservedGeneration < deployment.Generation {
		return false
	}

	for _, condition := range deployment.Status.Conditions {
		if condition.Type == appsv1.DeploymentAvailable {
			return condition.Status == corev1.ConditionTrue
		}
	}

	return false
}
