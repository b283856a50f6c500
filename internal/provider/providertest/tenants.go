// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package providertest holds what the tests of all ingress controller
// implementations ask of them.
package providertest

import (
	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
)

// Blog is a tenant of that name, with the given settings of its controller.
func Blog(controller *v1alpha1.ControllerSpec) *v1alpha1.IngressTenant {
	t := &v1alpha1.IngressTenant{}
	t.Name = "blog"
	t.Spec.Controller = controller

	return t
}

// Permissive is Blog with everything allowed that a policy can deny.
func Permissive(controller *v1alpha1.ControllerSpec) *v1alpha1.IngressTenant {
	t := Blog(controller)
	t.Spec.Policy = &v1alpha1.PolicySpec{Snippets: v1alpha1.Allow, ExternalNameServices: v1alpha1.Allow}

	return t
}

// Certified is Blog with the default certificate in Secret wildcard.
func Certified() *v1alpha1.IngressTenant {
	t := Blog(nil)
	t.Spec.TLS = &v1alpha1.TLSSpec{DefaultCertificate: &v1alpha1.DefaultCertificate{SecretName: "wildcard"}}

	return t
}

// Flags is a request of Blog with further flags.
func Flags(args ...string) provider.Request {
	return provider.Request{Tenant: Blog(&v1alpha1.ControllerSpec{ExtraArgs: args})}
}

// Config is a request of Blog with one entry of its controller's configuration.
func Config(key string, value v1alpha1.ConfigValue) provider.Request {
	return provider.Request{Tenant: Blog(&v1alpha1.ControllerSpec{Config: map[string]v1alpha1.ConfigValue{key: value}})}
}

// Every is a request for all namespaces.
func Every(request provider.Request) provider.Request {
	request.Namespaces = provider.Namespaces{All: true}

	return request
}

// Only is a request for some namespaces.
func Only(request provider.Request, names ...string) provider.Request {
	request.Namespaces = provider.Namespaces{Names: names}

	return request
}
