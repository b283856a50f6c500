// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package apply

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/structured-merge-diff/v6/fieldpath"
	"sigs.k8s.io/structured-merge-diff/v6/typed"
)

// difference is how an object differs from what is desired of it.
type difference struct {
	reference Reference
	// changed are desired fields that the object lacks or holds otherwise.
	changed *fieldpath.Set
	// extra are fields of the object that nobody asked for: entries of lists with
	// keys, and what other managers set.
	extra *fieldpath.Set
	// unapplied is whether the Applier never applied the object, though it is the
	// owner's: somebody deleted it and created it again.
	unapplied bool
	// live and desired are both sides.
	live, desired *typed.TypedValue
	// whole and asked are their fields, where the object is to be the owner's own.
	whole, asked *fieldpath.Set
}

// none is whether there is no difference.
func (d *difference) none() bool {
	return d.changed.Empty() && d.extra.Empty() && !d.unapplied
}

// compare finds how an object differs from what is desired. Desired fields are
// merged as the API server does it: lists with keys entry by entry, others as a
// whole. An object that is to be the owner's own must hold nothing else beside
// metadata, status, defaults and what is shared; of any other the fields that are
// not desired are not looked at.
func (a *Applier) compare(reference Reference, live client.Object, desired *unstructured.Unstructured) (*difference, error) {
	current, err := a.Converter.ObjectToTyped(live)
	if err != nil {
		return nil, fmt.Errorf("reading the live object: %w", err)
	}

	d, err := a.compareTyped(reference, current, desired)
	if err != nil || !claimsOwnership(desired) {
		return d, err
	}

	foreign, applied, err := a.foreignFields(reference, live)
	if err != nil {
		return nil, err
	}

	for _, set := range foreign {
		d.extra = d.extra.Union(without(set.fields, d.asked))
	}

	if applied {
		return d, nil
	}

	// Nothing of the object is known to be as it was applied.
	d.unapplied = true
	d.extra = d.extra.Union(without(a.exclusive(reference, d.whole), d.asked))

	return d, nil
}

// compareTyped finds differences by values alone, without who set them.
func (a *Applier) compareTyped(reference Reference, current *typed.TypedValue, desired *unstructured.Unstructured) (*difference, error) {
	wanted, err := a.Converter.ObjectToTyped(desired)
	if err != nil {
		return nil, fmt.Errorf("reading the desired object: %w", err)
	}

	merged, err := current.Merge(wanted)
	if err != nil {
		return nil, fmt.Errorf("merging: %w", err)
	}

	compared, err := current.Compare(merged)
	if err != nil {
		return nil, fmt.Errorf("comparing: %w", err)
	}

	d := &difference{
		reference: reference,
		changed:   compared.Added.Union(compared.Modified).Union(compared.Removed),
		extra:     fieldpath.NewSet(),
		live:      current,
		desired:   wanted,
	}

	if !claimsOwnership(desired) {
		return d, nil
	}

	if d.whole, err = current.ToFieldSet(); err != nil {
		return nil, fmt.Errorf("reading the live object: %w", err)
	}

	if d.asked, err = wanted.ToFieldSet(); err != nil {
		return nil, fmt.Errorf("reading the desired object: %w", err)
	}

	d.extra = a.extraEntries(reference, d.whole, d.asked)

	return d, nil
}

// extraEntries are the fields of entries of lists with keys that are not desired.
func (a *Applier) extraEntries(reference Reference, whole, asked *fieldpath.Set) *fieldpath.Set {
	var entries []fieldpath.Path

	shared := a.Shared[reference.GroupKind()]

	whole.Iterate(func(path fieldpath.Path) {
		if isEntry(path) && !inMetadata(path) && !matchesAny(path, shared) && !asked.Has(path) {
			entries = append(entries, path.Copy())
		}
	})

	if len(entries) == 0 {
		return fieldpath.NewSet()
	}

	return below(whole, entries)
}

// fields are the paths that differ, without what lies below another.
func (d *difference) fields() []fieldpath.Path {
	return outermost(d.changed.Union(d.extra))
}

// key tells one difference from another, by its fields and their live values.
func (d *difference) key() string {
	var key strings.Builder

	for _, path := range d.fields() {
		key.WriteString(text(path) + "=" + at(d.live.AsValue(), path) + ";")
	}

	return key.String()
}

// immutable returns the first field that differs and that the API server does not
// let change on this object.
func (d *difference) immutable(fields []Immutable) (fieldpath.Path, bool) {
	for _, path := range d.fields() {
		if slices.ContainsFunc(fields, func(field Immutable) bool {
			return matches(path, field.Path) && (field.Value == "" || at(d.live.AsValue(), path) == field.Value)
		}) {
			return path, true
		}
	}

	return nil, false
}
