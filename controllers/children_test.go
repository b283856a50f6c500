// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"
	"slices"

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
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// managedKind is a kind of object that the operator makes for tenants.
type managedKind struct {
	gvk schema.GroupVersionKind
	// drift changes what the operator applied to an object.
	drift func(*unstructured.Unstructured)
}

func (k managedKind) String() string {
	return k.gvk.Kind
}

// usualChildren is how many objects a tenant of one namespace has.
const usualChildren = 10

// managedKinds are all kinds that a tenant can have.
func managedKinds() []managedKind {
	core, rbac, networking := corev1.SchemeGroupVersion, rbacv1.SchemeGroupVersion, networkingv1.SchemeGroupVersion

	return []managedKind{
		{core.WithKind("Namespace"), set("privileged", "metadata", "labels", "pod-security.kubernetes.io/enforce")},
		{core.WithKind("ServiceAccount"), set(true, "automountServiceAccountToken")},
		{core.WithKind("ConfigMap"), set("true", "data", "allow-cross-namespace-resources")},
		{core.WithKind("Service"), set(map[string]any{"app": "other"}, "spec", "selector")},
		{appsv1.SchemeGroupVersion.WithKind("Deployment"), set("other", "spec", "template", "spec", "serviceAccountName")},
		{rbac.WithKind("ClusterRoleBinding"), set([]any{}, "subjects")},
		{rbac.WithKind("RoleBinding"), set([]any{}, "subjects")},
		{networking.WithKind("IngressClass"), set("other", "metadata", "labels", "ingresstenant.io/tenant")},
		{networking.WithKind("NetworkPolicy"), set([]any{map[string]any{}}, "spec", "egress")},
		{policyv1.SchemeGroupVersion.WithKind("PodDisruptionBudget"), set(int64(100), "spec", "maxUnavailable")},
		{autoscalingv2.SchemeGroupVersion.WithKind("HorizontalPodAutoscaler"), set(int64(100), "spec", "maxReplicas")},
	}
}

func set(value any, path ...string) func(*unstructured.Unstructured) {
	return func(object *unstructured.Unstructured) {
		Expect(unstructured.SetNestedField(object.Object, value, path...)).To(Succeed())
	}
}

// everything is a spec whose tenant has objects of all managed kinds.
func (c *cluster) everything(ctx context.Context) *v1alpha1.IngressTenant {
	GinkgoHelper()

	t := c.newTenant(ctx)
	t.Spec.Controller = &v1alpha1.ControllerSpec{
		Provider:    v1alpha1.ProviderIngressNGINX,
		Autoscaling: &v1alpha1.AutoscalingSpec{MaxReplicas: 4},
	}

	return t
}

// objects are the tenant's objects of a kind, sorted, but for those that are
// being deleted.
func (c *cluster) objects(ctx context.Context, t *v1alpha1.IngressTenant, kind managedKind) []unstructured.Unstructured {
	GinkgoHelper()

	list := &unstructured.UnstructuredList{}
	list.SetGroupVersionKind(kind.gvk.GroupVersion().WithKind(kind.gvk.Kind + "List"))
	Expect(c.List(ctx, list)).To(Succeed())

	return slices.DeleteFunc(list.Items, func(object unstructured.Unstructured) bool {
		return !metav1.IsControlledBy(&object, t) || object.GetDeletionTimestamp() != nil
	})
}

// children are the tenant's objects of all kinds, as "Kind namespace/name".
func (c *cluster) children(ctx context.Context, t *v1alpha1.IngressTenant) []string {
	GinkgoHelper()

	var names []string

	for _, kind := range managedKinds() {
		for _, object := range c.objects(ctx, t, kind) {
			names = append(names, nameOf(&object))
		}
	}

	return names
}

// versions are the versions of the tenant's objects.
func (c *cluster) versions(ctx context.Context, t *v1alpha1.IngressTenant) map[string]string {
	GinkgoHelper()

	versions := map[string]string{}

	for _, kind := range managedKinds() {
		for _, object := range c.objects(ctx, t, kind) {
			versions[nameOf(&object)] = object.GetResourceVersion()
		}
	}

	return versions
}

func nameOf(object client.Object) string {
	name := object.GetObjectKind().GroupVersionKind().Kind + " " + object.GetName()
	if object.GetNamespace() != "" {
		name = object.GetObjectKind().GroupVersionKind().Kind + " " + object.GetNamespace() + "/" + object.GetName()
	}

	return name
}

// content is what an object says, without the record of who said it when.
func content(object *unstructured.Unstructured) map[string]any {
	object = object.DeepCopy()
	object.SetResourceVersion("")
	object.SetGeneration(0)
	object.SetManagedFields(nil)
	unstructured.RemoveNestedField(object.Object, "status")

	return object.Object
}
