// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package provider

import (
	"strings"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// TLS is which versions and cipher suites a controller offers. The newest
// version is always 1.3, whose suites nobody has to choose.
type TLS struct {
	// MinimumVersion is the oldest version.
	MinimumVersion v1alpha1.TLSVersion
	// CipherSuites are those for TLS 1.2, by preference; empty if that version
	// is not offered.
	CipherSuites []v1alpha1.CipherSuite
}

// TLSOf is what a tenant's profile means.
//
// Source: Mozilla's Server Side TLS guidelines 5.7, without the suites that need
// a DH group of one's own.
func TLSOf(t *v1alpha1.IngressTenant) TLS {
	intermediate := []v1alpha1.CipherSuite{
		"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
		"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
		"TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
		"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
		"TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
		"TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
	}
	settings := TLS{MinimumVersion: v1alpha1.TLS12, CipherSuites: intermediate}

	if t.Spec.TLS == nil {
		return settings
	}

	switch {
	case t.Spec.TLS.Profile == v1alpha1.TLSModern:
		settings = TLS{MinimumVersion: v1alpha1.TLS13}
	case t.Spec.TLS.Profile == v1alpha1.TLSCustom && t.Spec.TLS.Custom != nil:
		settings.MinimumVersion = t.Spec.TLS.Custom.MinimumVersion
		if given := t.Spec.TLS.Custom.CipherSuites; len(given) > 0 {
			settings.CipherSuites = given
		}
	}

	if settings.MinimumVersion == v1alpha1.TLS13 {
		settings.CipherSuites = nil
	}

	return settings
}

// AddNGINX adds what is offered to the data of a ConfigMap, by the keys that both
// of NGINX's ingress controllers have for it.
func (t TLS) AddNGINX(data map[string]string) {
	data["ssl-protocols"] = "TLSv1.3"
	if t.MinimumVersion == v1alpha1.TLS12 {
		data["ssl-protocols"] = "TLSv1.2 TLSv1.3"
		data["ssl-ciphers"] = strings.Join(t.OpenSSL(), ":")
	}
}

// OpenSSL are the suites by the names that OpenSSL gives them.
//
// Source: openssl-ciphers(1), "TLS v1.2 cipher suites".
func (t TLS) OpenSSL() []string {
	names := map[v1alpha1.CipherSuite]string{
		"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256":       "ECDHE-ECDSA-AES128-GCM-SHA256",
		"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256":         "ECDHE-RSA-AES128-GCM-SHA256",
		"TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384":       "ECDHE-ECDSA-AES256-GCM-SHA384",
		"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384":         "ECDHE-RSA-AES256-GCM-SHA384",
		"TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256": "ECDHE-ECDSA-CHACHA20-POLY1305",
		"TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256":   "ECDHE-RSA-CHACHA20-POLY1305",
	}

	suites := make([]string, 0, len(t.CipherSuites))
	for _, suite := range t.CipherSuites {
		suites = append(suites, names[suite])
	}

	return suites
}
