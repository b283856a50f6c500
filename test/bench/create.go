// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/apply"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
	"github.com/ingresstenant/ingress-tenant-operator/test/bench/internal/fleet"
)

// create creates the tenants and measures how long it takes a program that
// already runs until all their objects are there. It ends when the program has
// settled; one that never does anything else needs no settle.
func (b *bench) create(ctx context.Context, s *site, p *program, settle func(context.Context) (time.Time, error)) (creation, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()

	kinds, perTenant, err := shape(s)
	if err != nil {
		return creation{}, err
	}

	result := creation{Objects: perTenant * b.options.tenants}

	arrived, err := arrivals(ctx, s.admin, kinds, result.Objects)
	if err != nil {
		return creation{}, err
	}

	if err := awaitIdle(ctx, p); err != nil {
		return creation{}, err
	}

	mark, err := s.audit.mark()
	if err != nil {
		return creation{}, err
	}

	before, err := processorTimes(p)
	if err != nil {
		return creation{}, err
	}

	started := time.Now()

	expected, err := b.createTenants(ctx, s)
	if err != nil {
		return creation{}, err
	}

	last, err := b.collect(ctx, p, arrived, expected)
	if err != nil {
		return creation{}, err
	}

	result.Seconds = last.Sub(started).Seconds()

	after, err := processorTimes(p)
	if err != nil {
		return creation{}, err
	}

	result.Processor = after.minus(before)

	settled := last
	if settle != nil {
		if settled, err = settle(ctx); err != nil {
			return creation{}, err
		}
	}

	result.SettledSeconds = settled.Sub(started).Seconds()

	result.Requests, err = s.audit.requests(p.name, mark)

	return result, err
}

// idle is how much of a processor an API server and a program use that have
// nothing to do, at most.
const idle = 0.15

// awaitIdle waits until the API server and the program have finished their
// starts. An API server goes on with its own after it answers first.
func awaitIdle(ctx context.Context, p *program) error {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()

	deadline := time.After(patience)

	before, err := processorTimes(p)
	if err != nil {
		return err
	}

	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-p.ended:
			return p.failure()
		case <-deadline:
			return fmt.Errorf("the API server and the %s did not come to rest within %s", p.name, patience)
		case <-ticker.C:
		}

		now, err := processorTimes(p)
		if err != nil {
			return err
		}

		if used := now.minus(before); used.Program+used.APIServer < idle {
			return nil
		}

		before = now
	}
}

// shape is of which kinds a tenant's objects are, and how many there are.
func shape(s *site) ([]schema.GroupVersionKind, int, error) {
	objects, err := s.renderer.Objects(fleet.Tenant(0))
	if err != nil {
		return nil, 0, err
	}

	var kinds []schema.GroupVersionKind

	seen := map[schema.GroupVersionKind]bool{}
	for _, object := range objects {
		if kind := apply.ReferenceTo(object).GroupVersionKind; !seen[kind] {
			seen[kind] = true

			kinds = append(kinds, kind)
		}
	}

	return kinds, len(objects), nil
}

// createTenants creates the tenants one after the other, and returns the
// objects that each stands for with the hash of all their fields.
func (b *bench) createTenants(ctx context.Context, s *site) (map[apply.Reference]string, error) {
	tenants := make([]*v1alpha1.IngressTenant, b.options.tenants)

	for number := range tenants {
		tenants[number] = fleet.Tenant(number)
		if err := s.admin.Create(ctx, tenants[number]); err != nil {
			return nil, fmt.Errorf("creating IngressTenant %s: %w", tenants[number].Name, err)
		}
	}

	expected := map[apply.Reference]string{}

	for _, t := range tenants {
		objects, err := s.renderer.Objects(t)
		if err != nil {
			return nil, err
		}

		for _, object := range objects {
			if expected[apply.ReferenceTo(object)], err = hashOf(object); err != nil {
				return nil, err
			}
		}
	}

	return expected, nil
}

func hashOf(object apply.Object) (string, error) {
	encoded, err := json.Marshal(object)
	if err != nil {
		return "", fmt.Errorf("encoding %s: %w", apply.ReferenceTo(object), err)
	}

	var decoded struct {
		Metadata metav1.ObjectMeta `json:"metadata"`
	}
	if err := json.Unmarshal(encoded, &decoded); err != nil {
		return "", fmt.Errorf("decoding %s: %w", apply.ReferenceTo(object), err)
	}

	return decoded.Metadata.Annotations[tenant.AnnotationDesiredHash], nil
}

// collect waits until every expected object is there, and returns when the last
// one came. It fails on an object that is not expected or differs from what is.
func (b *bench) collect(ctx context.Context, p *program, arrived <-chan arrival, expected map[apply.Reference]string) (time.Time, error) {
	var last time.Time

	all := len(expected)
	deadline := time.After(patience)

	for len(expected) > 0 {
		select {
		case <-ctx.Done():
			return last, ctx.Err()
		case <-p.ended:
			return last, p.failure()
		case <-deadline:
			return last, fmt.Errorf("the %s created %d of %d objects within %s; the end of its log:\n%s",
				p.name, all-len(expected), all, patience, p.lastWords())
		case one := <-arrived:
			want, ok := expected[one.reference]
			if !ok || one.hash != want {
				return last, fmt.Errorf("the %s created %s with hash %q; expected is %q", p.name, one.reference, one.hash, want)
			}

			delete(expected, one.reference)

			last = one.at
		}

		b.progress.at(all-len(expected), all, "objects")
	}

	return last, nil
}
