// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"errors"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/internal/apply"
)

// find reads an object from the cache, and returns whether it is there.
func (r *IngressTenantReconciler) find(ctx context.Context, key client.ObjectKey, object client.Object) (bool, error) {
	err := r.Client.Get(ctx, key, object)
	if err == nil || apierrors.IsNotFound(err) {
		return err == nil, nil
	}

	kind, unknown := r.Client.GroupVersionKindFor(object)

	return false, errors.Join(fmt.Errorf("reading %s: %w", apply.Reference{GroupVersionKind: kind, ObjectKey: key}, err), unknown)
}
