// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/hostname"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/status"
)

// Hostnames is who holds which hostname in the fleet. It remembers nothing that
// the status of tenants does not say: another process comes to the same answers.
type Hostnames struct {
	// Changed gets the tenants whose hostnames became theirs, or another's, by what
	// was asked of another tenant.
	Changed chan event.GenericEvent

	mutex sync.Mutex
	index *hostname.Index
}

// NewHostnames returns one that knows no tenant yet.
func NewHostnames() *Hostnames {
	return &Hostnames{Changed: make(chan event.GenericEvent)}
}

// load reads the whole fleet, once: a tenant that was looked at before the others
// would get what is theirs.
func (h *Hostnames) load(ctx context.Context, reader client.Reader) (*hostname.Index, error) {
	h.mutex.Lock()
	defer h.mutex.Unlock()

	if h.index != nil {
		return h.index, nil
	}

	tenants := &v1alpha1.IngressTenantList{}
	if err := reader.List(ctx, tenants, client.UnsafeDisableDeepCopy); err != nil {
		return nil, fmt.Errorf("listing IngressTenants to find who holds which hostname: %w", err)
	}

	fleet := make([]hostname.Claimant, 0, len(tenants.Items))

	for i := range tenants.Items {
		// What is refused is told by the reconcile of the tenant.
		claimant, _ := claimantOf(&tenants.Items[i])
		fleet = append(fleet, claimant)
	}

	h.index = hostname.NewIndex(fleet...)

	return h.index, nil
}

// forget lets go of what a tenant that is gone held, and returns the tenants that
// this concerns.
func (h *Hostnames) forget(name string) []string {
	h.mutex.Lock()
	defer h.mutex.Unlock()

	if h.index == nil {
		return nil
	}

	return h.index.Remove(name)
}

// claimHostnames finds what the tenant claims and holds, whatever becomes of the rest
// of its spec, and has the tenants looked at again that this changes. It refuses
// entries that are no hostnames.
func (r *IngressTenantReconciler) claimHostnames(ctx context.Context, t *v1alpha1.IngressTenant, observed *status.Observed) error {
	index, err := r.Hostnames.load(ctx, r.Client)
	if err != nil {
		return err
	}

	claimant, refused := claimantOf(t)

	for _, name := range index.Set(claimant) {
		if err := tell(ctx, r.Hostnames.Changed, name); err != nil {
			return fmt.Errorf("telling IngressTenant %s of its hostnames: %w", name, err)
		}
	}

	claimed := []status.Hostname{}

	for _, verdict := range index.Verdicts(t.Name) {
		said := status.Hostname{Name: verdict.Hostname.String()}
		if !verdict.Held {
			said.HeldBy, said.HeldAs = verdict.Winner, verdict.WinningHostname.String()
		}

		// Two spellings of one hostname are one claim.
		if !slices.ContainsFunc(claimed, func(other status.Hostname) bool { return other.Name == said.Name }) {
			claimed = append(claimed, said)
		}
	}

	observed.Hostnames = claimed

	return refused
}

// tell has a tenant looked at again.
func tell(ctx context.Context, changed chan<- event.GenericEvent, name string) error {
	select {
	case changed <- event.GenericEvent{Object: &v1alpha1.IngressTenant{ObjectMeta: metav1.ObjectMeta{Name: name}}}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// claimantOf is what a tenant claims, with what its status recorded of that. It
// depends on nothing else, so that another process comes to the same claims. An entry
// that is no hostname is refused and claims nothing; as long as there is one, the
// tenant keeps what it claimed before: the entry may be one of these, mistyped.
func claimantOf(t *v1alpha1.IngressTenant) (hostname.Claimant, error) {
	claimant := hostname.Claimant{Tenant: t.Name, Created: t.CreationTimestamp.Time}

	var refused []error

	for i, text := range t.Spec.Hostnames {
		name, err := hostname.Parse(string(text))
		if err != nil {
			refused = append(refused, provider.Refuse(v1alpha1.ReasonInvalidSpec, "spec.hostnames[%d]: %v", i, err))

			continue
		}

		claimant.Claims = append(claimant.Claims, claimOf(name, t.Status.Hostnames))
	}

	if len(refused) == 0 {
		return claimant, nil
	}

	for _, recorded := range t.Status.Hostnames {
		// A record that is none was not written by the operator.
		name, err := hostname.Parse(recorded.Name)
		again := slices.ContainsFunc(claimant.Claims, func(claim hostname.Claim) bool { return claim.Hostname == name })

		if err == nil && !again {
			claimant.Claims = append(claimant.Claims, claimOf(name, t.Status.Hostnames))
		}
	}

	return claimant, errors.Join(refused...)
}

// claimOf is the claim to a hostname, with what is recorded of it.
func claimOf(name hostname.Name, recorded []v1alpha1.HostnameStatus) hostname.Claim {
	claim := hostname.Claim{Hostname: name}

	at := slices.IndexFunc(recorded, func(h v1alpha1.HostnameStatus) bool { return h.Name == name.String() })
	if at < 0 {
		return claim
	}

	claim.Held = recorded[at].State == v1alpha1.HostnameHeld

	if recorded[at].ClaimedTime != nil {
		claim.Since = recorded[at].ClaimedTime.Time
	}

	return claim
}

// tenantDeleted gives what a tenant held to those that wait for it. One whose
// finalizer somebody removed by hand is not looked at any more either.
func (r *IngressTenantReconciler) tenantDeleted(_ context.Context, e event.DeleteEvent, q queue) {
	r.Certificates.Forget(e.Object.GetName())
	r.Comparisons.Forget(e.Object.GetName())

	for _, name := range r.Hostnames.forget(e.Object.GetName()) {
		q.Add(requestFor(name))
	}
}
