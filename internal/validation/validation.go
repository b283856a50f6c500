// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package validation finds what is wrong with a tenant's spec by itself, whatever
// the cluster and the provider: values that the API server would refuse in the
// words of some object of the tenant, or would take although they cannot work.
//
// The CRD refuses most of them. It does not see those that were stored before it
// did, and what its rules cannot express. Both are refused here, by the field's
// path and with what to write instead.
package validation

import (
	"errors"
	"fmt"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
)

// Check returns all that is wrong with a tenant's spec, each a
// *provider.RefusedError; nil if nothing is.
func Check(t *v1alpha1.IngressTenant) error {
	c := &checker{}
	spec := field.NewPath("spec")

	if namespaces := t.Spec.Namespaces; namespaces != nil && namespaces.Selector != nil {
		path := spec.Child("namespaces", "selector", "matchLabels")
		c.labels(path, namespaces.Selector.MatchLabels)
		c.namespaceName(path, namespaces.Selector.MatchLabels)
	}

	if controller := t.Spec.Controller; controller != nil {
		c.controller(spec.Child("controller"), *controller)
	}

	if exposure := t.Spec.Exposure; exposure != nil {
		c.exposure(spec.Child("exposure"), *exposure)
	}

	return errors.Join(c.refusals...)
}

// checker collects refusals.
type checker struct {
	refusals []error
}

// refusef says what is wrong with a field, and what to write instead.
func (c *checker) refusef(path *field.Path, format string, args ...any) {
	c.refusals = append(c.refusals, provider.Refuse(v1alpha1.ReasonInvalidSpec, "%s: %s", path, fmt.Sprintf(format, args...)))
}

func (c *checker) exposure(path *field.Path, exposure v1alpha1.ExposureSpec) {
	if from := exposure.ClientAddress; from != nil {
		c.trusted(path.Child("clientAddress", "proxyProtocol"), from.ProxyProtocol)
		c.trusted(path.Child("clientAddress", "forwardedHeaders"), from.ForwardedHeaders)
	}

	if ports := exposure.NodePort; ports != nil && ports.HTTP != 0 && ports.HTTP == ports.HTTPS {
		c.refusef(path.Child("nodePort", "https"), "%d is the port for HTTP, too; write another, or omit one of the two", ports.HTTPS)
	}

	block := exposure.LoadBalancer
	if block == nil {
		return
	}

	path = path.Child("loadBalancer")
	c.balancer(path, block.LoadBalancerSettings)

	annotations := []map[string]v1alpha1.AnnotationValue{block.Annotations}

	if internal := block.Internal; internal != nil {
		c.balancer(path.Child("internal"), internal.LoadBalancerSettings)
		annotations = append(annotations, internal.Annotations)
	}

	c.annotationsSize(path.Child("annotations"), annotations...)
}

func (c *checker) trusted(path *field.Path, sources *v1alpha1.TrustedSources) {
	if sources != nil {
		c.ranges(path.Child("trustedRanges"), sources.TrustedRanges)
	}
}

func (c *checker) balancer(path *field.Path, settings v1alpha1.LoadBalancerSettings) {
	c.ranges(path.Child("allowedSourceRanges"), settings.AllowedSourceRanges)
	c.annotations(path.Child("annotations"), settings.Annotations)

	if settings.Class != "" {
		c.labelKey(path.Child("class"), settings.Class)
	}

	if settings.Certificate != nil {
		c.line(path.Child("certificate", "id"), settings.Certificate.ID)
	}
}
