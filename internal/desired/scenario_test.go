// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package desired_test

import (
	"encoding/json"
	"slices"

	"k8s.io/apimachinery/pkg/runtime/serializer"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"pgregory.net/rapid"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/apply"
	"github.com/ingresstenant/ingress-tenant-operator/internal/desired"
	"github.com/ingresstenant/ingress-tenant-operator/internal/platform"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider/all"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// uid is the UID of every tenant of these tests, as if the API server had given it.
const uid = "6f1c9c4e-8f0a-4e0b-9a3e-2d9d0c5b7a11"

// scenario is one tenant in one cluster.
type scenario struct {
	// Tenant is the tenant, as its users write it.
	Tenant v1alpha1.IngressTenant `json:"tenant"`
	// Cluster is what the tenant meets.
	Cluster cluster `json:"cluster,omitzero"`
}

// cluster is what a tenant meets, beside what every cluster has.
type cluster struct {
	// Serves are the namespaces of the tenant's choice that exist. It has no
	// meaning for a tenant that serves all.
	Serves []string `json:"serves,omitempty"`
	// Addresses are those that the tenant's Service got so far.
	Addresses []string `json:"addresses,omitempty"`
	// DefaultClassTaken is whether somebody else is the default class.
	DefaultClassTaken bool `json:"defaultClassTaken,omitempty"`
	// AdoptsNamespace is whether the tenant moves into somebody's namespace.
	AdoptsNamespace bool `json:"adoptsNamespace,omitempty"`
	// Lacks are the optional kinds that the API server does not serve.
	Lacks []string `json:"lacks,omitempty"`
	// DefaultImages are the operator's flags of that name.
	DefaultImages []string `json:"defaultImages,omitempty"`
}

func (c cluster) facts() platform.Facts {
	return platform.Facts{
		HorizontalPodAutoscaler: !slices.Contains(c.Lacks, "HorizontalPodAutoscaler"),
		PodDisruptionBudget:     !slices.Contains(c.Lacks, "PodDisruptionBudget"),
		NetworkPolicy:           !slices.Contains(c.Lacks, "NetworkPolicy"),
		APIServerPorts:          []int32{6443},
		APIServerService:        platform.ServiceAddress{IPs: []string{"10.96.0.1"}, Ports: []int32{443}},
		Network:                 platform.DefaultNetwork(),
	}
}

// input asks the real providers for the tenant's workload.
func (s scenario) input() (desired.Input, error) {
	images := map[v1alpha1.ProviderName]provider.Image{}

	for _, flag := range s.Cluster.DefaultImages {
		name, image, err := provider.ParseImage(flag)
		if err != nil {
			return desired.Input{}, err
		}

		images[name] = image
	}

	registry, err := provider.NewRegistry(all.All(), images)
	if err != nil {
		return desired.Input{}, err
	}

	t := s.Tenant.DeepCopy()
	t.UID = uid

	choice, err := registry.Choose(t)
	if err != nil {
		return desired.Input{}, err
	}

	namespaces := provider.Namespaces{All: t.Spec.Namespaces == nil}
	if !namespaces.All {
		namespaces.Names = s.Cluster.Serves
	}

	workload, err := choice.Workload(provider.Request{
		Tenant:     t,
		Namespaces: namespaces,
		Addresses:  s.Cluster.Addresses,
	})
	if err != nil {
		return desired.Input{}, err
	}

	return desired.Input{
		Tenant:         t,
		Workload:       workload,
		Namespaces:     namespaces,
		DefaultClass:   tenant.WantsDefaultClass(t) && !s.Cluster.DefaultClassTaken,
		AdoptNamespace: s.Cluster.AdoptsNamespace,
		Facts:          s.Cluster.facts(),
	}, nil
}

// render returns the tenant's objects, and what they are made of.
func render(t rapid.TB, s scenario) (desired.Input, []apply.Object) {
	t.Helper()

	in, err := s.input()
	if err != nil {
		t.Fatalf("asking the provider for the workload: %v", err)
	}

	objects, err := desired.Objects(in)
	if err != nil {
		t.Fatalf("rendering: %v", err)
	}

	return in, objects
}

// encode returns exactly the fields that an object sets.
func encode(t rapid.TB, object apply.Object) []byte {
	t.Helper()

	encoded, err := json.Marshal(object)
	if err != nil {
		t.Fatalf("encoding %s: %v", apply.ReferenceTo(object), err)
	}

	return encoded
}

// decode reads the objects as the API server does, which knows every field of
// theirs.
func decode(t rapid.TB, objects []apply.Object) []client.Object {
	t.Helper()

	decoder := serializer.NewCodecFactory(clientgoscheme.Scheme, serializer.EnableStrict).UniversalDeserializer()
	decoded := make([]client.Object, 0, len(objects))

	for _, object := range objects {
		typed, _, err := decoder.Decode(encode(t, object), nil, nil)
		if err != nil {
			t.Fatalf("decoding %s: %v", apply.ReferenceTo(object), err)
		}

		known, ok := typed.(client.Object)
		if !ok {
			t.Fatalf("decoding %s: %T has no metadata", apply.ReferenceTo(object), typed)
		}

		decoded = append(decoded, known)
	}

	return decoded
}

// one returns the only object of a kind.
func one[T client.Object](t rapid.TB, objects []client.Object) T {
	t.Helper()

	found := every[T](objects)
	if len(found) != 1 {
		t.Fatalf("there are %d objects of type %T, want 1", len(found), *new(T))
	}

	return found[0]
}

// every returns the objects of a kind.
func every[T client.Object](objects []client.Object) []T {
	var found []T

	for _, object := range objects {
		if typed, ok := object.(T); ok {
			found = append(found, typed)
		}
	}

	return found
}
