// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"errors"
	"fmt"
	"time"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
	"sigs.k8s.io/controller-runtime/pkg/source"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/admission"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// Identity is who the operator is to the API server.
type Identity struct {
	// Username is the name that the API server knows it by.
	Username string
	// Namespace is where it writes claims.
	Namespace string
}

// AdmissionReconciler keeps the admission policies as they are to be, and the claims
// that they look up.
type AdmissionReconciler struct {
	// Client reads from the cache, which holds the operator's own policies and
	// ConfigMaps alone.
	Client client.Client
	// Live reads from the API server.
	Live client.Reader
	// Identity is who the operator is.
	Identity Identity
	// Providers are the controller implementations.
	Providers *provider.Registry
	// RequireConsent is whether only namespaces are served that consent.
	RequireConsent bool

	// owners are the owners of the policies, once known.
	owners []metav1.OwnerReference
}

// together is how long a change of claims waits for others: a fleet that is created at
// once is written in a few pieces.
const together = 200 * time.Millisecond

// +kubebuilder:rbac:groups=admissionregistration.k8s.io,resources=validatingadmissionpolicies;validatingadmissionpolicybindings,verbs=get;list;watch;create
// +kubebuilder:rbac:groups=admissionregistration.k8s.io,resources=validatingadmissionpolicies;validatingadmissionpolicybindings,verbs=patch,resourceNames=ingresstenant-class;ingresstenant-hostnames;ingresstenant-annotations;ingresstenant-external-names;ingresstenant-namespaces;ingresstenant-namespace-ownership;ingresstenant-ingressclasses
// +kubebuilder:rbac:groups=apiextensions.k8s.io,resources=customresourcedefinitions,verbs=get,resourceNames=ingresstenants.ingresstenant.io

// SetupWithManager registers the reconciler with a manager. It has one thing to look
// at, whatever changes.
func (r *AdmissionReconciler) SetupWithManager(mgr ctrl.Manager) error {
	once := reconcile.Request{NamespacedName: client.ObjectKey{Name: "admission"}}
	soon := handler.Funcs{}
	enqueue := func(q queue) { q.AddAfter(once, together) }
	soon.CreateFunc = func(_ context.Context, _ event.CreateEvent, q queue) { enqueue(q) }
	soon.UpdateFunc = func(_ context.Context, _ event.UpdateEvent, q queue) { enqueue(q) }
	soon.DeleteFunc = func(_ context.Context, _ event.DeleteEvent, q queue) { enqueue(q) }

	build := ctrl.NewControllerManagedBy(mgr).Named("admission").
		WatchesRawSource(source.Func(func(_ context.Context, q queue) error {
			q.Add(once)

			return nil
		}))
	for _, kind := range []client.Object{
		&v1alpha1.IngressTenant{}, &networkingv1.IngressClass{}, &corev1.ConfigMap{},
		&admissionregistrationv1.ValidatingAdmissionPolicy{},
		&admissionregistrationv1.ValidatingAdmissionPolicyBinding{},
	} {
		build = build.Watches(kind, soon)
	}

	if err := build.Complete(r); err != nil {
		return fmt.Errorf("setting up the admission controller: %w", err)
	}

	return nil
}

// Reconcile writes the claims first: policies without them would refuse nothing, and
// say so to nobody.
func (r *AdmissionReconciler) Reconcile(ctx context.Context, _ reconcile.Request) (ctrl.Result, error) {
	return ctrl.Result{}, errors.Join(r.claims(ctx), r.policies(ctx))
}

// claims makes the ConfigMaps say what tenants claim.
func (r *AdmissionReconciler) claims(ctx context.Context) error {
	tenants := &v1alpha1.IngressTenantList{}
	if err := r.Client.List(ctx, tenants, client.UnsafeDisableDeepCopy); err != nil {
		return fmt.Errorf("listing IngressTenants for the claims of admission policies: %w", err)
	}

	classes := &networkingv1.IngressClassList{}
	if err := r.Client.List(ctx, classes, client.UnsafeDisableDeepCopy); err != nil {
		return fmt.Errorf("listing IngressClasses for the claims of admission policies: %w", err)
	}

	existing := &corev1.ConfigMapList{}
	if err := r.Client.List(ctx, existing, client.InNamespace(r.Identity.Namespace), client.MatchingLabels(admission.Labels())); err != nil {
		return fmt.Errorf("listing the claims of admission policies: %w", err)
	}

	var entries []admission.Entry

	for _, t := range classHolders(tenants.Items, classes.Items) {
		implementation := provider.Default
		if t.Spec.Controller != nil && t.Spec.Controller.Provider != "" {
			implementation = t.Spec.Controller.Provider
		}

		entries = append(entries, admission.EntryOf(t, implementation, r.RequireConsent))
	}

	changes := admission.Plan(r.Identity.Namespace, existing.Items, entries)

	for i := range changes.Create {
		if err := r.Client.Create(ctx, &changes.Create[i]); err != nil {
			return explainClaims(&changes.Create[i], err)
		}
	}

	for i := range changes.Update {
		before, after := changes.Update[i].Before, changes.Update[i].After
		if err := r.Client.Patch(ctx, after, client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{})); err != nil {
			return explainClaims(after, err)
		}
	}

	for i := range changes.Delete {
		if err := client.IgnoreNotFound(r.Client.Delete(ctx, &changes.Delete[i])); err != nil {
			return explainClaims(&changes.Delete[i], err)
		}
	}

	return nil
}

func explainClaims(claims *corev1.ConfigMap, err error) error {
	return fmt.Errorf("writing ConfigMap %s/%s, by which admission policies keep tenants apart: %w", claims.Namespace, claims.Name, err)
}

// policies makes the policies and bindings as they are to be. One of the same name
// that does not carry the operator's label is somebody else's.
func (r *AdmissionReconciler) policies(ctx context.Context) error {
	owner, err := r.owner(ctx)
	if err != nil {
		return err
	}

	var failed []error

	for _, wanted := range admission.Policies(r.Identity.Username, r.Identity.Namespace, r.Providers.Descriptors()) {
		wanted.Policy.OwnerReferences = owner
		wanted.Binding.OwnerReferences = owner

		failed = append(failed,
			ensure(ctx, r.Client, wanted.Policy, &admissionregistrationv1.ValidatingAdmissionPolicy{},
				func(to, from *admissionregistrationv1.ValidatingAdmissionPolicy) { to.Spec = from.Spec }),
			ensure(ctx, r.Client, wanted.Binding, &admissionregistrationv1.ValidatingAdmissionPolicyBinding{},
				func(to, from *admissionregistrationv1.ValidatingAdmissionPolicyBinding) { to.Spec = from.Spec }))
	}

	return errors.Join(failed...)
}

// owner makes the policies go with the definition of IngressTenants: without any
// tenant they would keep people from what is nobody's.
func (r *AdmissionReconciler) owner(ctx context.Context) ([]metav1.OwnerReference, error) {
	if r.owners != nil {
		return r.owners, nil
	}

	definition := &metav1.PartialObjectMetadata{}
	definition.SetGroupVersionKind(schema.GroupVersionKind{Group: "apiextensions.k8s.io", Version: "v1", Kind: "CustomResourceDefinition"})

	name := "ingresstenants." + v1alpha1.GroupVersion.Group
	if err := r.Live.Get(ctx, client.ObjectKey{Name: name}, definition); err != nil {
		return nil, fmt.Errorf("reading CustomResourceDefinition %s, which owns the admission policies: %w", name, err)
	}

	r.owners = []metav1.OwnerReference{{
		APIVersion: definition.APIVersion, Kind: definition.Kind, Name: definition.Name, UID: definition.UID,
	}}

	return r.owners, nil
}

// ensure makes an object as it is wanted. What others added to its metadata stays.
func ensure[T client.Object](ctx context.Context, writer client.Client, wanted, existing T, setSpec func(to, from T)) error {
	err := writer.Get(ctx, client.ObjectKeyFromObject(wanted), existing)
	if apierrors.IsNotFound(err) {
		err = writer.Create(ctx, wanted)
		if apierrors.IsAlreadyExists(err) {
			err = fmt.Errorf("%w; it lacks the operator's labels, so it is somebody else's: rename or delete it", err)
		}

		return explainPolicy(wanted, err)
	}

	if err != nil {
		return explainPolicy(wanted, err)
	}

	before, _ := existing.DeepCopyObject().(T) //nolint:errcheck // A copy has its original's type.
	setSpec(existing, wanted)
	existing.SetOwnerReferences(wanted.GetOwnerReferences())

	labels := existing.GetLabels()
	for key, value := range wanted.GetLabels() {
		labels[key] = value
	}

	existing.SetLabels(labels)

	if equality.Semantic.DeepEqual(before, existing) {
		return nil
	}

	return explainPolicy(wanted, writer.Patch(ctx, existing, client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{})))
}

func explainPolicy(policy client.Object, err error) error {
	if err == nil {
		return nil
	}

	return fmt.Errorf("keeping admission policy %s as it is to be (%T): %w", policy.GetName(), policy, err)
}

// classHolders are the tenants that have their class, or will: of several that want
// one name, the one that the class was made for, or the oldest. Nobody's Ingresses are
// held to anything for a class that is somebody else's.
func classHolders(tenants []v1alpha1.IngressTenant, classes []networkingv1.IngressClass) []*v1alpha1.IngressTenant {
	made := make(map[string]*networkingv1.IngressClass, len(classes))
	for i := range classes {
		made[classes[i].Name] = &classes[i]
	}

	holders := map[string]*v1alpha1.IngressTenant{}

	for i := range tenants {
		t := &tenants[i]
		name := tenant.ClassName(t)

		if class := made[name]; class != nil {
			if madeFor(t, class) {
				holders[name] = t
			}

			continue
		}

		if holder := holders[name]; holder == nil || precedes(t, holder) {
			holders[name] = t
		}
	}

	found := make([]*v1alpha1.IngressTenant, 0, len(holders))
	for i := range tenants {
		if holders[tenant.ClassName(&tenants[i])] == &tenants[i] {
			found = append(found, &tenants[i])
		}
	}

	return found
}
