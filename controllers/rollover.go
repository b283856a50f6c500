// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/apply"
	"github.com/ingresstenant/ingress-tenant-operator/internal/desired"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// replicasManager is the field manager that holds a Deployment's number of pods
// between the operator and an autoscaler.
const replicasManager = tenant.Operator + "-replicas"

// handOverReplicas keeps the number of pods when a live tenant turns
// autoscaling on. The operator stops applying the number at that moment, and
// without another manager it would fall back to one pod.
func (r *IngressTenantReconciler) handOverReplicas(ctx context.Context, t *v1alpha1.IngressTenant, in desired.Input) error {
	if !desired.Autoscaled(in) {
		return nil
	}

	key := client.ObjectKey{Namespace: tenant.Namespace(t), Name: tenant.Name(t)}

	there, err := r.find(ctx, key, &autoscalingv2.HorizontalPodAutoscaler{})
	if err != nil || there {
		return err
	}

	deployment := &appsv1.Deployment{}

	there, err = r.find(ctx, client.ObjectKey{Namespace: tenant.Namespace(t), Name: in.Workload.Name}, deployment)
	if !there || !apply.OwnedBy(deployment, t) || deployment.Spec.Replicas == nil {
		return err
	}

	// One that is somebody else's is not in the cache. It holds up everything, this too.
	err = r.Applier.Live.Get(ctx, key, &autoscalingv2.HorizontalPodAutoscaler{})
	if !apierrors.IsNotFound(err) {
		return err
	}

	return r.Applier.HandOver(ctx, replicasManager, desired.Replicas(in, *deployment.Spec.Replicas))
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
