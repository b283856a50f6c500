// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package apply

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// OwnedBy is whether an object's controller is the owner: the very object, not
// one of the same name before it.
func OwnedBy(object, owner client.Object) bool {
	return metav1.IsControlledBy(object, owner)
}

// Marks are what every object of an owner carries beside its owner reference, by
// which one is known whose reference is lost, as backups and exports drop it, or
// names an owner that was there before, of the same name and another UID.
type Marks struct {
	// Kind is the owners' kind.
	Kind schema.GroupKind
	// Label holds the owner's name.
	Label string
	// Labels are the same on the objects of all owners.
	Labels map[string]string
	// Annotation is there, with any value.
	Annotation string
	// Unless is an annotation of objects that are somebody else's for certain.
	Unless string
}

// ownerOf is the name of the owner that an object is marked as, if it carries all
// marks and nobody else controls it; empty otherwise.
func (m Marks) ownerOf(object client.Object) string {
	labels := object.GetLabels()

	name := labels[m.Label]
	if controller := metav1.GetControllerOfNoCopy(object); m.Label == "" || controller != nil && !m.names(controller, name) {
		return ""
	}

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

	return name
}

// names is whether a reference is to an owner of this name.
func (m Marks) names(reference *metav1.OwnerReference, name string) bool {
	return reference.Name == name && schema.FromAPIVersionAndKind(reference.APIVersion, reference.Kind).GroupKind() == m.Kind
}

// Owns is whether an object is the owner's: the owner controls it, or it carries the
// owner's marks and nobody else does.
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
