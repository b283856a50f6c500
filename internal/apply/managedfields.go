// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package apply

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/structured-merge-diff/v6/fieldpath"
)

// TrimManagedFields returns a cache transform. It drops the managed fields of an
// object unless they tell something that the Applier of the first manager has to
// look at: that another manager set fields beside metadata and status, or that
// the first manager never applied the object. Fields of the further managers are
// the operator's own too. Hardly any object keeps its managed fields.
func TrimManagedFields(manager string, further ...string) func(any) (any, error) {
	return func(object any) (any, error) {
		if typed, ok := object.(client.Object); ok {
			trimManagedFields(typed, manager, further)
		}

		return object, nil
	}
}

// nothingToSee stands for managed fields that were dropped. None at all means
// that the object has none. All objects share it.
var nothingToSee = []metav1.ManagedFieldsEntry{{Manager: "dropped-by-the-cache"}} //nolint:gochecknoglobals // Never changed; a slice of its own for each object would cost what dropping spares.

// trimManagedFields may be called twice for an object.
func trimManagedFields(object client.Object, manager string, further []string) {
	if fields := object.GetManagedFields(); len(fields) > 0 && !dropped(fields) && !telling(fields, manager, further) {
		object.SetManagedFields(nothingToSee)
	}
}

func dropped(entries []metav1.ManagedFieldsEntry) bool {
	return len(entries) == 1 && entries[0].Manager == nothingToSee[0].Manager && entries[0].FieldsV1 == nil
}

// telling is whether managed fields are worth a look.
func telling(entries []metav1.ManagedFieldsEntry, manager string, further []string) bool {
	applied := false

	for i := range entries {
		entry := &entries[i]

		switch {
		case applies(entry, manager):
			applied = true
		case applies(entry, further...):
		case ofSpec(entry):
			return true
		}
	}

	return !applied
}

// applies is whether an entry is what one of the managers applied.
func applies(entry *metav1.ManagedFieldsEntry, managers ...string) bool {
	return entry.Operation == metav1.ManagedFieldsOperationApply && entry.Subresource == "" && slices.Contains(managers, entry.Manager)
}

// The keys of the managed fields that are never the operator's concern: labels,
// annotations and finalizers of others stay, and the status is for controllers.
const (
	fieldMetadata = "f:metadata"
	fieldStatus   = "f:status"
)

// ofSpec is whether an entry holds fields beside metadata and status. What is set
// by way of a subresource, such as an autoscaler's number of replicas, is not.
func ofSpec(entry *metav1.ManagedFieldsEntry) bool {
	if entry.Subresource != "" || entry.FieldsV1 == nil {
		return false
	}

	fields := map[string]json.RawMessage{}
	if err := json.Unmarshal(entry.FieldsV1.GetRawBytes(), &fields); err != nil {
		// What cannot be read is looked at, and reported there.
		return true
	}

	delete(fields, fieldMetadata)
	delete(fields, fieldStatus)

	return len(fields) > 0
}

// foreign is a set of fields that another manager set.
type foreign struct {
	// at is the place of the entry among the object's managed fields.
	at     int
	fields *fieldpath.Set
}

// foreignFields returns what other managers set in an object beside metadata,
// status and what is shared. applied is whether the Applier itself ever applied
// the object.
func (a *Applier) foreignFields(reference Reference, live client.Object) (found []foreign, applied bool, err error) {
	entries := live.GetManagedFields()
	applied = dropped(entries)

	for i := range entries {
		entry := &entries[i]

		if applies(entry, a.manager()) {
			applied = true

			continue
		}

		// Fields of another version have other names.
		if applies(entry, a.Managers...) || !ofSpec(entry) || entry.APIVersion != reference.GroupVersion().String() {
			continue
		}

		fields, err := decode(entry)
		if err != nil {
			return nil, false, fmt.Errorf("reading what %s set in %s: %w", entry.Manager, reference, err)
		}

		fields = a.exclusive(reference, fields)
		if !fields.Empty() {
			found = append(found, foreign{at: i, fields: fields})
		}
	}

	return found, applied, nil
}

func decode(entry *metav1.ManagedFieldsEntry) (*fieldpath.Set, error) {
	set := &fieldpath.Set{}

	return set, set.FromJSON(bytes.NewReader(entry.FieldsV1.GetRawBytes()))
}

func encode(set *fieldpath.Set) (*metav1.FieldsV1, error) {
	encoded, err := set.ToJSON()
	if err != nil {
		return nil, err
	}

	fields := &metav1.FieldsV1{}
	fields.SetRawBytes(encoded)

	return fields, nil
}

// exclusive leaves out what others may set in an object of this kind.
func (a *Applier) exclusive(reference Reference, fields *fieldpath.Set) *fieldpath.Set {
	shared := a.Shared[reference.GroupKind()]
	kept := fieldpath.NewSet()

	fields.Iterate(func(path fieldpath.Path) {
		if !inMetadata(path) && !matchesAny(path, shared) {
			kept.Insert(path.Copy())
		}
	})

	return kept
}

// claim makes fields that others set the Applier's own, so that the next Apply
// removes those that it does not set. It changes who manages which field and
// nothing else, and takes the hash off the object: should the Apply never come,
// the object differs from what is desired and is applied later.
func (a *Applier) claim(ctx context.Context, reference Reference, live client.Object, fields *fieldpath.Set) error {
	entries := live.GetManagedFields()
	if dropped(entries) {
		// The cache keeps them only where they tell something.
		whole, err := a.empty(reference.GroupVersionKind)
		if err != nil {
			return err
		}

		if err := a.Live.Get(ctx, reference.ObjectKey, whole); err != nil {
			return fmt.Errorf("reading who manages the fields of %s: %w", reference, err)
		}

		entries, live = whole.GetManagedFields(), whole
	}

	entries, err := a.claimed(reference, entries, fields)
	if err != nil {
		return fmt.Errorf("claiming fields of %s: %w", reference, err)
	}

	if _, err := a.patch(ctx, reference, map[string]any{"metadata": map[string]any{
		"resourceVersion": live.GetResourceVersion(),
		"managedFields":   entries,
		"annotations":     map[string]any{a.HashAnnotation: nil},
	}}); err != nil {
		return classify(reference, err)
	}

	return nil
}

// claimed returns managed fields in which the Applier has the given ones, and
// nobody else does.
func (a *Applier) claimed(reference Reference, entries []metav1.ManagedFieldsEntry, fields *fieldpath.Set) ([]metav1.ManagedFieldsEntry, error) {
	var (
		left []metav1.ManagedFieldsEntry
		own  = metav1.ManagedFieldsEntry{
			Manager:    a.manager(),
			Operation:  metav1.ManagedFieldsOperationApply,
			APIVersion: reference.GroupVersion().String(),
			FieldsType: "FieldsV1",
		}
		mine = fields
	)

	for i := range entries {
		entry := entries[i]
		if entry.Subresource != "" || entry.APIVersion != own.APIVersion || entry.FieldsV1 == nil {
			left = append(left, entry)

			continue
		}

		set, err := decode(&entry)
		if err != nil {
			return nil, fmt.Errorf("reading what %s set: %w", entry.Manager, err)
		}

		if applies(&entry, a.manager()) {
			own, mine = entry, mine.Union(set)

			continue
		}

		if set = without(set, fields); set.Empty() {
			continue
		}

		if entry.FieldsV1, err = encode(set); err != nil {
			return nil, err
		}

		left = append(left, entry)
	}

	var err error
	if own.FieldsV1, err = encode(mine); err != nil {
		return nil, err
	}

	return append(left, own), nil
}

// managersOf names who set some of the fields, each once.
func (a *Applier) managersOf(reference Reference, live client.Object, fields *fieldpath.Set) []string {
	names := map[string]bool{}

	for i := range live.GetManagedFields() {
		entry := &live.GetManagedFields()[i]
		if entry.FieldsV1 == nil || applies(entry, a.manager()) || entry.APIVersion != reference.GroupVersion().String() {
			continue
		}

		if set, err := decode(entry); err == nil && !set.Intersection(fields).Empty() {
			names[entry.Manager] = true
		}
	}

	return slices.Sorted(maps.Keys(names))
}

// manager is the field manager that the Applier applies as.
func (a *Applier) manager() string {
	if len(a.Managers) == 0 {
		return ""
	}

	return a.Managers[0]
}
