// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/internal/apply"
	"github.com/ingresstenant/ingress-tenant-operator/internal/platform"
)

// kind is a kind of object that tenants own.
type kind struct {
	gvk schema.GroupVersionKind
	// empty is an object of the kind.
	empty client.Object
	// stage is when it is deleted with its tenant; lower goes first.
	stage int
	// awaited is whether pods are started and replaced only where all objects of
	// the kind are as they shall be: a controller goes by the class, the rights and
	// the configuration that it finds when it starts, and by what protects it.
	awaited bool
	// shared are fields that others may set beside metadata and status, and
	// immutable those that the API server does not let change; both as
	// apply.Applier has them.
	shared    []string
	immutable []apply.Immutable
	// pruned is whether one that is no longer wanted is deleted while the
	// tenant lives. A namespace, a class and a Service never are: others
	// depend on them.
	pruned bool
}

// The stages of a teardown. The load balancer and the pods go first, while the
// pods still have their rights and their class; the class goes after the last
// pod, for some controllers take every Ingress for theirs once it is gone.
const (
	stageTraffic = iota
	stageSupport
	stageClass
	stageNamespace
	stages
)

// kinds are the kinds of object that tenants own, where the cluster has them.
func kinds(facts platform.Facts) []kind {
	core, apps, rbac, networking := corev1.SchemeGroupVersion, appsv1.SchemeGroupVersion, rbacv1.SchemeGroupVersion, networkingv1.SchemeGroupVersion
	all := []kind{
		{
			gvk: core.WithKind("Namespace"), empty: &corev1.Namespace{}, stage: stageNamespace,
			shared: []string{"spec"},
		},
		{
			gvk: core.WithKind("ServiceAccount"), empty: &corev1.ServiceAccount{}, stage: stageSupport, awaited: true, pruned: true,
			// Distributions add what their pods pull images with to every account.
			shared: []string{"secrets", "imagePullSecrets"},
		},
		{
			gvk: core.WithKind("ConfigMap"), empty: &corev1.ConfigMap{}, stage: stageSupport, awaited: true, pruned: true,
			immutable: []apply.Immutable{{Path: "immutable", Value: "true"}},
		},
		{
			gvk: core.WithKind("Service"), empty: &corev1.Service{}, stage: stageTraffic,
			shared: allocated(), immutable: []apply.Immutable{{Path: "spec.clusterIP", Value: `"None"`}},
		},
		{
			gvk: rbac.WithKind("ClusterRoleBinding"), empty: &rbacv1.ClusterRoleBinding{}, stage: stageSupport, awaited: true, pruned: true,
			immutable: []apply.Immutable{{Path: "roleRef"}},
		},
		{
			gvk: rbac.WithKind("RoleBinding"), empty: &rbacv1.RoleBinding{}, stage: stageSupport, awaited: true, pruned: true,
			immutable: []apply.Immutable{{Path: "roleRef"}},
		},
		{
			gvk: networking.WithKind("IngressClass"), empty: &networkingv1.IngressClass{}, stage: stageClass, awaited: true,
			immutable: []apply.Immutable{{Path: "spec.controller"}},
		},
		{
			gvk: apps.WithKind("Deployment"), empty: &appsv1.Deployment{}, stage: stageTraffic, pruned: true,
			// The number of pods is the operator's unless an autoscaler sets it, and
			// "kubectl rollout restart" annotates the template.
			shared: []string{"spec.replicas", "spec.template.metadata"}, immutable: []apply.Immutable{{Path: "spec.selector"}},
		},
	}

	if facts.NetworkPolicy {
		all = append(all, kind{gvk: networking.WithKind("NetworkPolicy"), empty: &networkingv1.NetworkPolicy{}, stage: stageSupport, awaited: true, pruned: true})
	}

	if facts.PodDisruptionBudget {
		all = append(all, kind{gvk: policyv1.SchemeGroupVersion.WithKind("PodDisruptionBudget"), empty: &policyv1.PodDisruptionBudget{}, stage: stageSupport, pruned: true})
	}

	if facts.HorizontalPodAutoscaler {
		all = append(all, kind{gvk: autoscalingv2.SchemeGroupVersion.WithKind("HorizontalPodAutoscaler"), empty: &autoscalingv2.HorizontalPodAutoscaler{}, stage: stageTraffic, pruned: true})
	}

	return all
}

func prunable(facts platform.Facts) []schema.GroupVersionKind {
	var pruned []schema.GroupVersionKind

	for _, k := range kinds(facts) {
		if k.pruned {
			pruned = append(pruned, k.gvk)
		}
	}

	return pruned
}

// prerequisites are the kinds that have to be as they shall be before a Deployment
// is written.
func prerequisites(facts platform.Facts) map[schema.GroupKind][]schema.GroupKind {
	var awaited []schema.GroupKind

	for _, k := range kinds(facts) {
		if k.awaited {
			awaited = append(awaited, k.gvk.GroupKind())
		}
	}

	return map[schema.GroupKind][]schema.GroupKind{deployments(): awaited}
}

func deployments() schema.GroupKind {
	return schema.GroupKind{Group: appsv1.GroupName, Kind: "Deployment"}
}

func teardownStages(facts platform.Facts) [][]schema.GroupVersionKind {
	ordered := make([][]schema.GroupVersionKind, stages)
	for _, k := range kinds(facts) {
		ordered[k.stage] = append(ordered[k.stage], k.gvk)
	}

	return ordered
}

// allocated are the fields of a Service that the API server or a cloud fills in.
func allocated() []string {
	return []string{
		"spec.clusterIP", "spec.clusterIPs", "spec.ipFamilies", "spec.ipFamilyPolicy", "spec.healthCheckNodePort",
		"spec.loadBalancerIP", "spec.loadBalancerClass", "spec.ports.*.nodePort",
	}
}
