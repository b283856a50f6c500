// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"testing"

	"sigs.k8s.io/controller-runtime/pkg/controller/priorityqueue"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// A fleet's second look at its tenants waits until every tenant had its first.
func TestWhatIsAskedForGoesFirst(t *testing.T) {
	t.Parallel()

	q := priorityqueue.New[reconcile.Request]("test")
	defer q.ShutDown()

	byName := &handler.EnqueueRequestForObject{}
	named := func(name string) *v1alpha1.IngressTenant {
		object := &v1alpha1.IngressTenant{}
		object.Name = name
		object.ResourceVersion = "2"

		return object
	}
	before := named("blog")
	before.ResourceVersion = "1"

	yield(byName).Create(t.Context(), event.CreateEvent{Object: named("created")}, q)
	yield(byName).Update(t.Context(), event.UpdateEvent{ObjectOld: before, ObjectNew: named("updated")}, q)
	yield(byName).Delete(t.Context(), event.DeleteEvent{Object: named("deleted")}, q)
	yield(byName).Generic(t.Context(), event.GenericEvent{Object: named("generic")}, q)
	// Both at once: it is asked for, and its objects changed.
	yield(byName).Update(t.Context(), event.UpdateEvent{ObjectOld: before, ObjectNew: named("both")}, q)
	byName.Update(t.Context(), event.UpdateEvent{ObjectOld: before, ObjectNew: named("both")}, q)
	byName.Create(t.Context(), event.CreateEvent{Object: named("asked")}, q)

	for i, want := range []string{"both", "asked", "created", "updated", "deleted", "generic"} {
		got, priority, _ := q.GetWithPriority()
		if got.Name != want {
			t.Errorf("item %d is %s, want %s", i, got.Name, want)
		}

		if wantPriority := map[bool]int{true: 0, false: lookAgain}[i < 2]; priority != wantPriority {
			t.Errorf("%s has priority %d, want %d", got.Name, priority, wantPriority)
		}

		q.Done(got)
	}
}
