// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/internal/apply"
)

// heal deletes one Deployment after the other, of one tenant after the other,
// and measures how long it takes until there is a new one.
func (b *bench) heal(ctx context.Context, s *site, o *operator) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()

	arrived, err := arrivals(ctx, s.admin, []schema.GroupVersionKind{appsv1.SchemeGroupVersion.WithKind("Deployment")}, b.options.tenants)
	if err != nil {
		return err
	}

	// The watch begins with those that are there.
	alive := make(map[apply.Reference]types.UID, b.options.tenants)
	victims := make([]apply.Reference, b.options.tenants)

	for i := range victims {
		one, err := o.next(ctx, arrived)
		if err != nil {
			return err
		}

		victims[i], alive[one.reference] = one.reference, one.uid
	}

	mark, err := s.audit.mark()
	if err != nil {
		return err
	}

	durations := make([]time.Duration, b.options.deletions)

	for i := range durations {
		victim := victims[i%len(victims)]
		started := time.Now()

		if err := s.admin.Delete(ctx, deployment(victim)); err != nil {
			return fmt.Errorf("deleting %s: %w", victim, err)
		}

		one, err := o.next(ctx, arrived)
		if err != nil {
			return err
		}

		if one.reference != victim || one.uid == alive[victim] {
			return fmt.Errorf("deleted %s with UID %s, and got %s with UID %s", victim, alive[victim], one.reference, one.uid)
		}

		durations[i], alive[victim] = one.at.Sub(started), one.uid

		b.progress.at(i+1, len(durations), "healed")
	}

	if _, err := o.settle(ctx); err != nil {
		return err
	}

	b.figures.Healing = healingOf(durations)
	b.figures.Healing.Requests, err = s.audit.requests(o.name, mark)

	return err
}

// next is the next object that comes into being while the operator runs.
func (o *operator) next(ctx context.Context, arrived <-chan arrival) (arrival, error) {
	select {
	case <-ctx.Done():
		return arrival{}, ctx.Err()
	case <-o.ended:
		return arrival{}, o.failure()
	case <-time.After(patience):
		return arrival{}, fmt.Errorf("the operator created no Deployment within %s", patience)
	case one := <-arrived:
		return one, nil
	}
}

func deployment(reference apply.Reference) client.Object {
	return &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Namespace: reference.Namespace, Name: reference.Name}}
}

func healingOf(durations []time.Duration) healing {
	slices.Sort(durations)

	return healing{
		Deletions:    len(durations),
		MedianMillis: millis(percentile(durations, 50)),
		P99Millis:    millis(percentile(durations, 99)),
		MaxMillis:    millis(durations[len(durations)-1]),
	}
}

// percentile is the smallest of the sorted values that a percentage of them
// does not exceed.
func percentile(sorted []time.Duration, percent int) time.Duration {
	return sorted[(len(sorted)*percent+99)/100-1]
}

func millis(d time.Duration) float64 {
	return float64(d.Microseconds()) / 1000
}
