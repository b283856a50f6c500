// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/internal/apply"
	"github.com/ingresstenant/ingress-tenant-operator/internal/platform"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

func TestClassesOf(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		class      *string
		annotation map[string]string
		want       []string
	}{
		"none":                        {nil, nil, nil},
		"the field":                   {new("blog"), nil, []string{"blog"}},
		"the annotation":              {nil, map[string]string{tenant.AnnotationClass: "blog"}, []string{"blog"}},
		"both, which agree":           {new("blog"), map[string]string{tenant.AnnotationClass: "blog"}, []string{"blog"}},
		"both, which do not agree":    {new("blog"), map[string]string{tenant.AnnotationClass: "news"}, []string{"blog", "news"}},
		"an empty annotation":         {nil, map[string]string{tenant.AnnotationClass: ""}, nil},
		"the field, empty annotation": {new("blog"), map[string]string{tenant.AnnotationClass: ""}, []string{"blog"}},
	} {
		ingress := &networkingv1.Ingress{
			ObjectMeta: metav1.ObjectMeta{Annotations: test.annotation},
			Spec:       networkingv1.IngressSpec{IngressClassName: test.class},
		}
		if diff := cmp.Diff(test.want, indexByClass(ingress)); diff != "" {
			t.Errorf("%s: classes (-want +got):\n%s", name, diff)
		}
	}

	if classes := indexByClass(&corev1.Service{}); classes != nil {
		t.Errorf("a Service names the classes %v", classes)
	}
}

// indexer records the indexes that are asked for, and refuses one kind.
type indexer struct {
	added   *[]string
	refuses string
}

func (i indexer) IndexField(_ context.Context, object client.Object, field string, _ client.IndexerFunc) error {
	kind := fmt.Sprintf("%T", object)
	if kind == i.refuses {
		return errors.New("cannot index")
	}

	*i.added = append(*i.added, kind+" by "+field)

	return nil
}

// What is pruned and torn down is found by its owner: a kind without the index
// would be left behind.
func TestSetupIndexes(t *testing.T) {
	t.Parallel()

	facts := platform.Facts{HorizontalPodAutoscaler: true, PodDisruptionBudget: true, NetworkPolicy: true}

	var added []string
	if err := SetupIndexes(t.Context(), indexer{added: &added}, facts); err != nil {
		t.Fatal(err)
	}

	want := []string{"*v1.Ingress by " + classIndex, "*v1alpha1.IngressTenant by " + classIndex}
	for _, k := range kinds(facts) {
		want = append(want, fmt.Sprintf("%T by %s", k.empty, apply.OwnerIndex))
	}

	slices.Sort(want)
	slices.Sort(added)

	if diff := cmp.Diff(want, added); diff != "" {
		t.Errorf("indexes (-want +got):\n%s", diff)
	}
}

func TestSetupIndexesFails(t *testing.T) {
	t.Parallel()

	for refuses, want := range map[string]string{
		"*v1.Service":             "indexing Service by owner: cannot index",
		"*v1.Ingress":             "indexing Ingresses by class: cannot index",
		"*v1alpha1.IngressTenant": "indexing IngressTenants by class: cannot index",
	} {
		if err := SetupIndexes(t.Context(), indexer{new([]string), refuses}, platform.Facts{}); err == nil || err.Error() != want {
			t.Errorf("SetupIndexes: %v, want %s", err, want)
		}
	}
}
