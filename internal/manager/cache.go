// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package manager

import (
	"maps"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/selection"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/apply"
	"github.com/ingresstenant/ingress-tenant-operator/internal/platform"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// cacheOptions keep the operator's memory to what it looks at: of most kinds
// the objects with its own label, of the others what it reads of them.
func cacheOptions(facts platform.Facts) cache.Options {
	ours := cache.ByObject{
		Label:     labels.SelectorFromSet(labels.Set{tenant.LabelManagedBy: tenant.Operator}),
		Transform: trimOwned,
	}
	pods := ours
	pods.Transform = trimPod

	// Those of others that lead to a tenant keep their own managed-by label.
	services := cache.ByObject{Label: tenants(), Transform: trimOwned}

	byObject := map[client.Object]cache.ByObject{
		&corev1.ServiceAccount{}: ours,
		&corev1.ConfigMap{}:      ours,
		&corev1.Service{}:        services,
		&appsv1.Deployment{}:     ours,
		&corev1.Pod{}:            pods,
		&admissionregistrationv1.ValidatingAdmissionPolicy{}:        ours,
		&admissionregistrationv1.ValidatingAdmissionPolicyBinding{}: ours,
		// Of these every object counts, but little of each.
		&corev1.Namespace{}:          {Transform: trimNamespace},
		&networkingv1.IngressClass{}: {Transform: trimOwned},
		&networkingv1.Ingress{}:      {Transform: trimIngress},
		// To know that these are there spares a request for each new one, and of
		// those of others no more is kept.
		&rbacv1.ClusterRoleBinding{}: {Transform: trimForeignBinding},
		&rbacv1.RoleBinding{}:        {Transform: trimForeignBinding},
	}

	if facts.NetworkPolicy {
		byObject[&networkingv1.NetworkPolicy{}] = ours
	}

	if facts.PodDisruptionBudget {
		byObject[&policyv1.PodDisruptionBudget{}] = ours
	}

	if facts.HorizontalPodAutoscaler {
		byObject[&autoscalingv2.HorizontalPodAutoscaler{}] = ours
	}

	return cache.Options{
		ByObject:         byObject,
		DefaultTransform: cache.TransformStripManagedFields(),
		// A kind that nobody declared to watch is a mistake, not a reason to
		// load the whole cluster.
		ReaderFailOnMissingInformer: true,
	}
}

// tenants selects the objects that carry a tenant's name.
func tenants() labels.Selector {
	named, err := labels.NewRequirement(tenant.LabelTenant, selection.Exists, nil)
	if err != nil {
		return labels.Nothing()
	}

	return labels.NewSelector().Add(*named)
}

// Complete are the kinds of which the cache holds every object that there is,
// not only the operator's own.
func Complete() map[schema.GroupKind]bool {
	return map[schema.GroupKind]bool{
		{Kind: "Namespace"}: true,
		{Group: networkingv1.GroupName, Kind: "IngressClass"}: true,
		{Group: rbacv1.GroupName, Kind: "ClusterRoleBinding"}: true,
		{Group: rbacv1.GroupName, Kind: "RoleBinding"}:        true,
	}
}

// trimPod keeps what tells why a pod is not ready, and where it is reached.
func trimPod(object any) (any, error) {
	pod, ok := object.(*corev1.Pod)
	if !ok {
		return object, nil
	}

	return &corev1.Pod{
		ObjectMeta: trimMeta(&pod.ObjectMeta),
		Status: corev1.PodStatus{
			Phase:             pod.Status.Phase,
			PodIP:             pod.Status.PodIP,
			Reason:            pod.Status.Reason,
			Message:           pod.Status.Message,
			Conditions:        pod.Status.Conditions,
			ContainerStatuses: pod.Status.ContainerStatuses,
		},
	}, nil
}

// trimNamespace keeps labels, ownership and the operator's own annotations.
func trimNamespace(object any) (any, error) {
	namespace, ok := object.(*corev1.Namespace)
	if !ok {
		return object, nil
	}

	trimmed := &corev1.Namespace{
		ObjectMeta: trimMeta(&namespace.ObjectMeta, tenant.AnnotationAdopt, tenant.AnnotationConsent, tenant.AnnotationDesiredHash),
		Status:     corev1.NamespaceStatus{Phase: namespace.Status.Phase},
	}

	if managed(namespace) {
		trimmed.ManagedFields = namespace.ManagedFields
	}

	return trimOwned(trimmed)
}

// trimOwned keeps an object of a tenant whole, but for managed fields that tell
// nothing. It may be called twice for an object.
func trimOwned(object any) (any, error) {
	managers := tenant.FieldManagers()

	return apply.TrimManagedFields(managers[0], managers...)(object)
}

// trimIngress keeps which class an Ingress names, which hosts it has, whether it has a
// default backend, and which annotations for controllers.
func trimIngress(object any) (any, error) {
	ingress, ok := object.(*networkingv1.Ingress)
	if !ok {
		return object, nil
	}

	trimmed := &networkingv1.Ingress{
		ObjectMeta: trimMeta(&ingress.ObjectMeta, tenant.AnnotationClass),
		Spec:       networkingv1.IngressSpec{IngressClassName: ingress.Spec.IngressClassName},
	}
	trimmed.Labels = nil

	for i := range ingress.Spec.Rules {
		trimmed.Spec.Rules = append(trimmed.Spec.Rules, networkingv1.IngressRule{Host: ingress.Spec.Rules[i].Host})
	}

	for i := range ingress.Spec.TLS {
		trimmed.Spec.TLS = append(trimmed.Spec.TLS, networkingv1.IngressTLS{Hosts: ingress.Spec.TLS[i].Hosts})
	}

	if ingress.Spec.DefaultBackend != nil {
		trimmed.Spec.DefaultBackend = &networkingv1.IngressBackend{}
	}

	// That an annotation for a controller is there is mostly enough to say what the
	// controller makes of it. Its value can be long.
	for key, value := range ingress.Annotations {
		if !tenant.ConfiguresController(key) {
			continue
		}

		if !tenant.NamesOthers(key) {
			value = ""
		}

		metav1.SetMetaDataAnnotation(&trimmed.ObjectMeta, key, value)
	}

	return trimmed, nil
}

// trimForeignBinding keeps of the bindings that are not the operator's own that
// they are there.
func trimForeignBinding(object any) (any, error) {
	switch binding := object.(type) {
	case *rbacv1.ClusterRoleBinding:
		if managed(binding) {
			return trimOwned(binding)
		}

		return &rbacv1.ClusterRoleBinding{ObjectMeta: trimMeta(&binding.ObjectMeta, tenant.AnnotationDesiredHash)}, nil
	case *rbacv1.RoleBinding:
		if managed(binding) {
			return trimOwned(binding)
		}

		return &rbacv1.RoleBinding{ObjectMeta: trimMeta(&binding.ObjectMeta, tenant.AnnotationDesiredHash)}, nil
	default:
		return object, nil
	}
}

// managed is whether an object is the operator's by its label, or by its owner where
// somebody took the label off.
func managed(object client.Object) bool {
	owner := metav1.GetControllerOfNoCopy(object)

	return object.GetLabels()[tenant.LabelManagedBy] == tenant.Operator ||
		owner != nil && owner.APIVersion == v1alpha1.GroupVersion.String()
}

// trimMeta keeps an object's identity, labels and ownership, and the named
// annotations.
func trimMeta(meta *metav1.ObjectMeta, annotations ...string) metav1.ObjectMeta {
	trimmed := metav1.ObjectMeta{
		Name:              meta.Name,
		Namespace:         meta.Namespace,
		UID:               meta.UID,
		ResourceVersion:   meta.ResourceVersion,
		Generation:        meta.Generation,
		CreationTimestamp: meta.CreationTimestamp,
		DeletionTimestamp: meta.DeletionTimestamp,
		Labels:            maps.Clone(meta.Labels),
		OwnerReferences:   meta.OwnerReferences,
		Finalizers:        meta.Finalizers,
	}

	for _, key := range annotations {
		if value, ok := meta.Annotations[key]; ok {
			metav1.SetMetaDataAnnotation(&trimmed, key, value)
		}
	}

	return trimmed
}
