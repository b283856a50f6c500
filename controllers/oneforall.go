// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"time"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
	"sigs.k8s.io/controller-runtime/pkg/source"
)

// together is how long a change waits for others: a fleet that is created at once is
// looked at in a few pieces.
const together = 200 * time.Millisecond

// oneForAll begins a controller that has one thing to look at, whichever object of
// these kinds changes, and when it starts. Predicates say which changes count.
func oneForAll(mgr ctrl.Manager, name string, kinds []client.Object, count ...predicate.Predicate) *builder.Builder {
	once := reconcile.Request{NamespacedName: client.ObjectKey{Name: name}}
	soon := handler.Funcs{
		CreateFunc: func(_ context.Context, _ event.CreateEvent, q queue) { q.AddAfter(once, together) },
		UpdateFunc: func(_ context.Context, _ event.UpdateEvent, q queue) { q.AddAfter(once, together) },
		DeleteFunc: func(_ context.Context, _ event.DeleteEvent, q queue) { q.AddAfter(once, together) },
	}

	build := ctrl.NewControllerManagedBy(mgr).Named(name).
		WatchesRawSource(source.Func(func(_ context.Context, q queue) error {
			q.Add(once)

			return nil
		}))
	for _, kind := range kinds {
		build = build.Watches(kind, soon, builder.WithPredicates(count...))
	}

	return build
}
