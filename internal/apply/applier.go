// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package apply

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/managedfields"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Applier applies desired objects for an owner, and deletes what it no longer
// wants.
type Applier struct {
	// Client reads from the cache and writes to the API server, as one field
	// manager.
	Client client.Client
	// Live reads from the API server. It is asked only about objects that the
	// cache does not hold.
	Live client.Reader
	// Converter gives objects their schema, to compare them field by field.
	Converter managedfields.TypeConverter
	// Complete are the kinds of which the cache holds every object. What the
	// cache does not hold of any other kind may still exist, unseen for want of
	// the operator's label.
	Complete map[schema.GroupKind]bool
	// Prerequisites are, by the kind that needs them, the kinds whose objects have
	// to be as desired first.
	Prerequisites map[schema.GroupKind][]schema.GroupKind
	// Foreground are the kinds whose objects are gone only when their own
	// dependents are, as a Deployment's pods.
	Foreground map[schema.GroupKind]bool
	// Managers are the field managers of the operator. The first is the one that
	// Client applies as.
	Managers []string
	// Shared are fields that others may set in an owner's objects, by kind: the
	// names of fields, separated by dots, with "*" for an entry of a list. Metadata
	// and status are shared in every kind, but for what is desired of them.
	Shared map[schema.GroupKind][]string
	// Immutable are fields that the API server does not let change, by kind.
	Immutable map[schema.GroupKind][]Immutable
	// Disposable is whether nothing is lost where an object is deleted and created
	// again, to change what is immutable.
	Disposable func(live client.Object) bool
	// Marks tell an owner's object that has lost its owner reference.
	Marks Marks
	// Derives is whether an owner's objects have such a name. Of objects that have
	// lost their owner reference only these are deleted with the owner: others may
	// be copies that somebody made.
	Derives func(owner client.Object, reference Reference) bool
	// HashAnnotation is the annotation that holds a hash of the desired object.
	// Where it is the same on both sides, a difference is somebody else's. A desired
	// object that is to leave no such trace has none.
	HashAnnotation string
	// AdoptAnnotation is the annotation by which an object that exists permits
	// the owner that it names to apply fields to it.
	AdoptAnnotation string

	// altered are the objects that the API server stored otherwise than asked. It
	// spares requests that would change nothing, and decides nothing else.
	altered alterations
	// settled are the objects that were found to be as desired. It spares comparisons
	// of what did not change.
	settled settled
}

// Immutable is a field that cannot be changed.
type Immutable struct {
	// Path leads to the field, as in Applier.Shared.
	Path string
	// Value limits it to objects that have this value there, as JSON; empty for
	// any.
	Value string
}

// Action is what was done to an object.
type Action string

// The values of Action.
const (
	// Created: the object did not exist.
	Created Action = "Created"
	// Configured: the desired object changed.
	Configured Action = "Configured"
	// Healed: somebody changed or removed a field that the owner sets.
	Healed Action = "Healed"
	// Deleted: the object is no longer wanted.
	Deleted Action = "Deleted"
)

// Change is something that was written.
type Change struct {
	// Object is what was written.
	Object Reference
	// Action is what was done.
	Action Action
}

// step is one object that differs from what is desired.
type step struct {
	reference Reference
	object    Object
	desired   *unstructured.Unstructured
	action    Action
	// live is the object as it is; nil where there is none.
	live client.Object
	// owner is who controls it in place of an owner that was there before; nil where
	// that is so, or nobody does.
	owner client.Object
	// difference is how it differs; nil where there is none.
	difference *difference
}

// Plan is what has to be done to make objects as desired.
type Plan struct {
	steps []step
}

// Apply makes objects as desired: it carries out what it plans.
func (a *Applier) Apply(ctx context.Context, owner client.Object, objects []Object) ([]Change, error) {
	plan, err := a.Plan(ctx, owner, objects)
	if err != nil {
		return nil, err
	}

	return a.CarryOut(ctx, plan)
}

// CarryOut makes the objects in the cluster hold every field of the desired ones,
// in their order, and those that are the owner's hold nothing else but defaults,
// metadata and what is shared. An object with a UID is applied to that one only,
// and never created.
//
// An object that the API server refuses is a *RejectedError, one that it stores
// otherwise than asked an *AlteredError, and one that differs in what cannot be
// changed an *ImmutableError. None of them keeps the other objects from being
// applied, unless these lie in a namespace that could not be created, or are of a
// kind that needs one that is missing. Where every field is as desired, nothing
// is sent.
func (a *Applier) CarryOut(ctx context.Context, plan *Plan) ([]Change, error) {
	var (
		changes []Change
		errs    []error
		failed  = map[schema.GroupKind]bool{}
	)

	for _, s := range plan.steps {
		if a.lacks(s.reference.GroupKind(), failed) {
			continue
		}

		done, err := a.carryOut(ctx, s)
		errs = append(errs, err)

		if err == nil {
			changes = append(changes, Change{Object: s.reference, Action: done})

			continue
		}

		// What is there although altered is no reason to wait.
		if _, altered := errors.AsType[*AlteredError](err); altered {
			continue
		}

		failed[s.reference.GroupKind()] = true

		if s.reference.Kind == "Namespace" {
			break
		}
	}

	return changes, errors.Join(errs...)
}

// carryOut makes one object as desired, and returns what was done.
func (a *Applier) carryOut(ctx context.Context, s step) (Action, error) {
	if s.difference != nil {
		if gone, err := a.prepare(ctx, s); err != nil || gone {
			return Deleted, err
		}
	}

	if err := a.Client.Apply(ctx, s.object, client.ForceOwnership); err != nil {
		return "", classify(s.reference, err)
	}

	return s.action, a.verify(s)
}

// prepare makes room for what is desired of an object that is there: it deletes
// one that cannot become as desired, and claims what others set. It returns
// whether the object is on its way out, and to be created when it is gone.
func (a *Applier) prepare(ctx context.Context, s step) (gone bool, err error) {
	if path, ok := s.difference.immutable(a.Immutable[s.reference.GroupKind()]); ok {
		if a.Disposable == nil || !a.Disposable(s.live) {
			return false, a.immutableError(s, path)
		}

		return a.Foreground[s.reference.GroupKind()], a.delete(ctx, s.reference, s.live)
	}

	if a.altered.known(s) {
		return false, s.difference.alteredError()
	}

	live := s.live

	// Two owners cannot both control an object.
	if s.owner != nil {
		if live, err = a.takeBack(ctx, s.owner, s.reference, live); err != nil {
			return false, err
		}
	}

	if s.difference.extra.Empty() {
		return false, nil
	}

	return false, a.claim(ctx, s.reference, live, s.difference.extra)
}

// verify is whether the API server stored what was asked for, where that was not
// so before. An object that is new is looked at when the cache shows it.
func (a *Applier) verify(s step) error {
	if s.difference == nil {
		return nil
	}

	stored, err := fields(s.object)
	if err != nil {
		return err
	}

	current, err := a.Converter.ObjectToTyped(stored)
	if err != nil {
		return fmt.Errorf("reading %s as it was stored: %w", s.reference, err)
	}

	left, err := a.compareTyped(s.reference, current, s.desired)
	if err != nil {
		return fmt.Errorf("comparing %s with what was asked for: %w", s.reference, err)
	}

	if left.none() {
		a.altered.forget(s.reference)

		return nil
	}

	a.altered.remember(s, left)

	return left.alteredError()
}

// lacks is whether a kind needs one of those that could not be applied.
func (a *Applier) lacks(kind schema.GroupKind, failed map[schema.GroupKind]bool) bool {
	return slices.ContainsFunc(a.Prerequisites[kind], func(needed schema.GroupKind) bool { return failed[needed] })
}

// Plan finds what has to be done to make objects as desired, and writes nothing.
// If one belongs to somebody else, there is no plan, and the error wraps a
// *NotOwnedError for each.
func (a *Applier) Plan(ctx context.Context, owner client.Object, objects []Object) (*Plan, error) {
	var (
		steps    []step
		errs     []error
		newborns = map[string]bool{}
	)

	for _, object := range objects {
		reference := ReferenceTo(object)

		// In a namespace that does not exist there is nothing to look for.
		if newborns[reference.Namespace] {
			steps = append(steps, step{reference: reference, object: object, action: Created})

			continue
		}

		live, err := a.read(ctx, reference)
		if err != nil {
			return nil, err
		}

		desired, err := fields(object)
		if err != nil {
			return nil, err
		}

		if outdated(desired, live) {
			continue
		}

		if live == nil {
			steps = append(steps, step{reference: reference, object: object, action: Created})
			if reference.Kind == "Namespace" {
				newborns[reference.Name] = true
			}

			continue
		}

		next, err := a.differs(reference, live, desired, owner)

		switch _, foreign := errors.AsType[*NotOwnedError](err); {
		case foreign:
			errs = append(errs, err)
		case err != nil:
			return nil, err
		case next.action != "":
			next.object = object
			steps = append(steps, next)
		}
	}

	if err := errors.Join(errs...); err != nil {
		return nil, err
	}

	return &Plan{steps: steps}, nil
}

// outdated is whether a desired object is about one that is gone: it has that
// one's UID. The news of it is on its way, and decides what there shall be.
func outdated(desired *unstructured.Unstructured, live client.Object) bool {
	uid := desired.GetUID()

	return uid != "" && (live == nil || live.GetUID() != uid)
}

// differs is what is to be done to an object that is there to make it as desired;
// without an action where nothing is. One that is somebody else's is a
// *NotOwnedError.
func (a *Applier) differs(reference Reference, live client.Object, desired *unstructured.Unstructured, owner client.Object) (step, error) {
	if !a.Owns(owner, live) && !a.adopts(desired, live, owner) {
		return step{}, notOwned(reference, live)
	}

	hash := desired.GetAnnotations()[a.HashAnnotation]
	if a.settled.known(reference, live, hash) {
		return step{}, nil
	}

	found, err := a.compare(reference, live, desired)
	if err != nil {
		return step{}, fmt.Errorf("comparing %s with what is desired: %w", reference, err)
	}

	next := step{reference: reference, desired: desired, live: live, difference: found}
	if claimsOwnership(desired) && !OwnedBy(live, owner) && metav1.GetControllerOfNoCopy(live) != nil {
		next.owner = owner
	}

	if found.none() {
		a.settled.remember(reference, live, hash)

		return next, nil
	}

	next.action = a.reason(live, desired)

	return next, nil
}

// read returns the object as the cache holds it, or as the API server does if
// the cache may not show it; nil if there is none.
func (a *Applier) read(ctx context.Context, reference Reference) (client.Object, error) {
	live, err := a.empty(reference.GroupVersionKind)
	if err != nil {
		return nil, err
	}

	err = a.Client.Get(ctx, reference.ObjectKey, live)
	if apierrors.IsNotFound(err) {
		if a.Complete[reference.GroupKind()] {
			return nil, nil
		}

		err = a.Live.Get(ctx, reference.ObjectKey, live)
		if apierrors.IsNotFound(err) {
			return nil, nil
		}

		trimManagedFields(live, a.manager(), a.Managers)
	}

	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", reference, err)
	}

	live.GetObjectKind().SetGroupVersionKind(reference.GroupVersionKind)

	return live, nil
}

func (a *Applier) empty(gvk schema.GroupVersionKind) (client.Object, error) {
	object, err := a.Client.Scheme().New(gvk)
	if err != nil {
		return nil, fmt.Errorf("kind %s: %w", gvk, err)
	}

	typed, ok := object.(client.Object)
	if !ok {
		return nil, fmt.Errorf("kind %s: %T has no metadata", gvk, object)
	}

	return typed, nil
}

// named returns an object that has nothing but the identity of a reference.
func (a *Applier) named(reference Reference) (client.Object, error) {
	object, err := a.empty(reference.GroupVersionKind)
	if err != nil {
		return nil, err
	}

	object.SetNamespace(reference.Namespace)
	object.SetName(reference.Name)

	return object, nil
}

// patch merges fields into an object, and returns it as it is then.
func (a *Applier) patch(ctx context.Context, reference Reference, merge map[string]any) (client.Object, error) {
	object, err := a.named(reference)
	if err != nil {
		return nil, err
	}

	encoded, err := json.Marshal(merge)
	if err != nil {
		return nil, err
	}

	if err := a.Client.Patch(ctx, object, client.RawPatch(types.MergePatchType, encoded)); err != nil {
		return nil, err
	}

	object.GetObjectKind().SetGroupVersionKind(reference.GroupVersionKind)

	return object, nil
}

// reason is why an object differs from what is desired. What carries no hash is
// somebody else's object, of which nobody knows whether it ever was as desired.
func (a *Applier) reason(live client.Object, desired client.Object) Action {
	hash := desired.GetAnnotations()[a.HashAnnotation]
	if hash != "" && live.GetAnnotations()[a.HashAnnotation] == hash {
		return Healed
	}

	return Configured
}
