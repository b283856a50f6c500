// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"
	"maps"
	"reflect"

	networkingv1 "k8s.io/api/networking/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/predicate"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/admission"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// fleet is what policies know of all tenants that have their class, or will.
func fleet(ctx context.Context, reader client.Reader, requireConsent bool) ([]admission.Entry, error) {
	tenants := &v1alpha1.IngressTenantList{}
	if err := reader.List(ctx, tenants, client.UnsafeDisableDeepCopy); err != nil {
		return nil, fmt.Errorf("listing IngressTenants for what Ingresses are held to: %w", err)
	}

	classes := &networkingv1.IngressClassList{}
	if err := reader.List(ctx, classes, client.UnsafeDisableDeepCopy); err != nil {
		return nil, fmt.Errorf("listing IngressClasses for what Ingresses are held to: %w", err)
	}

	holders := classHolders(tenants.Items, classes.Items)
	entries := make([]admission.Entry, 0, len(holders))

	for _, t := range holders {
		entries = append(entries, admission.EntryOf(t, provider.NameOf(t), requireConsent))
	}

	return entries, nil
}

// classHolders are the tenants that have their class, or will: of several that want
// one name, the one that the class was made for, or the oldest. Nobody's Ingresses are
// held to anything for a class that is somebody else's.
func classHolders(tenants []v1alpha1.IngressTenant, classes []networkingv1.IngressClass) []*v1alpha1.IngressTenant {
	made := make(map[string]*networkingv1.IngressClass, len(classes))
	for i := range classes {
		made[classes[i].Name] = &classes[i]
	}

	holders := map[string]*v1alpha1.IngressTenant{}

	for i := range tenants {
		t := &tenants[i]
		name := tenant.ClassName(t)

		if class := made[name]; class != nil {
			if madeFor(t, class) {
				holders[name] = t
			}

			continue
		}

		if holder := holders[name]; holder == nil || precedes(t, holder) {
			holders[name] = t
		}
	}

	found := make([]*v1alpha1.IngressTenant, 0, len(holders))
	for i := range tenants {
		if holders[tenant.ClassName(&tenants[i])] == &tenants[i] {
			found = append(found, &tenants[i])
		}
	}

	return found
}

// whatPoliciesKnow is whether a change of a tenant changes what policies know of it, as
// most changes of its status do not; of another object any change counts.
func whatPoliciesKnow() predicate.Predicate {
	return predicate.Funcs{UpdateFunc: func(change event.UpdateEvent) bool {
		before, wasTenant := change.ObjectOld.(*v1alpha1.IngressTenant)
		after, isTenant := change.ObjectNew.(*v1alpha1.IngressTenant)

		return !wasTenant || !isTenant || !reflect.DeepEqual(
			admission.EntryOf(before, provider.NameOf(before), false),
			admission.EntryOf(after, provider.NameOf(after), false))
	}}
}

// whatRulesLookAt is whether a change of an object changes what Ingresses are held to, or
// what they are. A status of an Ingress or a namespace, which others write all the time,
// is neither.
func whatRulesLookAt() predicate.Predicate {
	known := whatPoliciesKnow()

	return predicate.Funcs{UpdateFunc: func(change event.UpdateEvent) bool {
		if _, isTenant := change.ObjectNew.(*v1alpha1.IngressTenant); isTenant {
			return known.Update(change)
		}

		before, after := change.ObjectOld, change.ObjectNew

		return before.GetGeneration() != after.GetGeneration() ||
			!maps.Equal(before.GetLabels(), after.GetLabels()) ||
			!maps.Equal(before.GetAnnotations(), after.GetAnnotations()) ||
			!reflect.DeepEqual(before.GetOwnerReferences(), after.GetOwnerReferences())
	}}
}
