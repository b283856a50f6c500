// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"slices"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/desired"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

type queue = workqueue.TypedRateLimitingInterface[reconcile.Request]

// byLabel maps an object to the tenant that its label names.
func byLabel(_ context.Context, object client.Object) []reconcile.Request {
	name := object.GetLabels()[tenant.LabelTenant]
	if name == "" {
		return nil
	}

	return []reconcile.Request{requestFor(name)}
}

// byAdoption maps a Service of somebody else to the tenant that took it over.
func byAdoption(ctx context.Context, object client.Object) []reconcile.Request {
	service, ok := object.(*corev1.Service)
	if !ok || !desired.Adopted(service) {
		return nil
	}

	return byLabel(ctx, object)
}

// byClass maps an IngressClass to the tenants that want its name or want to be
// the default in its place. Their own class reaches them as an owned object.
func (r *IngressTenantReconciler) byClass(ctx context.Context, object client.Object) []reconcile.Request {
	return r.tenants(ctx, func(t *v1alpha1.IngressTenant) bool {
		return tenant.WantsDefaultClass(t) || tenant.ClassName(t) == object.GetName()
	})
}

// byIngress maps an Ingress to the tenants whose class it names: it may hold up
// their deletion, or ask for what their controllers do not do.
func (r *IngressTenantReconciler) byIngress(ctx context.Context, object client.Object) []reconcile.Request {
	ingress, ok := object.(*networkingv1.Ingress)
	if !ok {
		return nil
	}

	var requests []reconcile.Request
	for _, class := range classesOf(ingress) {
		requests = append(requests, r.tenants(ctx, func(*v1alpha1.IngressTenant) bool { return true }, client.MatchingFields{classIndex: class})...)
	}

	return requests
}

func (r *IngressTenantReconciler) namespaceCreated(ctx context.Context, e event.CreateEvent, q queue) {
	r.enqueue(ctx, q, e.Object)
}

// namespaceUpdated looks at what the namespace was as well: a tenant whose
// selector it no longer matches loses it.
func (r *IngressTenantReconciler) namespaceUpdated(ctx context.Context, e event.UpdateEvent, q queue) {
	if labels.Equals(e.ObjectOld.GetLabels(), e.ObjectNew.GetLabels()) &&
		e.ObjectOld.GetDeletionTimestamp().Equal(e.ObjectNew.GetDeletionTimestamp()) &&
		same(e, tenant.AnnotationAdopt) && same(e, tenant.AnnotationConsent) {
		return
	}

	r.enqueue(ctx, q, e.ObjectOld, e.ObjectNew)
}

// same is whether an update left an annotation as it was. One that is empty says
// something else than one that is not there.
func same(e event.UpdateEvent, annotation string) bool {
	before, was := e.ObjectOld.GetAnnotations()[annotation]
	now, is := e.ObjectNew.GetAnnotations()[annotation]

	return was == is && before == now
}

func (r *IngressTenantReconciler) namespaceDeleted(ctx context.Context, e event.DeleteEvent, q queue) {
	r.enqueue(ctx, q, e.Object)
}

// enqueue enqueues the tenants that a namespace concerns: those that serve it,
// and the one that wants it for its controller.
func (r *IngressTenantReconciler) enqueue(ctx context.Context, q queue, states ...client.Object) {
	for _, request := range r.tenants(ctx, func(t *v1alpha1.IngressTenant) bool {
		return slices.ContainsFunc(states, func(namespace client.Object) bool { return concerns(t, namespace) })
	}) {
		q.Add(request)
	}
}

func concerns(t *v1alpha1.IngressTenant, namespace client.Object) bool {
	if tenant.Namespace(t) == namespace.GetName() {
		return true
	}

	if t.Spec.Namespaces == nil {
		return false
	}

	return slices.Contains(t.Spec.Namespaces.Names, namespace.GetName()) ||
		selectorOf(t).Matches(labels.Set(namespace.GetLabels()))
}

func (r *IngressTenantReconciler) tenants(ctx context.Context, wanted func(*v1alpha1.IngressTenant) bool, options ...client.ListOption) []reconcile.Request {
	list := &v1alpha1.IngressTenantList{}
	// An event does not wait for what reconciles are writing meanwhile.
	options = append(options, client.UnsafeDisableDeepCopy, client.DisableReadYourWritesConsistency)
	if err := r.Client.List(ctx, list, options...); err != nil {
		ctrl.LoggerFrom(ctx).Error(err, "Failed to list IngressTenants for an event; the change is seen at their next reconcile")

		return nil
	}

	var requests []reconcile.Request

	for i := range list.Items {
		if wanted(&list.Items[i]) {
			requests = append(requests, requestFor(list.Items[i].Name))
		}
	}

	return requests
}

func requestFor(name string) reconcile.Request {
	return reconcile.Request{NamespacedName: client.ObjectKey{Name: name}}
}
