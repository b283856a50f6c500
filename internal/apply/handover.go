// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package apply

import (
	"context"
	"encoding/json"
	"fmt"

	"k8s.io/apimachinery/pkg/types"
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
// somebody else's consent. Labels with the values that are given go also where
// somebody else applied the same: server-side apply alone would leave these. The
// object itself stays.
func (a *Applier) Release(ctx context.Context, object Object, labels map[string]string) error {
	reference := ReferenceTo(object)
	if err := a.Client.Apply(ctx, object, client.ForceOwnership); err != nil {
		return fmt.Errorf("releasing %s: %w", reference, err)
	}

	// It is the server's answer by now.
	left, err := fields(object)
	if err != nil {
		return err
	}

	remove := map[string]any{}

	for label, value := range labels {
		if left.GetLabels()[label] == value {
			remove[label] = nil
		}
	}

	if len(remove) == 0 {
		return nil
	}

	patch, err := json.Marshal(map[string]any{"metadata": map[string]any{"uid": left.GetUID(), "labels": remove}})
	if err != nil {
		return fmt.Errorf("encoding what to remove from %s: %w", reference, err)
	}

	if err := a.Client.Patch(ctx, left, client.RawPatch(types.MergePatchType, patch)); err != nil {
		return fmt.Errorf("removing labels from %s: %w", reference, err)
	}

	return nil
}
