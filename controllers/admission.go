// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/admission"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
)

// AdmissionReconciler keeps the admission policies as they are to be: with what the
// tenants claim.
type AdmissionReconciler struct {
	// Client reads from the cache, which holds the operator's own policies alone.
	Client client.Client
	// Live reads from the API server.
	Live client.Reader
	// Username is the name that the API server knows the operator by.
	Username string
	// Providers are the controller implementations.
	Providers *provider.Registry
	// RequireConsent is whether only namespaces are served that consent.
	RequireConsent bool

	// owners are the owners of the policies, once known, and until one is gone.
	owners []metav1.OwnerReference
	// written is when a policy was last written by an attempt that went through. One
	// that fails is repeated with the queue's back-off.
	written time.Time
	// wrote is whether the present attempt has written any.
	wrote bool
	// toldOfFence is whether the log says already that the fence is another.
	toldOfFence bool
}

// pause is how long the policies stay as they are at least. Each change is compiled by
// every API server, and more than once.
const pause = 2 * time.Second

// +kubebuilder:rbac:groups=admissionregistration.k8s.io,resources=validatingadmissionpolicies;validatingadmissionpolicybindings,verbs=list;watch;create
// +kubebuilder:rbac:groups=admissionregistration.k8s.io,resources=validatingadmissionpolicies;validatingadmissionpolicybindings,verbs=patch;delete,resourceNames=ingresstenant-namespace-ownership;ingresstenant-ingressclasses;ingresstenant-claims-00;ingresstenant-claims-01;ingresstenant-claims-02;ingresstenant-claims-03;ingresstenant-claims-04;ingresstenant-claims-05;ingresstenant-claims-06;ingresstenant-claims-07;ingresstenant-claims-08;ingresstenant-claims-09;ingresstenant-claims-10;ingresstenant-claims-11;ingresstenant-claims-12;ingresstenant-claims-13;ingresstenant-claims-14;ingresstenant-claims-15;ingresstenant-claims-16;ingresstenant-claims-17;ingresstenant-claims-18;ingresstenant-claims-19;ingresstenant-claims-20;ingresstenant-claims-21;ingresstenant-claims-22;ingresstenant-claims-23;ingresstenant-claims-24;ingresstenant-claims-25;ingresstenant-claims-26;ingresstenant-claims-27;ingresstenant-claims-28;ingresstenant-claims-29;ingresstenant-claims-30;ingresstenant-claims-31
// +kubebuilder:rbac:groups=apiextensions.k8s.io,resources=customresourcedefinitions,verbs=get,resourceNames=ingresstenants.ingresstenant.io

// SetupWithManager registers the reconciler with a manager. It has one thing to look
// at, whatever changes.
func (r *AdmissionReconciler) SetupWithManager(mgr ctrl.Manager) error {
	kinds := []client.Object{
		&v1alpha1.IngressTenant{}, &networkingv1.IngressClass{},
		&admissionregistrationv1.ValidatingAdmissionPolicy{},
		&admissionregistrationv1.ValidatingAdmissionPolicyBinding{},
	}
	if err := oneForAll(mgr, "admission", kinds, whatPoliciesKnow()).Complete(r); err != nil {
		return fmt.Errorf("setting up the admission controller: %w", err)
	}

	return nil
}

// Reconcile makes the policies say what tenants claim.
func (r *AdmissionReconciler) Reconcile(ctx context.Context, _ reconcile.Request) (ctrl.Result, error) {
	if left := pause - time.Since(r.written); left > 0 {
		return ctrl.Result{RequeueAfter: left}, nil
	}

	entries, err := fleet(ctx, r.Client, r.RequireConsent)
	if err != nil {
		return ctrl.Result{}, err
	}

	existing := &admissionregistrationv1.ValidatingAdmissionPolicyList{}
	if err := r.Client.List(ctx, existing, client.MatchingLabels(admission.Labels()), client.UnsafeDisableDeepCopy); err != nil {
		return ctrl.Result{}, fmt.Errorf("listing the admission policies: %w", err)
	}

	there := map[string]bool{}
	for i := range existing.Items {
		there[existing.Items[i].Name] = true
	}

	pages := admission.Pages(countPages(there), entries)

	wanted := admission.Policies(r.Username, r.Providers.Descriptors(), pages)

	// Policies go with the definition of IngressTenants, which may be another by now.
	if !there[admission.FenceName] || slices.ContainsFunc(wanted, func(policy admission.Policy) bool { return !there[policy.Name()] }) {
		r.owners = nil
	}

	delete(there, admission.FenceName)

	r.wrote = false

	if err := errors.Join(r.fence(ctx), r.write(ctx, there, wanted)); err != nil {
		return ctrl.Result{}, err
	}

	if r.wrote {
		r.written = time.Now()
	}

	return ctrl.Result{}, nil
}

// countPages is how many pages there are, or were before some got lost.
func countPages(there map[string]bool) int {
	count := 0

	for number := range admission.MaxPages {
		if there[admission.PageName(number)] {
			count = number + 1
		}
	}

	return count
}

// write makes the policies and bindings as they are wanted: those first that are not
// there, and last those go that are not wanted. What moves from one page to another
// is on both meanwhile, and never on none. One of the same name that does not carry
// the operator's label is somebody else's.
func (r *AdmissionReconciler) write(ctx context.Context, there map[string]bool, wanted []admission.Policy) error {
	owner, err := r.owner(ctx)
	if err != nil {
		return err
	}

	slices.SortStableFunc(wanted, func(a, b admission.Policy) int {
		switch {
		case there[a.Name()] == there[b.Name()]:
			return 0
		case there[b.Name()]:
			return -1
		default:
			return 1
		}
	})

	var failed []error

	for _, policy := range wanted {
		delete(there, policy.Name())

		policy.Policy.OwnerReferences = owner
		policy.Binding.OwnerReferences = owner

		failed = append(failed,
			r.ensure(ctx, policy.Policy, &admissionregistrationv1.ValidatingAdmissionPolicy{}),
			r.ensure(ctx, policy.Binding, &admissionregistrationv1.ValidatingAdmissionPolicyBinding{}))
	}

	// Nothing goes as long as what takes its place may not be there.
	if err := errors.Join(failed...); err != nil {
		return err
	}

	for name := range there {
		metadata := metav1.ObjectMeta{Name: name}

		failed = append(failed,
			client.IgnoreNotFound(r.Client.Delete(ctx, &admissionregistrationv1.ValidatingAdmissionPolicyBinding{ObjectMeta: metadata})),
			client.IgnoreNotFound(r.Client.Delete(ctx, &admissionregistrationv1.ValidatingAdmissionPolicy{ObjectMeta: metadata})))
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

// ensure makes a policy or binding as it is wanted. What others added to its metadata
// stays.
func (r *AdmissionReconciler) ensure(ctx context.Context, wanted, existing client.Object) error {
	err := r.Client.Get(ctx, client.ObjectKeyFromObject(wanted), existing)
	if apierrors.IsNotFound(err) {
		r.wrote = true

		err = r.Client.Create(ctx, wanted)
		if apierrors.IsAlreadyExists(err) {
			err = fmt.Errorf("%w; it lacks the operator's labels, so it is somebody else's: rename or delete it", err)
		}

		return explainPolicy(wanted, err)
	}

	if err != nil {
		return explainPolicy(wanted, err)
	}

	merged := merge(existing, wanted)
	if equality.Semantic.DeepEqual(existing, merged) {
		return nil
	}

	r.wrote = true

	return explainPolicy(wanted, r.Client.Patch(ctx, merged, client.MergeFromWithOptions(existing, client.MergeFromWithOptimisticLock{})))
}

// merge returns what is there with the spec, labels and owners that are wanted.
func merge(existing, wanted client.Object) client.Object {
	var merged client.Object

	switch there := existing.(type) {
	case *admissionregistrationv1.ValidatingAdmissionPolicy:
		policy := there.DeepCopy()
		if wanted, ok := wanted.(*admissionregistrationv1.ValidatingAdmissionPolicy); ok {
			policy.Spec = wanted.Spec
		}

		merged = policy
	case *admissionregistrationv1.ValidatingAdmissionPolicyBinding:
		binding := there.DeepCopy()
		if wanted, ok := wanted.(*admissionregistrationv1.ValidatingAdmissionPolicyBinding); ok {
			binding.Spec = wanted.Spec
		}

		merged = binding
	default:
		return wanted
	}

	labels := merged.GetLabels()
	maps.Copy(labels, wanted.GetLabels())
	merged.SetLabels(labels)
	merged.SetOwnerReferences(wanted.GetOwnerReferences())

	return merged
}

func explainPolicy(policy client.Object, err error) error {
	if err == nil {
		return nil
	}

	return fmt.Errorf("keeping admission policy %s as it is to be (%T): %w", policy.GetName(), policy, err)
}
