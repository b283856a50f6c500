// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package apply

import (
	"context"
	"fmt"

	"sigs.k8s.io/controller-runtime/pkg/client"
)

// HandOver applies fields as another field manager. A field that one manager
// alone has applied goes back to its default when that manager stops applying
// it; one that was handed over before keeps its value for whoever sets it next,
// such as an autoscaler.
func (a *Applier) HandOver(ctx context.Context, manager string, object Object) error {
	reference := ReferenceTo(object)
	if err := a.Client.Apply(ctx, object, client.ForceOwnership, client.FieldOwner(manager)); err != nil {
		return fmt.Errorf("handing over fields of %s: %w", reference, err)
	}

	return nil
}

// Release takes back every field that was applied to an object that exists by
// somebody else's consent. The object itself stays.
func (a *Applier) Release(ctx context.Context, object Object) error {
	reference := ReferenceTo(object)
	if err := a.Client.Apply(ctx, object, client.ForceOwnership); err != nil {
		return fmt.Errorf("releasing %s: %w", reference, err)
	}

	return nil
}
