// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package apply

import (
	"context"
	"errors"
	"fmt"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// OwnerIndex is the cache's index of objects by IndexByOwner. Every kind that is
// pruned or torn down needs it.
const OwnerIndex = "metadata.controller"

// IndexByOwner returns an index of objects by the name of the owner that controls
// them or, of those that have lost it, of the owner that they are marked as.
func IndexByOwner(marks Marks) client.IndexerFunc {
	return func(object client.Object) []string {
		controller := metav1.GetControllerOfNoCopy(object)
		if controller != nil && marks.names(controller, controller.Name) {
			return []string{controller.Name}
		}

		if owner := marks.ownerOf(object); owner != "" {
			return []string{owner}
		}

		return nil
	}
}

// Prune deletes the owner's objects of the given kinds that are neither in keep
// nor spared. It asks the cache, which may be behind: what was applied a moment ago is in
// keep, and what was deleted is not deleted twice, for every deletion names the
// object's version.
func (a *Applier) Prune(ctx context.Context, owner client.Object, keep []Reference, spare func(client.Object) bool, kinds []schema.GroupVersionKind) ([]Change, error) {
	kept := make(map[Reference]bool, len(keep))
	for _, reference := range keep {
		kept[reference] = true
	}

	var (
		changes []Change
		errs    []error
	)

	for _, kind := range kinds {
		found, err := a.Owned(ctx, owner, kind, client.DisableReadYourWritesConsistency)
		if err != nil {
			errs = append(errs, err)

			continue
		}

		for reference := range found {
			if kept[reference] {
				delete(found, reference)
			}
		}

		pruned, err := a.Remove(ctx, found, func(object client.Object) bool { return !spare(object) })
		changes, errs = append(changes, pruned...), append(errs, err)
	}

	return changes, errors.Join(errs...)
}

// Teardown deletes all of the owner's objects, stage by stage: the kinds of one
// stage are gone before those of the next are deleted. It does not wait; it
// returns what is still there, sorted, and is called again when that changes.
// Nothing left and no error means that the owner has no more objects.
func (a *Applier) Teardown(ctx context.Context, owner client.Object, stages [][]schema.GroupVersionKind) ([]string, error) {
	for _, stage := range stages {
		var (
			remaining []string
			errs      []error
		)

		for _, kind := range stage {
			found, err := a.Owned(ctx, owner, kind)
			if err != nil {
				return nil, err
			}

			for reference, object := range found {
				remaining = append(remaining, reference.String())

				if object.GetDeletionTimestamp() == nil {
					errs = append(errs, a.deleteOwned(ctx, owner, reference, object))
				}
			}
		}

		if len(remaining) > 0 {
			slices.Sort(remaining)

			return remaining, errors.Join(errs...)
		}
	}

	return nil, nil
}

// Remove deletes the objects that Owned returned, those of them that are wanted
// gone.
func (a *Applier) Remove(ctx context.Context, found map[Reference]client.Object, gone func(client.Object) bool) ([]Change, error) {
	var (
		changes []Change
		errs    []error
	)

	for reference, object := range found {
		if object.GetDeletionTimestamp() != nil || !gone(object) {
			continue
		}

		if err := a.delete(ctx, reference, object); err != nil {
			errs = append(errs, err)

			continue
		}

		changes = append(changes, Change{Object: reference, Action: Deleted})
	}

	return changes, errors.Join(errs...)
}

// deleteOwned deletes an object that is the owner's. One that has lost its owner
// reference gets it back first: whoever watches the owner's objects, or guards them,
// goes by it.
func (a *Applier) deleteOwned(ctx context.Context, owner client.Object, reference Reference, object client.Object) error {
	if OwnedBy(object, owner) {
		return a.delete(ctx, reference, object)
	}

	taken, err := a.takeBack(ctx, owner, reference, object)
	if err != nil {
		return err
	}

	return a.delete(ctx, reference, taken)
}

// takeBack makes the owner control an object that is the owner's by its marks, in place
// of one of the same name that was there before. It returns the object as it is then.
func (a *Applier) takeBack(ctx context.Context, owner client.Object, reference Reference, object client.Object) (client.Object, error) {
	kind, err := a.Client.GroupVersionKindFor(owner)
	if err != nil {
		return nil, fmt.Errorf("taking %s back: %w", reference, err)
	}

	others := slices.DeleteFunc(slices.Clone(object.GetOwnerReferences()), func(owner metav1.OwnerReference) bool {
		return a.Marks.names(&owner, owner.Name)
	})

	taken, err := a.patch(ctx, reference, map[string]any{"metadata": map[string]any{
		"resourceVersion": object.GetResourceVersion(),
		"ownerReferences": append(others, *metav1.NewControllerRef(owner, kind)),
	}})
	if err != nil {
		return nil, fmt.Errorf("taking %s back: %w", reference, err)
	}

	return taken, nil
}

// Clear takes a field off an object that waits for somebody before it can go.
func (a *Applier) Clear(ctx context.Context, reference Reference, field string) error {
	if _, err := a.patch(ctx, reference, map[string]any{field: nil}); client.IgnoreNotFound(err) != nil {
		return fmt.Errorf("clearing %s of %s: %w", field, reference, err)
	}

	return nil
}

// Owned returns the owner's objects of a kind, those that have lost their owner
// reference among them. They are the cache's own.
func (a *Applier) Owned(ctx context.Context, owner client.Object, kind schema.GroupVersionKind, options ...client.ListOption) (map[Reference]client.Object, error) {
	items, err := a.list(ctx, kind, slices.Concat(options, []client.ListOption{client.MatchingFields{OwnerIndex: owner.GetName()}})...)
	if err != nil {
		return nil, err
	}

	found := make(map[Reference]client.Object, len(items))

	for _, object := range items {
		reference := Reference{GroupVersionKind: kind, ObjectKey: client.ObjectKeyFromObject(object)}
		if OwnedBy(object, owner) || a.Owns(owner, object) && a.Derives != nil && a.Derives(owner, reference) {
			found[reference] = object
		}
	}

	return found, nil
}

// list returns the objects of a kind that the cache has.
func (a *Applier) list(ctx context.Context, kind schema.GroupVersionKind, options ...client.ListOption) ([]client.Object, error) {
	list, err := a.emptyList(kind)
	if err != nil {
		return nil, err
	}

	if err := a.Client.List(ctx, list, append(options, client.UnsafeDisableDeepCopy)...); err != nil {
		return nil, fmt.Errorf("listing objects of kind %s: %w", kind.Kind, err)
	}

	items, err := meta.ExtractList(list)
	if err != nil {
		return nil, fmt.Errorf("reading the list of kind %s: %w", kind.Kind, err)
	}

	objects := make([]client.Object, 0, len(items))

	for _, item := range items {
		if object, ok := item.(client.Object); ok {
			objects = append(objects, object)
		}
	}

	return objects, nil
}

func (a *Applier) emptyList(kind schema.GroupVersionKind) (client.ObjectList, error) {
	object, err := a.Client.Scheme().New(kind.GroupVersion().WithKind(kind.Kind + "List"))
	if err != nil {
		return nil, fmt.Errorf("list of kind %s: %w", kind, err)
	}

	list, ok := object.(client.ObjectList)
	if !ok {
		return nil, fmt.Errorf("list of kind %s: %T is no list", kind, object)
	}

	return list, nil
}

// delete deletes the very object that was read.
func (a *Applier) delete(ctx context.Context, reference Reference, object client.Object) error {
	empty, err := a.named(reference)
	if err != nil {
		return err
	}

	uid, version := object.GetUID(), object.GetResourceVersion()
	propagation := metav1.DeletePropagationBackground

	if a.Foreground[reference.GroupKind()] {
		propagation = metav1.DeletePropagationForeground
	}

	a.settled.forget(reference)

	err = a.Client.Delete(ctx, empty,
		client.Preconditions{UID: &uid, ResourceVersion: &version},
		client.PropagationPolicy(propagation))
	if client.IgnoreNotFound(err) != nil {
		// The object changed since it was read, or is another one by now. The
		// change is on its way to the cache, and the next attempt looks again.
		if apierrors.IsConflict(err) {
			return fmt.Errorf("deleting %s, which changed meanwhile: %w", reference, err)
		}

		return fmt.Errorf("deleting %s: %w", reference, err)
	}

	return nil
}
