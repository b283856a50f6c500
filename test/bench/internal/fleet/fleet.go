// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package fleet is what the benchmark creates: tenants, and the objects that
// each of them stands for.
package fleet

import (
	"context"
	"flag"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/apply"
	"github.com/ingresstenant/ingress-tenant-operator/internal/desired"
	"github.com/ingresstenant/ingress-tenant-operator/internal/manager"
	"github.com/ingresstenant/ingress-tenant-operator/internal/platform"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider/all"
)

// Tenant returns the tenant of a number, as a user would write it: it serves
// the one namespace that bears its name.
func Tenant(number int) *v1alpha1.IngressTenant {
	name := fmt.Sprintf("tenant-%04d", number)

	return &v1alpha1.IngressTenant{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: v1alpha1.IngressTenantSpec{
			Namespaces: &v1alpha1.NamespacesSpec{Names: []string{name}},
		},
	}
}

// Renderer renders the objects of tenants as the operator does.
type Renderer struct {
	providers *provider.Registry
	facts     platform.Facts
}

// NewRenderer returns a renderer for what an API server offers.
func NewRenderer(ctx context.Context, config *rest.Config) (*Renderer, error) {
	providers, err := provider.NewRegistry(all.All(), nil)
	if err != nil {
		return nil, err
	}

	scheme, err := manager.Scheme()
	if err != nil {
		return nil, err
	}

	live, err := client.New(config, client.Options{Scheme: scheme})
	if err != nil {
		return nil, fmt.Errorf("connecting to the API server at %s: %w", config.Host, err)
	}

	facts, err := platform.Detect(ctx, live.RESTMapper(), live)

	// The operator runs with the flags' defaults.
	var options manager.Options

	options.Bind(flag.NewFlagSet("", flag.ContinueOnError))
	facts.Network = options.Network

	return &Renderer{providers: providers, facts: facts}, err
}

// Objects returns the objects of a tenant whose namespace exists, in the order
// in which they are to be created.
func (r *Renderer) Objects(t *v1alpha1.IngressTenant) ([]apply.Object, error) {
	choice, err := r.providers.Choose(t)
	if err != nil {
		return nil, err
	}

	namespaces := provider.Namespaces{Names: t.Spec.Namespaces.Names}

	workload, err := choice.Workload(provider.Request{
		Tenant:     t,
		Namespaces: namespaces,
	})
	if err != nil {
		return nil, err
	}

	return desired.Objects(desired.Input{
		Tenant:     t,
		Workload:   workload,
		Namespaces: namespaces,
		Facts:      r.facts,
	})
}
