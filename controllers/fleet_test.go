// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"testing"

	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

func TestWhatPoliciesKnow(t *testing.T) {
	t.Parallel()

	with := func(change func(*v1alpha1.IngressTenant)) client.Object {
		tenant := &v1alpha1.IngressTenant{ObjectMeta: metav1.ObjectMeta{Name: "blog"}}
		change(tenant)

		return tenant
	}
	before := with(func(*v1alpha1.IngressTenant) {})

	tests := map[string]struct {
		before, after client.Object
		want          bool
	}{
		"its conditions": {before, with(func(t *v1alpha1.IngressTenant) { t.Status.Conditions = []metav1.Condition{{}} }), false},
		"its replicas":   {before, with(func(t *v1alpha1.IngressTenant) { t.Spec.Controller = &v1alpha1.ControllerSpec{Replicas: 3} }), false},
		"its namespaces": {before, with(func(t *v1alpha1.IngressTenant) {
			t.Spec.Namespaces = &v1alpha1.NamespacesSpec{Names: []string{"blog"}}
		}), true},
		"the hostnames that it holds": {before, with(func(t *v1alpha1.IngressTenant) {
			t.Status.Hostnames = []v1alpha1.HostnameStatus{{Name: "blog.example.com", State: v1alpha1.HostnameHeld}}
		}), true},
		"the value of its class": {before, with(func(t *v1alpha1.IngressTenant) {
			t.Status.Isolation = &v1alpha1.IsolationStatus{ClassBinding: v1alpha1.BindingControllerValue}
			t.Status.ControllerValue = "example.com/blog"
		}), true},
		"a class": {&networkingv1.IngressClass{}, &networkingv1.IngressClass{}, true},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			if got := whatPoliciesKnow().Update(event.UpdateEvent{ObjectOld: test.before, ObjectNew: test.after}); got != test.want {
				t.Errorf("counts: %v, want %v", got, test.want)
			}
		})
	}

	if !whatPoliciesKnow().Create(event.CreateEvent{Object: before}) || !whatPoliciesKnow().Delete(event.DeleteEvent{Object: before}) {
		t.Error("a tenant that comes or goes does not count")
	}
}

func TestWhatRulesLookAt(t *testing.T) {
	t.Parallel()

	ingress := func(change func(*networkingv1.Ingress)) client.Object {
		one := &networkingv1.Ingress{ObjectMeta: metav1.ObjectMeta{Name: "site", Generation: 1, ResourceVersion: "1"}}
		change(one)

		return one
	}
	before := ingress(func(*networkingv1.Ingress) {})
	tenant := &v1alpha1.IngressTenant{ObjectMeta: metav1.ObjectMeta{Name: "blog"}}
	described := tenant.DeepCopy()
	described.Status.Conditions = []metav1.Condition{{}}

	for name, test := range map[string]struct {
		before, after client.Object
		want          bool
	}{
		"the address in an Ingress's status": {before, ingress(func(i *networkingv1.Ingress) {
			i.ResourceVersion = "2"
			i.Status.LoadBalancer.Ingress = []networkingv1.IngressLoadBalancerIngress{{IP: "192.0.2.1"}}
		}), false},
		"its spec":        {before, ingress(func(i *networkingv1.Ingress) { i.Generation = 2 }), true},
		"its labels":      {before, ingress(func(i *networkingv1.Ingress) { i.Labels = map[string]string{"a": "b"} }), true},
		"its annotations": {before, ingress(func(i *networkingv1.Ingress) { i.Annotations = map[string]string{"a": "b"} }), true},
		"the owner of a class": {&networkingv1.IngressClass{}, &networkingv1.IngressClass{ObjectMeta: metav1.ObjectMeta{
			OwnerReferences: []metav1.OwnerReference{{Name: "blog"}},
		}}, true},
		"a tenant's conditions": {tenant, described, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			if got := whatRulesLookAt().Update(event.UpdateEvent{ObjectOld: test.before, ObjectNew: test.after}); got != test.want {
				t.Errorf("counts: %v, want %v", got, test.want)
			}
		})
	}
}
