// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"context"
	"encoding/json"
	"fmt"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/intstr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// managed is one object that a tenant has, by kind and name.
type managed struct {
	kind      schemaKind
	namespace string
	name      string
}

// schemaKind is the API version and kind of an object.
type schemaKind struct{ apiVersion, kind string }

func (m managed) String() string {
	return m.kind.kind + " " + m.name
}

func (m managed) empty() *unstructured.Unstructured {
	object := &unstructured.Unstructured{}
	object.SetAPIVersion(m.kind.apiVersion)
	object.SetKind(m.kind.kind)
	object.SetNamespace(m.namespace)
	object.SetName(m.name)

	return object
}

// read returns the object as it is.
func (m managed) read(ctx context.Context, c client.Reader) (*unstructured.Unstructured, error) {
	object := m.empty()

	return object, c.Get(ctx, client.ObjectKeyFromObject(object), object)
}

// objectsOf are the objects of a tenant that serves one namespace, one of each
// kind. The workload's own are named like the workload.
func objectsOf(t *v1alpha1.IngressTenant, served, workload, servedRole string) []managed {
	own, name := tenant.Namespace(t), tenant.Name(t)

	return []managed{
		{schemaKind{"v1", "Namespace"}, "", own},
		{schemaKind{"v1", "ServiceAccount"}, own, workload},
		{schemaKind{"rbac.authorization.k8s.io/v1", "ClusterRoleBinding"}, "", tenant.BindingName(t, "ingresstenant-class-reader")},
		{schemaKind{"rbac.authorization.k8s.io/v1", "RoleBinding"}, served, tenant.BindingName(t, servedRole)},
		{schemaKind{"networking.k8s.io/v1", "IngressClass"}, "", tenant.ClassName(t)},
		{schemaKind{"v1", "ConfigMap"}, own, workload},
		{schemaKind{"networking.k8s.io/v1", "NetworkPolicy"}, own, name},
		{schemaKind{"v1", "Service"}, own, name},
		{schemaKind{"policy/v1", "PodDisruptionBudget"}, own, name},
		{schemaKind{"autoscaling/v2", "HorizontalPodAutoscaler"}, own, name},
		{schemaKind{"apps/v1", "Deployment"}, own, workload},
	}
}

// intent is an object without what the API server and other controllers keep
// in it.
func intent(object *unstructured.Unstructured) string {
	GinkgoHelper()

	kept := object.DeepCopy()
	unstructured.RemoveNestedField(kept.Object, "status")

	metadata := map[string]any{}

	for _, field := range []string{"name", "namespace", "labels", "annotations", "ownerReferences", "finalizers"} {
		if value, found, err := unstructured.NestedFieldCopy(object.Object, "metadata", field); err == nil && found {
			metadata[field] = value
		}
	}

	kept.Object["metadata"] = metadata

	// The Deployment's controller counts revisions in an annotation.
	unstructured.RemoveNestedField(kept.Object, "metadata", "annotations", "deployment.kubernetes.io/revision")

	encoded, err := json.MarshalIndent(kept.Object, "", " ")
	Expect(err).NotTo(HaveOccurred())

	return string(encoded)
}

// foreign returns an object of the same kind and name that somebody else made.
func (m managed) foreign() client.Object {
	GinkgoHelper()

	metadata := metav1.ObjectMeta{
		Namespace:   m.namespace,
		Name:        m.name,
		Labels:      map[string]string{"app": "somebody-elses"},
		Annotations: map[string]string{"note": "not the operator's"},
	}
	labels := &metav1.LabelSelector{MatchLabels: map[string]string{"app": "somebody-elses"}}
	role := rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "view"}

	switch m.kind.kind {
	case "Namespace":
		return &corev1.Namespace{ObjectMeta: metadata}
	case "ServiceAccount":
		return &corev1.ServiceAccount{ObjectMeta: metadata}
	case "ClusterRoleBinding":
		return &rbacv1.ClusterRoleBinding{ObjectMeta: metadata, RoleRef: role}
	case "RoleBinding":
		return &rbacv1.RoleBinding{ObjectMeta: metadata, RoleRef: role}
	case "IngressClass":
		return &networkingv1.IngressClass{ObjectMeta: metadata, Spec: networkingv1.IngressClassSpec{Controller: "example.com/other"}}
	case "ConfigMap":
		return &corev1.ConfigMap{ObjectMeta: metadata, Data: map[string]string{"key": "value"}}
	case "NetworkPolicy":
		return &networkingv1.NetworkPolicy{ObjectMeta: metadata, Spec: networkingv1.NetworkPolicySpec{PodSelector: *labels}}
	case "Service":
		return &corev1.Service{ObjectMeta: metadata, Spec: corev1.ServiceSpec{Selector: labels.MatchLabels, Ports: []corev1.ServicePort{{Port: 5432}}}}
	case "PodDisruptionBudget":
		return &policyv1.PodDisruptionBudget{ObjectMeta: metadata, Spec: policyv1.PodDisruptionBudgetSpec{Selector: labels, MinAvailable: new(intstr.FromInt32(1))}}
	case "HorizontalPodAutoscaler":
		return &autoscalingv2.HorizontalPodAutoscaler{ObjectMeta: metadata, Spec: autoscalingv2.HorizontalPodAutoscalerSpec{
			MaxReplicas:    7,
			ScaleTargetRef: autoscalingv2.CrossVersionObjectReference{APIVersion: "apps/v1", Kind: "Deployment", Name: "somebody-elses"},
		}}
	case "Deployment":
		return &appsv1.Deployment{ObjectMeta: metadata, Spec: appsv1.DeploymentSpec{
			Replicas: new(int32(0)),
			Selector: labels,
			Template: corev1.PodTemplateSpec{
				ObjectMeta: metav1.ObjectMeta{Labels: labels.MatchLabels},
				Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "main", Image: "example.com/image:1"}}},
			},
		}}
	default:
		Fail(fmt.Sprintf("no foreign %s", m.kind.kind))

		return nil
	}
}
