// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/status"
	"github.com/ingresstenant/ingress-tenant-operator/internal/violation"
)

// Violations are the Ingresses that break what tenants hold new ones to, as they were
// last found.
type Violations struct {
	// Changed gets the tenants of which others are found than before.
	Changed chan event.GenericEvent

	mutex sync.Mutex
	found map[string]*status.Violations
}

// NewViolations returns one that has found nothing out yet.
func NewViolations() *Violations {
	return &Violations{Changed: make(chan event.GenericEvent)}
}

// known is whether anybody has looked.
func (v *Violations) known() bool {
	v.mutex.Lock()
	defer v.mutex.Unlock()

	return v.found != nil
}

// of returns what was found of a tenant; nil as long as nobody has looked.
func (v *Violations) of(name string) *status.Violations {
	v.mutex.Lock()
	defer v.mutex.Unlock()

	switch {
	case v.found == nil:
		return nil
	case v.found[name] == nil:
		return &status.Violations{}
	default:
		return v.found[name]
	}
}

// replace records what was found of all tenants, and returns those of which it is
// something else than before. When nobody has looked before these are also the said, of
// which a status tells something that may not be so any more.
func (v *Violations) replace(found map[string]*status.Violations, said []string) []string {
	v.mutex.Lock()
	defer v.mutex.Unlock()

	concerned := map[string]bool{}

	for _, known := range []map[string]*status.Violations{v.found, found} {
		for name := range known {
			if !reflect.DeepEqual(v.found[name], found[name]) {
				concerned[name] = true
			}
		}
	}

	for _, name := range said {
		concerned[name] = true
	}

	v.found = found

	return slices.Sorted(maps.Keys(concerned))
}

// ViolationReconciler finds the Ingresses that are there and break what tenants hold
// new ones to. It looks at all when anything changed that this hangs on, as a claim
// concerns Ingresses anywhere.
type ViolationReconciler struct {
	// Client reads from the cache.
	Client client.Client
	// Providers are the controller implementations.
	Providers *provider.Registry
	// RequireConsent is whether only namespaces are served that consent.
	RequireConsent bool
	// Hostnames is who holds which hostname.
	Hostnames *Hostnames
	// Violations takes what is found.
	Violations *Violations

	// looked is when it last looked.
	looked time.Time
}

// lookInterval is how long passes between one look at all Ingresses and the next, at
// least.
const lookInterval = 3 * time.Second

// SetupWithManager registers the reconciler with a manager. It has one thing to look
// at, whatever changes.
func (r *ViolationReconciler) SetupWithManager(mgr ctrl.Manager) error {
	kinds := []client.Object{&v1alpha1.IngressTenant{}, &networkingv1.IngressClass{}, &networkingv1.Ingress{}, &corev1.Namespace{}}
	if err := oneForAll(mgr, "violations", kinds, whatRulesLookAt()).Complete(r); err != nil {
		return fmt.Errorf("setting up the violation controller: %w", err)
	}

	return nil
}

// Reconcile looks at all Ingresses.
func (r *ViolationReconciler) Reconcile(ctx context.Context, _ reconcile.Request) (ctrl.Result, error) {
	if left := lookInterval - time.Since(r.looked); left > 0 {
		return ctrl.Result{RequeueAfter: left}, nil
	}

	found, err := r.look(ctx)
	if err != nil {
		return ctrl.Result{}, err
	}

	var said []string
	if !r.Violations.known() {
		if said, err = r.said(ctx); err != nil {
			return ctrl.Result{}, err
		}
	}

	r.looked = time.Now()

	for _, name := range r.Violations.replace(found, said) {
		if err := tell(ctx, r.Violations.Changed, name); err != nil {
			return ctrl.Result{}, fmt.Errorf("telling IngressTenant %s of Ingresses: %w", name, err)
		}
	}

	return ctrl.Result{}, nil
}

// look returns what is wrong with which Ingresses, by tenant.
func (r *ViolationReconciler) look(ctx context.Context) (map[string]*status.Violations, error) {
	entries, err := fleet(ctx, r.Client, r.RequireConsent)
	if err != nil {
		return nil, err
	}

	holders, err := r.Hostnames.load(ctx, r.Client)
	if err != nil {
		return nil, err
	}

	namespaces := &corev1.NamespaceList{}
	if err := r.Client.List(ctx, namespaces, client.UnsafeDisableDeepCopy); err != nil {
		return nil, fmt.Errorf("listing Namespaces for what Ingresses are held to: %w", err)
	}

	ingresses := &networkingv1.IngressList{}
	if err := r.Client.List(ctx, ingresses, client.UnsafeDisableDeepCopy); err != nil {
		return nil, fmt.Errorf("listing Ingresses for what they are held to: %w", err)
	}

	homes := make(map[string]*corev1.Namespace, len(namespaces.Items))
	for i := range namespaces.Items {
		homes[namespaces.Items[i].Name] = &namespaces.Items[i]
	}

	rules := violation.NewRules(entries, holders, r.Providers.Descriptors())
	found := map[string]*status.Violations{}

	for i := range ingresses.Items {
		ingress := &ingresses.Items[i]

		// The cache may know an Ingress before its namespace, and is looked at again then.
		home := homes[ingress.Namespace]
		if home == nil {
			continue
		}

		for name, wrong := range rules.Find(ingress, home) {
			if found[name] == nil {
				found[name] = &status.Violations{}
			}

			found[name].Add(ingress.Namespace, ingress.Name, wrong)
		}
	}

	return found, nil
}

// said are the tenants whose status tells of violations.
func (r *ViolationReconciler) said(ctx context.Context) ([]string, error) {
	tenants := &v1alpha1.IngressTenantList{}
	if err := r.Client.List(ctx, tenants, client.UnsafeDisableDeepCopy); err != nil {
		return nil, fmt.Errorf("listing IngressTenants for what their status says of Ingresses: %w", err)
	}

	var names []string

	for i := range tenants.Items {
		if tenants.Items[i].Status.TotalViolations > 0 {
			names = append(names, tenants.Items[i].Name)
		}
	}

	return names, nil
}
