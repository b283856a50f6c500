// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package apply

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// OwnedBy is whether an object's controller is the owner: the very object, not
// one of the same name before it.
func OwnedBy(object, owner client.Object) bool {
	return metav1.IsControlledBy(object, owner)
}

// Marks are what every object of an owner carries beside its owner reference, by
// which one is known that has lost the reference: backups and exports drop it.
type Marks struct {
	// Label holds the owner's name.
	Label string
	// Labels are the same on the objects of all owners.
	Labels map[string]string
	// Annotation is there, with any value.
	Annotation string
	// Unless is an annotation of objects that are somebody else's for certain.
	Unless string
}

// ownerOf is the name of the owner that an object is marked as, if nobody
// controls the object and it carries all marks; empty otherwise.
func (m Marks) ownerOf(object client.Object) string {
	if m.Label == "" || metav1.GetControllerOf(object) != nil {
		return ""
	}

	labels := object.GetLabels()
	for key, value := range m.Labels {
		if labels[key] != value {
			return ""
		}
	}

	annotations := object.GetAnnotations()
	if _, sealed := annotations[m.Annotation]; !sealed {
		return ""
	}

	if _, foreign := annotations[m.Unless]; foreign {
		return ""
	}

	return labels[m.Label]
}

// Owns is whether an object is the owner's: the owner controls it, or nobody does
// and it carries the owner's marks.
func (a *Applier) Owns(owner, object client.Object) bool {
	return OwnedBy(object, owner) || a.Marks.ownerOf(object) == owner.GetName()
}

// adopts is whether a desired object may be applied to one that exists and is
// not the owner's: the desired one claims no ownership, and the other permits
// it by name.
func (a *Applier) adopts(desired, live, owner client.Object) bool {
	return !claimsOwnership(desired) && live.GetAnnotations()[a.AdoptAnnotation] == owner.GetName()
}

// claimsOwnership is whether a desired object is to be the owner's own.
func claimsOwnership(desired client.Object) bool {
	return len(desired.GetOwnerReferences()) > 0
}

func notOwned(reference Reference, live client.Object) error {
	err := &NotOwnedError{Object: reference, Labels: live.GetLabels()}
	if controller := metav1.GetControllerOf(live); controller != nil {
		err.Controller = controller.Kind + " " + controller.Name
	}

	return err
}
