// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package apply

import (
	"context"
	"errors"
	"fmt"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
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
	// HashAnnotation is the annotation that holds a hash of the desired object.
	// Where it is the same on both sides, a difference is somebody else's.
	HashAnnotation string
	// AdoptAnnotation is the annotation by which an object that exists permits
	// the owner that it names to apply fields to it.
	AdoptAnnotation string
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
	action    Action
}

// Apply makes the objects in the cluster hold every field of the desired ones,
// in their order. It looks at all of them before it writes any: if one belongs
// to somebody else, nothing is written and the error wraps a *NotOwnedError for
// each. An object with a UID is applied to that one only, and never created. An
// object that the API server refuses is a *RejectedError and does not
// keep the others from being applied, unless they lie in a namespace that could
// not be created, or are of a kind that needs it. Where every field is as desired,
// nothing is sent.
func (a *Applier) Apply(ctx context.Context, owner client.Object, objects []Object) ([]Change, error) {
	steps, err := a.plan(ctx, owner, objects)
	if err != nil {
		return nil, err
	}

	var (
		changes []Change
		errs    []error
		failed  = map[schema.GroupKind]bool{}
	)

	for _, s := range steps {
		if a.lacks(s.reference.GroupKind(), failed) {
			continue
		}

		if err := a.Client.Apply(ctx, s.object, client.ForceOwnership); err != nil {
			errs = append(errs, classify(s.reference, err))
			failed[s.reference.GroupKind()] = true

			if s.reference.Kind == "Namespace" {
				break
			}

			continue
		}

		changes = append(changes, Change{Object: s.reference, Action: s.action})
	}

	return changes, errors.Join(errs...)
}

// lacks is whether a kind needs one of those that could not be applied.
func (a *Applier) lacks(kind schema.GroupKind, failed map[schema.GroupKind]bool) bool {
	return slices.ContainsFunc(a.Prerequisites[kind], func(needed schema.GroupKind) bool { return failed[needed] })
}

func (a *Applier) plan(ctx context.Context, owner client.Object, objects []Object) ([]step, error) {
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

		action, err := a.differs(reference, live, desired, owner)

		switch _, foreign := errors.AsType[*NotOwnedError](err); {
		case foreign:
			errs = append(errs, err)
		case err != nil:
			return nil, err
		case action != "":
			steps = append(steps, step{reference: reference, object: object, action: action})
		}
	}

	return steps, errors.Join(errs...)
}

// outdated is whether a desired object is about one that is gone: it has that
// one's UID. The news of it is on its way, and decides what there shall be.
func outdated(desired *unstructured.Unstructured, live client.Object) bool {
	uid := desired.GetUID()

	return uid != "" && (live == nil || live.GetUID() != uid)
}

// differs is what is to be done to an object that is there to make it as desired;
// empty if nothing is. One that is somebody else's is a *NotOwnedError.
func (a *Applier) differs(reference Reference, live client.Object, desired *unstructured.Unstructured, owner client.Object) (Action, error) {
	if !OwnedBy(live, owner) && !a.adopts(desired, live, owner) {
		return "", notOwned(reference, live)
	}

	same, err := a.holds(live, desired)
	if err != nil {
		return "", fmt.Errorf("comparing %s with what is desired: %w", reference, err)
	}

	if same {
		return "", nil
	}

	return a.reason(live, desired), nil
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

// holds is whether applying the desired fields would leave the object as it is.
// It merges as the API server does: lists with keys entry by entry, others as a
// whole. Fields that are not desired are not looked at.
func (a *Applier) holds(live client.Object, desired *unstructured.Unstructured) (bool, error) {
	current, err := a.Converter.ObjectToTyped(live)
	if err != nil {
		return false, fmt.Errorf("reading the live object: %w", err)
	}

	wanted, err := a.Converter.ObjectToTyped(desired)
	if err != nil {
		return false, fmt.Errorf("reading the desired object: %w", err)
	}

	merged, err := current.Merge(wanted)
	if err != nil {
		return false, fmt.Errorf("merging: %w", err)
	}

	difference, err := current.Compare(merged)
	if err != nil {
		return false, fmt.Errorf("comparing: %w", err)
	}

	return difference.IsSame(), nil
}

func (a *Applier) reason(live client.Object, desired client.Object) Action {
	if live.GetAnnotations()[a.HashAnnotation] == desired.GetAnnotations()[a.HashAnnotation] {
		return Healed
	}

	return Configured
}
