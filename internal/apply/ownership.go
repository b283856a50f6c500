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

// adopts is whether a desired object may be applied to one that exists and is
// not the owner's: the desired one claims no ownership, and the other permits
// it by name.
func (a *Applier) adopts(desired, live, owner client.Object) bool {
	return len(desired.GetOwnerReferences()) == 0 &&
		live.GetAnnotations()[a.AdoptAnnotation] == owner.GetName()
}

func notOwned(reference Reference, live client.Object) error {
	err := &NotOwnedError{Object: reference}
	if controller := metav1.GetControllerOf(live); controller != nil {
		err.Controller = controller.Kind + " " + controller.Name
	}

	return err
}
