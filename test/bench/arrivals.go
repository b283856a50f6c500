// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/internal/apply"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// arrival is an object of the fleet that has come into being.
type arrival struct {
	reference apply.Reference
	uid       types.UID
	// hash is what its creator says of all its fields.
	hash string
	at   time.Time
}

// arrivals tells of the fleet's objects as they come into being, those that
// exist already included, until the context ends. As many as fit the room are
// noted at their time even while nobody listens.
func arrivals(ctx context.Context, watcher client.WithWatch, kinds []schema.GroupVersionKind, room int) (<-chan arrival, error) {
	arrived := make(chan arrival, room)

	for _, kind := range kinds {
		list := &metav1.PartialObjectMetadataList{}
		list.SetGroupVersionKind(kind.GroupVersion().WithKind(kind.Kind + "List"))

		events, err := watcher.Watch(ctx, list, client.MatchingLabels{tenant.LabelManagedBy: tenant.Operator})
		if err != nil {
			return nil, fmt.Errorf("watching objects of kind %s: %w", kind.Kind, err)
		}

		go forward(ctx, events, kind, arrived)
	}

	return arrived, nil
}

func forward(ctx context.Context, events watch.Interface, kind schema.GroupVersionKind, arrived chan<- arrival) {
	defer events.Stop()

	for event := range events.ResultChan() {
		object, ok := event.Object.(*metav1.PartialObjectMetadata)
		if !ok || event.Type != watch.Added {
			continue
		}

		one := arrival{
			reference: apply.Reference{GroupVersionKind: kind, ObjectKey: client.ObjectKeyFromObject(object)},
			uid:       object.UID,
			hash:      object.Annotations[tenant.AnnotationDesiredHash],
			at:        time.Now(),
		}

		select {
		case arrived <- one:
		case <-ctx.Done():
			return
		}
	}
}
