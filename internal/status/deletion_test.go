// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package status_test

import (
	"errors"
	"fmt"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ingresstenant/ingress-tenant-operator/internal/status"
)

func TestDeletion(t *testing.T) {
	t.Parallel()

	blocked := func(ingresses ...string) *status.Deletion { return &status.Deletion{BlockedBy: ingresses} }
	remaining := func(objects ...string) *status.Deletion { return &status.Deletion{Remaining: objects} }

	many := make([]string, 12)
	for i := range many {
		many[i] = fmt.Sprintf("blog/%02d", i)
	}

	const (
		advice  = "Remove the class from them or delete them, or set spec.deletionPolicy to Force to stop serving them."
		waiting = "Nothing changes until the Ingresses are gone: see the Ready condition."
		failed  = "The last attempt failed and is repeated: delete Service: timeout."
	)

	deleting := answer{metav1.ConditionFalse, "Deleting", "The tenant is being deleted."}
	timeout := errors.New("delete Service: timeout")

	for name, c := range map[string]struct {
		observed           status.Observed
		ready, progressing answer
	}{
		"begins": {
			observed:    serving(func(o *status.Observed) { o.Deletion = remaining() }),
			ready:       deleting,
			progressing: answer{metav1.ConditionTrue, "Deleting", "The tenant's objects are being deleted."},
		},
		"goes on": {
			observed:    status.Observed{Deletion: remaining("Service ingress-blog/traefik", "IngressClass blog")},
			ready:       deleting,
			progressing: answer{metav1.ConditionTrue, "Deleting", "2 objects are still there: IngressClass blog, Service ingress-blog/traefik."},
		},
		"is about to end": {
			observed:    status.Observed{Deletion: remaining("Namespace ingress-blog")},
			ready:       deleting,
			progressing: answer{metav1.ConditionTrue, "Deleting", "1 object is still there: Namespace ingress-blog."},
		},
		"many objects remain": {
			observed: status.Observed{Deletion: remaining(many...)},
			ready:    deleting,
			progressing: answer{metav1.ConditionTrue, "Deleting", "12 objects are still there: blog/00, blog/01, blog/02, blog/03, blog/04, " +
				"blog/05, blog/06, blog/07, blog/08, blog/09 and 2 more."},
		},
		"fails": {
			observed:    status.Observed{Deletion: remaining("IngressClass blog"), Err: timeout},
			ready:       deleting,
			progressing: answer{metav1.ConditionTrue, "Deleting", "1 object is still there: IngressClass blog. " + failed},
		},
		"is refused": {
			observed:    status.Observed{Deletion: remaining("IngressClass blog"), Err: refused{"Refused", "A webhook says no."}},
			ready:       deleting,
			progressing: answer{metav1.ConditionTrue, "Deleting", "1 object is still there: IngressClass blog. A webhook says no."},
		},
		"is blocked by a Service that cannot be given back": {
			observed: serving(func(o *status.Observed) {
				o.Deletion, o.Err = remaining(), errors.Join(refused{"AdoptionRecordDamaged", "Remove it."}, refused{"Refused", "A webhook says no."})
			}),
			ready:       answer{metav1.ConditionFalse, "DeletionBlocked", "Deletion waits, and the controller keeps running. Remove it."},
			progressing: answer{metav1.ConditionFalse, "Stalled", "Nothing changes until Services can be given back: see the Ready condition."},
		},
		"is blocked by such a Service, and fails": {
			observed:    status.Observed{Deletion: remaining(), Err: errors.Join(refused{"AdoptionRecordDamaged", "Remove it."}, timeout)},
			ready:       answer{metav1.ConditionFalse, "DeletionBlocked", "Deletion waits, and the controller keeps running. Remove it."},
			progressing: answer{metav1.ConditionTrue, "Deleting", "The tenant's objects are being deleted. Remove it. " + failed},
		},
		"is blocked by one Ingress": {
			observed: serving(func(o *status.Observed) { o.Deletion = blocked("blog/web") }),
			ready: answer{
				metav1.ConditionFalse, "DeletionBlocked",
				"Deletion waits, and the controller keeps running: 1 Ingress is still of the tenant's class: blog/web. " + advice,
			},
			progressing: answer{metav1.ConditionFalse, "Stalled", waiting},
		},
		"is blocked by many Ingresses": {
			observed: serving(func(o *status.Observed) { o.Deletion = blocked(many...) }),
			ready: answer{
				metav1.ConditionFalse, "DeletionBlocked",
				"Deletion waits, and the controller keeps running: 12 Ingresses are still of the tenant's class: " +
					"blog/00, blog/01, blog/02, blog/03, blog/04, blog/05, blog/06, blog/07, blog/08, blog/09 and 2 more. " + advice,
			},
			progressing: answer{metav1.ConditionFalse, "Stalled", waiting},
		},
		"is blocked and fails": {
			observed: serving(func(o *status.Observed) { o.Deletion, o.Err = blocked("blog/web"), timeout }),
			ready: answer{
				metav1.ConditionFalse, "DeletionBlocked",
				"Deletion waits, and the controller keeps running: 1 Ingress is still of the tenant's class: blog/web. " + advice,
			},
			progressing: answer{metav1.ConditionTrue, "Deleting", "The tenant's objects are being deleted. " + failed},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, tenant(), c.observed, map[string]answer{"Ready": c.ready, "Progressing": c.progressing})
		})
	}
}
