// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/controller/priorityqueue"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

// lookAgain is the priority of a tenant whose objects or status changed. What
// somebody asks for, a new tenant above all, has priority 0 and goes first: the
// objects of a new fleet do not wait for the status of those created before.
const lookAgain = -1

// yielding handles events like another handler, but lets those of other
// handlers go first.
type yielding struct {
	handler.EventHandler
}

func yield(h handler.EventHandler) handler.EventHandler {
	return yielding{h}
}

// Create implements handler.EventHandler.
func (y yielding) Create(ctx context.Context, e event.CreateEvent, q queue) {
	y.EventHandler.Create(ctx, e, lower(q))
}

// Update implements handler.EventHandler.
func (y yielding) Update(ctx context.Context, e event.UpdateEvent, q queue) {
	y.EventHandler.Update(ctx, e, lower(q))
}

// Delete implements handler.EventHandler.
func (y yielding) Delete(ctx context.Context, e event.DeleteEvent, q queue) {
	y.EventHandler.Delete(ctx, e, lower(q))
}

// Generic implements handler.EventHandler.
func (y yielding) Generic(ctx context.Context, e event.GenericEvent, q queue) {
	y.EventHandler.Generic(ctx, e, lower(q))
}

// lower returns a queue whose items have priority lookAgain unless they are
// given another. One that knows no priorities is returned as it is.
func lower(q queue) queue {
	if prioritised, ok := q.(priorityqueue.PriorityQueue[reconcile.Request]); ok {
		return lowered{prioritised}
	}

	return q
}

type lowered struct {
	priorityqueue.PriorityQueue[reconcile.Request]
}

func (l lowered) Add(request reconcile.Request) {
	l.AddWithOpts(priorityqueue.AddOpts{}, request)
}

func (l lowered) AddAfter(request reconcile.Request, after time.Duration) {
	l.AddWithOpts(priorityqueue.AddOpts{After: after}, request)
}

func (l lowered) AddRateLimited(request reconcile.Request) {
	l.AddWithOpts(priorityqueue.AddOpts{RateLimited: true}, request)
}

func (l lowered) AddWithOpts(options priorityqueue.AddOpts, requests ...reconcile.Request) {
	if options.Priority == nil {
		options.Priority = new(lookAgain)
	}

	l.PriorityQueue.AddWithOpts(options, requests...)
}
