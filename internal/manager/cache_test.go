// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package manager

import (
	"maps"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/client-go/tools/cache"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/platform"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// metadata is an object's metadata with everything that the API server writes.
func metadata() metav1.ObjectMeta {
	now := metav1.NewTime(time.Date(2026, time.May, 1, 8, 0, 0, 0, time.UTC))

	return metav1.ObjectMeta{
		Name: "blog", GenerateName: "blog-", Namespace: "ingress-blog", UID: "1", ResourceVersion: "2", Generation: 3,
		CreationTimestamp: now, DeletionTimestamp: &now, DeletionGracePeriodSeconds: new(int64(30)),
		Labels: map[string]string{tenant.LabelTenant: "blog", "example.com/team": "blog"},
		Annotations: map[string]string{
			tenant.AnnotationAdopt: "blog", tenant.AnnotationConsent: "blog,shop", tenant.AnnotationDesiredHash: "hash", tenant.AnnotationClass: "nginx",
			"kubectl.kubernetes.io/last-applied-configuration": "long",
		},
		OwnerReferences: []metav1.OwnerReference{{Kind: "ReplicaSet", Name: "traefik", UID: "4"}},
		Finalizers:      []string{"example.com/hold"},
		ManagedFields:   []metav1.ManagedFieldsEntry{{Manager: "kubectl"}},
	}
}

// kept is what is left of it, with the given annotations.
func kept(annotations map[string]string) metav1.ObjectMeta {
	trimmed := metadata()
	trimmed.GenerateName = ""
	trimmed.DeletionGracePeriodSeconds = nil
	trimmed.Annotations = annotations
	trimmed.ManagedFields = nil

	return trimmed
}

func TestTrimPod(t *testing.T) {
	t.Parallel()

	// All that is asked of a pod: why it is not ready, and where it is reached.
	status := corev1.PodStatus{
		PodIP: "192.0.2.1",
		Phase: corev1.PodPending, Reason: "Evicted", Message: "The node was low on resource: memory.",
		Conditions: []corev1.PodCondition{{Type: corev1.PodScheduled, Status: corev1.ConditionFalse, Reason: "Unschedulable"}},
		ContainerStatuses: []corev1.ContainerStatus{{
			Name: "controller", RestartCount: 3,
			State:                corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "CrashLoopBackOff"}},
			LastTerminationState: corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{ExitCode: 1}},
		}},
	}
	whole := status
	whole.HostIP = "192.0.2.2"

	check(t, trimPod,
		&corev1.Pod{ObjectMeta: metadata(), Spec: corev1.PodSpec{NodeName: "node"}, Status: whole},
		&corev1.Pod{ObjectMeta: kept(nil), Status: status})
}

func TestTrimNamespace(t *testing.T) {
	t.Parallel()

	// Labels are what selectors match and what tells a tenant's namespace; the
	// annotations tell whether a tenant may move in, and what it applied.
	check(t, trimNamespace,
		&corev1.Namespace{
			ObjectMeta: metadata(),
			Spec:       corev1.NamespaceSpec{Finalizers: []corev1.FinalizerName{corev1.FinalizerKubernetes}},
			Status: corev1.NamespaceStatus{
				Phase:      corev1.NamespaceTerminating,
				Conditions: []corev1.NamespaceCondition{{Type: corev1.NamespaceContentRemaining}},
			},
		},
		&corev1.Namespace{
			ObjectMeta: kept(map[string]string{tenant.AnnotationAdopt: "blog", tenant.AnnotationConsent: "blog,shop", tenant.AnnotationDesiredHash: "hash"}),
			Status:     corev1.NamespaceStatus{Phase: corev1.NamespaceTerminating},
		})
}

func TestTrimIngress(t *testing.T) {
	t.Parallel()

	const (
		allowList  = "nginx.ingress.kubernetes.io/allowlist-source-range"
		authSecret = "nginx.ingress.kubernetes.io/auth-secret"
	)

	whole := metadata()
	whole.Annotations[allowList] = "192.0.2.0/24"
	whole.Annotations[authSecret] = "blog/users"

	// Which annotations there are for controllers, but mostly not what they say.
	want := &networkingv1.Ingress{
		ObjectMeta: kept(map[string]string{tenant.AnnotationClass: "nginx", allowList: "", authSecret: "blog/users"}),
		Spec: networkingv1.IngressSpec{
			IngressClassName: new("blog"),
			DefaultBackend:   &networkingv1.IngressBackend{},
			Rules:            []networkingv1.IngressRule{{Host: "blog.example.com"}},
			TLS:              []networkingv1.IngressTLS{{Hosts: []string{"blog.example.com"}}},
		},
	}
	want.Labels = nil

	check(t, trimIngress,
		&networkingv1.Ingress{
			ObjectMeta: whole,
			Spec: networkingv1.IngressSpec{
				IngressClassName: new("blog"),
				DefaultBackend: &networkingv1.IngressBackend{
					Service: &networkingv1.IngressServiceBackend{Name: "blog", Port: networkingv1.ServiceBackendPort{Number: 80}},
				},
				Rules: []networkingv1.IngressRule{{
					Host:             "blog.example.com",
					IngressRuleValue: networkingv1.IngressRuleValue{HTTP: &networkingv1.HTTPIngressRuleValue{Paths: []networkingv1.HTTPIngressPath{{Path: "/"}}}},
				}},
				TLS: []networkingv1.IngressTLS{{Hosts: []string{"blog.example.com"}, SecretName: "blog"}},
			},
			Status: networkingv1.IngressStatus{LoadBalancer: networkingv1.IngressLoadBalancerStatus{
				Ingress: []networkingv1.IngressLoadBalancerIngress{{IP: "203.0.113.10"}},
			}},
		}, want)
}

func TestTrimForeignBinding(t *testing.T) {
	t.Parallel()

	ref := rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "view"}
	staff := []rbacv1.Subject{{Kind: rbacv1.GroupKind, APIGroup: rbacv1.GroupName, Name: "staff"}}

	labelled := func(managedBy string) metav1.ObjectMeta {
		meta := metadata()
		meta.Labels = map[string]string{tenant.LabelManagedBy: managedBy}

		return meta
	}

	// Whose it is has to be known of any binding, the rest only of the operator's.
	foreign := kept(map[string]string{tenant.AnnotationDesiredHash: "hash"})
	foreign.Labels = map[string]string{tenant.LabelManagedBy: "helm"}

	// Somebody set fields of the operator's own, or created it: that is looked at.
	own := labelled(tenant.Operator)

	stripped := labelled("")
	stripped.OwnerReferences = []metav1.OwnerReference{{APIVersion: v1alpha1.GroupVersion.String(), Kind: "IngressTenant", Name: "blog", Controller: new(true)}}

	check(t, trimForeignBinding,
		&rbacv1.RoleBinding{ObjectMeta: stripped, RoleRef: ref, Subjects: staff},
		&rbacv1.RoleBinding{ObjectMeta: stripped, RoleRef: ref, Subjects: staff})
	check(t, trimForeignBinding,
		&rbacv1.ClusterRoleBinding{ObjectMeta: labelled("helm"), RoleRef: ref, Subjects: staff},
		&rbacv1.ClusterRoleBinding{ObjectMeta: foreign})
	check(t, trimForeignBinding,
		&rbacv1.ClusterRoleBinding{ObjectMeta: labelled(tenant.Operator), RoleRef: ref, Subjects: staff},
		&rbacv1.ClusterRoleBinding{ObjectMeta: own, RoleRef: ref, Subjects: staff})
	check(t, trimForeignBinding,
		&rbacv1.RoleBinding{ObjectMeta: labelled("helm"), RoleRef: ref, Subjects: staff},
		&rbacv1.RoleBinding{ObjectMeta: foreign})
	check(t, trimForeignBinding,
		&rbacv1.RoleBinding{ObjectMeta: labelled(tenant.Operator), RoleRef: ref, Subjects: staff},
		&rbacv1.RoleBinding{ObjectMeta: own, RoleRef: ref, Subjects: staff})
}

// check trims an object, and a stand-in for one that was deleted unseen. It
// fails if the object itself is changed, for others may read it.
func check[T interface{ DeepCopy() T }](t *testing.T, trim cache.TransformFunc, whole, want T) {
	t.Helper()

	before := whole.DeepCopy()

	trimmed, err := trim(whole)
	if err != nil {
		t.Fatal(err)
	}

	if diff := cmp.Diff(any(want), trimmed); diff != "" {
		t.Errorf("trimmed (-want +got):\n%s", diff)
	}

	if again, err := trim(trimmed); err != nil || !reflect.DeepEqual(again, trimmed) {
		t.Errorf("trimming it again gives %v, %v; want the same", again, err)
	}

	if diff := cmp.Diff(before, whole); diff != "" {
		t.Errorf("trimming changed the object (-before +after):\n%s", diff)
	}

	tombstone := cache.DeletedFinalStateUnknown{Key: "ingress-blog/blog", Obj: want}
	if left, err := trim(tombstone); err != nil || !reflect.DeepEqual(left, tombstone) {
		t.Errorf("trimming %v gives %v, %v; want it as it is", tombstone, left, err)
	}
}

func TestCacheOptions(t *testing.T) {
	t.Parallel()

	ours := labels.Set{tenant.LabelManagedBy: tenant.Operator, tenant.LabelTenant: "blog"}
	every := platform.Facts{HorizontalPodAutoscaler: true, PodDisruptionBudget: true, NetworkPolicy: true}
	always := map[string]bool{
		"*v1.ServiceAccount": true, "*v1.ConfigMap": true, "*v1.Service": true, "*v1.Deployment": true,
		"*v1.Pod":                       true,
		"*v1.ValidatingAdmissionPolicy": true, "*v1.ValidatingAdmissionPolicyBinding": true,
		"*v1.RoleBinding": false, "*v1.ClusterRoleBinding": false, "*v1.Namespace": false, "*v1.Ingress": false,
		"*v1.IngressClass": false,
	}

	for name, test := range map[string]struct {
		facts platform.Facts
		more  []string
	}{
		"an API server that serves everything": {every, []string{"*v1.NetworkPolicy", "*v1.PodDisruptionBudget", "*v2.HorizontalPodAutoscaler"}},
		"none of the optional kinds":           {platform.Facts{}, nil},
		"network policies":                     {platform.Facts{NetworkPolicy: true}, []string{"*v1.NetworkPolicy"}},
		"disruption budgets":                   {platform.Facts{PodDisruptionBudget: true}, []string{"*v1.PodDisruptionBudget"}},
		"autoscalers":                          {platform.Facts{HorizontalPodAutoscaler: true}, []string{"*v2.HorizontalPodAutoscaler"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			// Kinds, and whether only the operator's own objects are cached.
			want := maps.Clone(always)
			for _, kind := range test.more {
				want[kind] = true
			}

			options, got := cacheOptions(test.facts), map[string]bool{}
			for object, by := range options.ByObject {
				got[reflect.TypeOf(object).String()] = by.Label != nil && by.Label.Matches(ours) && !by.Label.Matches(labels.Set{})
			}

			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("cached kinds, and whether they are the operator's own (-want +got):\n%s", diff)
			}

			if !options.ReaderFailOnMissingInformer {
				t.Error("a read of an undeclared kind would load the whole cluster")
			}
		})
	}
}

// What is called complete must not be selected by label.
func TestCompleteKindsAreNotSelected(t *testing.T) {
	t.Parallel()

	scheme, err := Scheme()
	if err != nil {
		t.Fatal(err)
	}

	for object, by := range cacheOptions(platform.Facts{}).ByObject {
		kinds, _, err := scheme.ObjectKinds(object)
		if err != nil {
			t.Fatal(err)
		}

		if Complete()[kinds[0].GroupKind()] && by.Label != nil {
			t.Errorf("the cache is said to hold every %s, and holds those with a label", kinds[0].Kind)
		}
	}
}
