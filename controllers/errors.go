// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/apply"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/status"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// recheck is how often the operator looks whether what stood in a tenant's way
// is gone. An object in the way need not be in the cache, and a quota that is
// raised tells nobody.
const recheck = time.Minute

// classify says what to do about the errors of a reconcile. Only those that
// repeating may help are returned: a spec that is refused waits for somebody
// to change it, and what stands in the way is looked for again later.
func classify(err error) (ctrl.Result, error) {
	var (
		result    ctrl.Result
		retriable []error
	)

	for _, leaf := range status.Leaves(err) {
		var (
			refused  *provider.RefusedError
			notOwned *apply.NotOwnedError
			rejected *apply.RejectedError
		)

		switch {
		case errors.As(leaf, &refused):
		case errors.As(leaf, &notOwned), errors.As(leaf, &rejected), isAltered(leaf), isImmutable(leaf):
			result.RequeueAfter = recheck
		default:
			retriable = append(retriable, leaf)
		}
	}

	if len(retriable) > 0 {
		return ctrl.Result{}, errors.Join(retriable...)
	}

	return result, nil
}

// refusal is an error that a condition tells users about.
type refusal struct {
	reason  string
	message string
	err     error
}

func (r *refusal) Error() string           { return r.message }
func (r *refusal) Unwrap() error           { return r.err }
func (r *refusal) ConditionReason() string { return r.reason }

// explain gives errors of the engine the condition reason and the advice that
// users need. What is stored otherwise than it is applied is no error of the spec,
// and returned as a text for each.
func explain(err error) (altered []string, _ error) {
	var explained []error

	for _, leaf := range status.Leaves(err) {
		var (
			notOwned  *apply.NotOwnedError
			rejected  *apply.RejectedError
			immutable *apply.ImmutableError
		)

		switch {
		case isAltered(leaf):
			altered = append(altered, leaf.Error())
		case errors.As(leaf, &immutable):
			explained = append(explained, &refusal{
				reason:  v1alpha1.ReasonRefused,
				message: fmt.Sprintf("%v. %s", immutable, recreate(immutable.Object)),
				err:     leaf,
			})
		case errors.As(leaf, &notOwned) && noLongerPermits(notOwned):
			explained = append(explained, &refusal{
				reason: v1alpha1.ReasonNameConflict,
				message: fmt.Sprintf("%s no longer permits the tenant to be there: its annotation ingresstenant.io/adopt is gone, or names another. "+
					"What runs there runs on, and nothing of the tenant is changed until it permits it again: kubectl annotate namespace %s ingresstenant.io/adopt=%s --overwrite. "+
					"Or delete the tenant, which gives the namespace back.", notOwned.Object, notOwned.Object.Name, notOwned.Labels[tenant.LabelTenant]),
				err: leaf,
			})
		case errors.As(leaf, &notOwned):
			explained = append(explained, &refusal{
				reason:  v1alpha1.ReasonNameConflict,
				message: fmt.Sprintf("%v. It is left as it is, and nothing of the tenant is changed until it is gone: %s.", notOwned, wayOut(notOwned)),
				err:     leaf,
			})
		case errors.As(leaf, &rejected):
			explained = append(explained, &refusal{
				reason:  v1alpha1.ReasonRefused,
				message: sayRejected(leaf, rejected),
				err:     leaf,
			})
		default:
			explained = append(explained, leaf)
		}
	}

	return altered, errors.Join(explained...)
}

// recreate says how somebody has an object created again.
func recreate(object apply.Reference) string {
	loss := "requests fail until then"
	if object.Kind == "Service" {
		loss += ", and a load balancer may get another address"
	}

	return fmt.Sprintf("Delete it to have the operator create it again; %s: kubectl delete %s -n %s %s",
		loss, strings.ToLower(object.Kind), object.Namespace, object.Name)
}

// onlyAltered is whether an error is about nothing but objects that are stored
// otherwise than they are applied.
func onlyAltered(err error) bool {
	return !slices.ContainsFunc(status.Leaves(err), func(leaf error) bool { return !isAltered(leaf) })
}

func isAltered(err error) bool {
	_, altered := errors.AsType[*apply.AlteredError](err)

	return altered
}

func isImmutable(err error) bool {
	_, immutable := errors.AsType[*apply.ImmutableError](err)

	return immutable
}

// noLongerPermits is whether what is in the way is a namespace that a tenant has moved into.
func noLongerPermits(conflict *apply.NotOwnedError) bool {
	return conflict.Object.Kind == "Namespace" && conflict.Controller == "" && tenant.MovedInto(conflict.Labels)
}

func wayOut(conflict *apply.NotOwnedError) string {
	switch conflict.Object.Kind {
	case "Namespace":
		return "delete it, name the tenant otherwise, or annotate the namespace ingresstenant.io/adopt with the tenant's name to let the tenant move in"
	case "IngressClass":
		return "delete it, or give the tenant another spec.ingressClass.name"
	default:
		return "delete or rename it"
	}
}
