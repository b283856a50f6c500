// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package tenant

import (
	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// ProxyProtocolSources are the address ranges from which the tenant believes
// the PROXY protocol; empty where it does not speak it.
func ProxyProtocolSources(t *v1alpha1.IngressTenant) []string {
	if c := clientAddress(t); c != nil {
		return ranges(c.ProxyProtocol)
	}

	return nil
}

// ForwardedHeaderSources are the address ranges from which the tenant believes
// X-Forwarded-For and its kin; empty where it believes nobody.
func ForwardedHeaderSources(t *v1alpha1.IngressTenant) []string {
	if c := clientAddress(t); c != nil {
		return ranges(c.ForwardedHeaders)
	}

	return nil
}

func clientAddress(t *v1alpha1.IngressTenant) *v1alpha1.ClientAddressSpec {
	if t.Spec.Exposure == nil {
		return nil
	}

	return t.Spec.Exposure.ClientAddress
}

func ranges(sources *v1alpha1.TrustedSources) []string {
	if sources == nil {
		return nil
	}

	texts := make([]string, 0, len(sources.TrustedRanges))
	for _, cidr := range sources.TrustedRanges {
		texts = append(texts, string(cidr))
	}

	return texts
}
