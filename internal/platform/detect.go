// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package platform

import (
	"context"
	"fmt"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// required are the kinds without which no tenant can be served.
func required() []schema.GroupVersionKind {
	return []schema.GroupVersionKind{
		appsv1.SchemeGroupVersion.WithKind("Deployment"),
		corev1.SchemeGroupVersion.WithKind("Service"),
		discoveryv1.SchemeGroupVersion.WithKind("EndpointSlice"),
		networkingv1.SchemeGroupVersion.WithKind("Ingress"),
		networkingv1.SchemeGroupVersion.WithKind("IngressClass"),
		rbacv1.SchemeGroupVersion.WithKind("RoleBinding"),
		rbacv1.SchemeGroupVersion.WithKind("ClusterRoleBinding"),
	}
}

// Detect asks the API server what it serves. The error names every API that is
// missing and that no tenant can do without.
func Detect(ctx context.Context, mapper meta.RESTMapper, reader client.Reader) (Facts, error) {
	var missing []string

	for _, kind := range required() {
		served, err := serves(mapper, kind)
		if err != nil {
			return Facts{}, err
		}

		if !served {
			missing = append(missing, kind.GroupVersion().String()+" "+kind.Kind)
		}
	}

	if len(missing) > 0 {
		return Facts{}, fmt.Errorf("the API server does not serve %s: enable them (--runtime-config) and start the operator again", strings.Join(missing, ", "))
	}

	var (
		facts Facts
		err   error
	)

	if facts.HorizontalPodAutoscaler, err = serves(mapper, autoscalingv2.SchemeGroupVersion.WithKind("HorizontalPodAutoscaler")); err != nil {
		return Facts{}, err
	}

	if facts.PodDisruptionBudget, err = serves(mapper, policyv1.SchemeGroupVersion.WithKind("PodDisruptionBudget")); err != nil {
		return Facts{}, err
	}

	if facts.NetworkPolicy, err = serves(mapper, networkingv1.SchemeGroupVersion.WithKind("NetworkPolicy")); err != nil {
		return Facts{}, err
	}

	facts.APIServerService, facts.APIServerPorts, err = apiServer(ctx, reader)

	return facts, err
}

func serves(mapper meta.RESTMapper, kind schema.GroupVersionKind) (bool, error) {
	_, err := mapper.RESTMapping(kind.GroupKind(), kind.Version)
	if meta.IsNoMatchError(err) {
		return false, nil
	}

	if err != nil {
		return false, fmt.Errorf("asking the API server whether it serves %s: %w", kind, err)
	}

	return true, nil
}
