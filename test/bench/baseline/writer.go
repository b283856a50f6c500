// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/json"
	"fmt"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client/apiutil"

	"github.com/ingresstenant/ingress-tenant-operator/internal/apply"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// writer sends objects to the API server, and throws away the answers.
type writer struct {
	client    rest.Interface
	resources map[schema.GroupVersionKind]*meta.RESTMapping
}

// newWriter returns a writer for the kinds of the given objects.
func newWriter(config *rest.Config, samples []apply.Object) (*writer, error) {
	http, err := rest.HTTPClientFor(config)
	if err != nil {
		return nil, fmt.Errorf("connecting to the API server: %w", err)
	}

	mapper, err := apiutil.NewDynamicRESTMapper(config, http)
	if err != nil {
		return nil, fmt.Errorf("finding the API server's resources: %w", err)
	}

	config = rest.CopyConfig(config)
	config.NegotiatedSerializer = clientgoscheme.Codecs.WithoutConversion()
	// The cheapest answer for both sides.
	config.AcceptContentTypes = runtime.ContentTypeProtobuf

	client, err := rest.UnversionedRESTClientForConfigAndClient(config, http)
	if err != nil {
		return nil, fmt.Errorf("connecting to the API server: %w", err)
	}

	resources := map[schema.GroupVersionKind]*meta.RESTMapping{}

	for _, sample := range samples {
		kind := apply.ReferenceTo(sample).GroupVersionKind

		if resources[kind], err = mapper.RESTMapping(kind.GroupKind(), kind.Version); err != nil {
			return nil, fmt.Errorf("finding the API server's resource of kind %s: %w", kind.Kind, err)
		}
	}

	return &writer{client: client, resources: resources}, nil
}

func (w *writer) apply(ctx context.Context, object apply.Object) error {
	reference := apply.ReferenceTo(object)

	body, err := json.Marshal(object)
	if err != nil {
		return fmt.Errorf("encoding %s: %w", reference, err)
	}

	err = w.client.Patch(types.ApplyYAMLPatchType).
		AbsPath(path(w.resources[reference.GroupVersionKind], reference)...).
		Param("fieldManager", tenant.Operator).
		Param("force", "true").
		Body(body).
		Do(ctx).
		Error()
	if err != nil {
		return fmt.Errorf("applying %s: %w", reference, err)
	}

	return nil
}

func path(mapping *meta.RESTMapping, reference apply.Reference) []string {
	version := mapping.Resource.GroupVersion()
	segments := []string{"apis", version.Group, version.Version}

	if version.Group == "" {
		segments = []string{"api", version.Version}
	}

	if reference.Namespace != "" {
		segments = append(segments, "namespaces", reference.Namespace)
	}

	return append(segments, mapping.Resource.Resource, reference.Name)
}
