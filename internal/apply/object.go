// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package apply is the one writer of the objects that belong to an owner. It
// applies desired objects by server-side apply, leaves alone what is not the
// owner's, sends nothing where nothing differs, and deletes what is no longer
// wanted. It knows nothing of what the objects are for.
package apply

import (
	"encoding/json"
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Object is a desired object: an apply configuration that knows its identity.
// Every top-level apply configuration of client-go is one. An Object is used
// once: applying it overwrites it with the server's answer.
type Object interface {
	runtime.ApplyConfiguration
	GetAPIVersion() *string
	GetKind() *string
	GetNamespace() *string
	GetName() *string
}

// Reference names an object.
type Reference struct {
	schema.GroupVersionKind
	client.ObjectKey
}

// String is the reference as people write it: "Service ingress-blog/traefik".
func (r Reference) String() string {
	if r.Namespace == "" {
		return r.Kind + " " + r.Name
	}

	return r.Kind + " " + r.Namespace + "/" + r.Name
}

// ReferenceTo returns the identity of a desired object.
func ReferenceTo(object Object) Reference {
	return Reference{
		GroupVersionKind: schema.FromAPIVersionAndKind(orEmpty(object.GetAPIVersion()), orEmpty(object.GetKind())),
		ObjectKey:        client.ObjectKey{Namespace: orEmpty(object.GetNamespace()), Name: orEmpty(object.GetName())},
	}
}

func orEmpty(s *string) string {
	if s == nil {
		return ""
	}

	return *s
}

// fields returns exactly the fields that a desired object sets.
func fields(object Object) (*unstructured.Unstructured, error) {
	raw, err := json.Marshal(object)
	if err != nil {
		return nil, fmt.Errorf("encoding desired %s: %w", ReferenceTo(object), err)
	}

	set := &unstructured.Unstructured{}
	if err := set.UnmarshalJSON(raw); err != nil {
		return nil, fmt.Errorf("decoding desired %s: %w", ReferenceTo(object), err)
	}

	return set, nil
}
