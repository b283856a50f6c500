// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"

	networkingv1 "k8s.io/api/networking/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/apply"
	"github.com/ingresstenant/ingress-tenant-operator/internal/platform"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// classIndex indexes Ingresses by the classes that they name.
const classIndex = "ingressClass"

// SetupIndexes adds the indexes that reconciles ask the cache by. It is called
// once, before the cache starts.
func SetupIndexes(ctx context.Context, indexer client.FieldIndexer, facts platform.Facts) error {
	for _, k := range kinds(facts) {
		if err := indexer.IndexField(ctx, k.empty, apply.OwnerIndex, apply.IndexByOwner(marks())); err != nil {
			return fmt.Errorf("indexing %s by owner: %w", k.gvk.Kind, err)
		}
	}

	if err := indexer.IndexField(ctx, &networkingv1.Ingress{}, classIndex, indexByClass); err != nil {
		return fmt.Errorf("indexing Ingresses by class: %w", err)
	}

	if err := indexer.IndexField(ctx, &v1alpha1.IngressTenant{}, classIndex, indexTenantByClass); err != nil {
		return fmt.Errorf("indexing IngressTenants by class: %w", err)
	}

	return nil
}

func indexTenantByClass(object client.Object) []string {
	t, ok := object.(*v1alpha1.IngressTenant)
	if !ok {
		return nil
	}

	return []string{tenant.ClassName(t)}
}

func indexByClass(object client.Object) []string {
	ingress, ok := object.(*networkingv1.Ingress)
	if !ok {
		return nil
	}

	return classesOf(ingress)
}

// classesOf returns the classes that an Ingress names: by its spec, by its
// annotation, or by both, which need not agree.
func classesOf(ingress *networkingv1.Ingress) []string {
	var classes []string
	if ingress.Spec.IngressClassName != nil {
		classes = append(classes, *ingress.Spec.IngressClassName)
	}

	if class := ingress.Annotations[tenant.AnnotationClass]; class != "" && (len(classes) == 0 || classes[0] != class) {
		classes = append(classes, class)
	}

	return classes
}
