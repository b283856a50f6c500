// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	corev1ac "k8s.io/client-go/applyconfigurations/core/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/apply"
	"github.com/ingresstenant/ingress-tenant-operator/internal/desired"
	"github.com/ingresstenant/ingress-tenant-operator/internal/status"
	"github.com/ingresstenant/ingress-tenant-operator/internal/switchover"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// adoptionAgain is when a Service is looked at again that the tenant asks for and does
// not have yet: the cache does not show it, and nobody tells of its changes.
const adoptionAgain = 15 * time.Second

// adoption is what a tenant has to do with Services of others.
type adoption struct {
	// asked is the Service that the tenant asks for; nil where it asks for none,
	// or there is none of the name.
	asked *corev1.Service
	// taken are the Services that lead to the tenant, sorted by name.
	taken []*corev1.Service
}

// adoption finds the Services of others that lead to the tenant, or shall.
func (r *IngressTenantReconciler) adoption(ctx context.Context, t *v1alpha1.IngressTenant) (adoption, error) {
	taken, err := r.adopted(ctx, t)
	found := adoption{taken: taken}

	if err != nil {
		return found, err
	}

	name := desired.AdoptedServiceName(t)
	if name == "" {
		return found, nil
	}

	if at := found.at(name); at >= 0 {
		found.asked = found.taken[at]

		return found, nil
	}

	// The cache holds only Services that were taken over, and not yet one that was
	// a moment ago.
	service := &corev1.Service{}
	key := client.ObjectKey{Namespace: tenant.Namespace(t), Name: name}

	err = r.Applier.Live.Get(ctx, key, service)
	if apierrors.IsNotFound(err) {
		return found, nil
	}

	if err != nil {
		return found, fmt.Errorf("reading Service %s, which the tenant asks to adopt: %w", key, err)
	}

	found.asked = service
	if service.Labels[tenant.LabelTenant] == t.Name && leadsTo(service, t) {
		found.taken = append(found.taken, service)
	}

	return found, nil
}

// adopted returns the Services of others that lead to the tenant, sorted by name.
func (r *IngressTenantReconciler) adopted(ctx context.Context, t *v1alpha1.IngressTenant) ([]*corev1.Service, error) {
	list := &corev1.ServiceList{}
	if err := r.Client.List(ctx, list, client.InNamespace(tenant.Namespace(t)),
		client.MatchingLabels{tenant.LabelTenant: t.Name}, client.DisableReadYourWritesConsistency); err != nil {
		return nil, fmt.Errorf("listing the Services that the tenant adopted: %w", err)
	}

	var taken []*corev1.Service

	for i := range list.Items {
		if service := &list.Items[i]; leadsTo(service, t) {
			taken = append(taken, service)
		}
	}

	slices.SortFunc(taken, func(a, b *corev1.Service) int { return strings.Compare(a.Name, b.Name) })

	return taken, nil
}

// leadsTo is whether a Service that has the tenant's label is somebody else's and
// leads to the tenant.
func leadsTo(service *corev1.Service, t *v1alpha1.IngressTenant) bool {
	return desired.Adopted(service) && !apply.OwnedBy(service, t) && service.DeletionTimestamp.IsZero()
}

// at is the place of a Service among those taken; negative if it is not there.
func (a adoption) at(name string) int {
	return slices.IndexFunc(a.taken, func(service *corev1.Service) bool { return service.Name == name })
}

// consents is whether a Service permits a tenant to take it over.
func consents(service *corev1.Service, t *v1alpha1.IngressTenant) bool {
	return service.Annotations[tenant.AnnotationAdopt] == t.Name
}

// fates are what becomes of the Services of others that lead to a tenant.
type fates struct {
	// kept go on leading to it, and follow it. Those that are unwanted as well do so
	// until their owner withdraws.
	kept, unwanted []*corev1.Service
	// returned are given back.
	returned []*corev1.Service
	// withdrawn stay as they are: the tenant asks for them, and their owner withdrew.
	withdrawn []*corev1.Service
	// damaged stay as they are, for it is not known what they led to before.
	damaged []*corev1.Service
}

// fixed are those that the operator does not change, whatever they lead to.
func (f fates) fixed() []*corev1.Service {
	return slices.Concat(f.withdrawn, f.damaged)
}

// fatesOf says what becomes of the Services that lead to a tenant.
func fatesOf(t *v1alpha1.IngressTenant, found adoption) fates {
	var f fates

	for _, service := range found.taken {
		asked, permitted := service.Name == desired.AdoptedServiceName(t), consents(service, t)

		switch {
		case !desired.Readable(service):
			f.damaged = append(f.damaged, service)
		case asked && permitted:
			f.kept = append(f.kept, service)
		case permitted:
			f.kept, f.unwanted = append(f.kept, service), append(f.unwanted, service)
		case asked:
			f.withdrawn = append(f.withdrawn, service)
		default:
			f.returned = append(f.returned, service)
		}
	}

	return f
}

// permit is the command by which whoever may change a Service lets a tenant take it
// over.
func permit(t *v1alpha1.IngressTenant, name string) string {
	return fmt.Sprintf("kubectl annotate service -n %s %s %s=%s", tenant.Namespace(t), name, tenant.AnnotationAdopt, t.Name)
}

// damaged is what the status says of a Service whose record cannot be read.
func damaged(service *corev1.Service) status.Damaged {
	return status.Damaged{
		Service:    service.Namespace + "/" + service.Name,
		Annotation: tenant.AnnotationAdopted,
		Forget:     desired.ForgetRecord(service),
	}
}

// adopt decides whether the Service that the tenant asks for shall lead to its
// controller from now on, and what the status says of it. It does when all pods
// are ready and answer the tenant's requests as what is behind the Service does.
func (r *IngressTenantReconciler) adopt(ctx context.Context, t *v1alpha1.IngressTenant, resolved *resolved) error {
	f := fatesOf(t, resolved.adoption)

	for _, service := range f.returned {
		if err := r.giveBack(ctx, service); err != nil {
			return err
		}
	}

	resolved.input.Adopted = f.kept
	resolved.leading = f.fixed()

	for _, service := range f.kept {
		resolved.leading = append(resolved.leading, led(t, service, resolved.decision))
	}

	slices.SortFunc(resolved.leading, func(a, b *corev1.Service) int { return strings.Compare(a.Name, b.Name) })

	for _, service := range f.unwanted {
		resolved.plan.LoadBalancerChanges = append(resolved.plan.LoadBalancerChanges, unwantedAdoption(service))
	}

	for _, service := range f.damaged {
		resolved.plan.Damaged = append(resolved.plan.Damaged, damaged(service))
	}

	name := desired.AdoptedServiceName(t)
	if name == "" {
		return nil
	}

	said := &status.Adoption{
		Service: tenant.Namespace(t) + "/" + name,
		Permit:  permit(t, name),
	}
	resolved.plan.Adoption = said
	service, taken := resolved.adoption.asked, resolved.adoption.at(name) >= 0

	switch {
	case service == nil:
		said.State = status.AdoptionMissing
	case !consents(service, t):
		said.State, said.Taken = status.AdoptionForbidden, taken
	case taken:
		said.State, said.Taken = status.AdoptionDone, true
	default:
		if said.Unfit = desired.Unfit(service); said.Unfit == "" {
			return r.tryAdoption(ctx, t, resolved, service)
		}

		said.State = status.AdoptionUnfit
	}

	return nil
}

// tryAdoption takes a Service over if the controller is ready for its clients.
func (r *IngressTenantReconciler) tryAdoption(ctx context.Context, t *v1alpha1.IngressTenant, resolved *resolved, service *corev1.Service) error {
	said := resolved.plan.Adoption
	said.State = status.AdoptionStarting

	serving := resolved.running[resolved.decision.Serve]
	if resolved.decision.Keep != "" || serving == nil || !status.Complete(serving) {
		return nil
	}

	if t.Spec.Controller == nil || t.Spec.Controller.Switchover != v1alpha1.SwitchoverForce {
		ready, err := r.compareAdoption(ctx, t, resolved, service)
		if err != nil || !ready {
			return err
		}
	}

	said.State, said.Taken = status.AdoptionDone, true
	resolved.input.Adopted = append(resolved.input.Adopted, service)
	resolved.leading = append(resolved.leading, led(t, service, resolved.decision))

	ctrl.LoggerFrom(ctx).Info("Adopting Service", "service", said.Service)

	return nil
}

// compareAdoption is whether the controller answers the tenant's requests as
// what is behind a Service does.
func (r *IngressTenantReconciler) compareAdoption(ctx context.Context, t *v1alpha1.IngressTenant, resolved *resolved, service *corev1.Service) (bool, error) {
	plan, deployment := resolved.plan.Adoption, resolved.running[resolved.decision.Serve]

	pods, err := r.pods(ctx, t, deployment)
	if err != nil {
		return false, err
	}

	serving := endpoint(deployment, pods)
	if serving == nil {
		return false, nil
	}

	// A controller without Ingresses answers 404 to everybody, and there is
	// nothing to compare by.
	if len(resolved.users) == 0 {
		plan.State = status.AdoptionNoIngresses

		return false, nil
	}

	before, after, err := behind(service, *serving)
	if err != nil {
		return false, err
	}

	known := r.compared(t, resolved, before, after, hashOf([]any{service.UID, service.Spec.Selector, service.Spec.Ports}))
	plan.Comparison = comparisonOf(known)

	switch {
	case !known.Done:
		return false, nil
	case known.Err == nil && known.Ingresses == 0:
		plan.State = status.AdoptionNoIngresses

		return false, nil
	}

	switch known.Comparison.Outcome() {
	case switchover.OutcomeAlike:
		return true, nil
	case switchover.OutcomeDiffers:
		plan.State = status.AdoptionDiffers
	default:
		plan.State = status.AdoptionUnknown
	}

	return false, nil
}

// led is a Service as it is when it leads to what a decision says. What the cache
// shows of it may be from before.
func led(t *v1alpha1.IngressTenant, service *corev1.Service, decision switchover.Decision) *corev1.Service {
	leading := service.DeepCopy()
	leading.Spec.Selector = tenant.WorkloadSelector(t, decision.Serve)

	return leading
}

// awaitsAdoption is whether the tenant looks again at a Service that it does not
// have yet.
func awaitsAdoption(plan *status.Plan) bool {
	return plan != nil && plan.Adoption != nil && !plan.Adoption.Taken
}

// unwantedAdoption is what the status says of a Service that leads to the tenant
// although it is no longer asked for.
func unwantedAdoption(service *corev1.Service) status.LoadBalancerChange {
	return status.LoadBalancerChange{
		Service:  service.Namespace + "/" + service.Name,
		Returned: true,
		Effect:   fmt.Sprintf("kubectl annotate service -n %s %s %s-", service.Namespace, service.Name, tenant.AnnotationAdopt),
	}
}

// giveBack makes an adopted Service lead to what it led to before, and lets go
// of it.
func (r *IngressTenantReconciler) giveBack(ctx context.Context, service *corev1.Service) error {
	before, err := desired.Returned(service)
	if err != nil {
		return err
	}

	if err := r.Applier.HandOver(ctx, tenant.ManagerReturn, before); err != nil {
		return err
	}

	ctrl.LoggerFrom(ctx).Info("Gave back Service", "service", client.ObjectKeyFromObject(service))

	return r.Applier.Release(ctx, corev1ac.Service(service.Name, service.Namespace).WithUID(service.UID),
		map[string]string{tenant.LabelTenant: service.Labels[tenant.LabelTenant]})
}

// giveBackAll gives back all Services that a tenant took over, before it is torn
// down.
func (r *IngressTenantReconciler) giveBackAll(ctx context.Context, t *v1alpha1.IngressTenant) error {
	taken, err := r.adopted(ctx, t)
	if err != nil {
		return err
	}

	var failed []error
	for _, service := range taken {
		failed = append(failed, r.giveBack(ctx, service))
	}

	return errors.Join(failed...)
}
