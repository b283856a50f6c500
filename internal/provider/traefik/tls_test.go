// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package traefik_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider/providertest"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider/traefik"
)

// dynamicTLS is the part of Traefik's dynamic configuration that is about TLS.
type dynamicTLS struct {
	TLS struct {
		Options map[string]tlsOptions `json:"options"`
		Stores  map[string]tlsStore   `json:"stores"`
	} `json:"tls"`
}

type tlsOptions struct {
	MinVersion   string   `json:"minVersion"`
	CipherSuites []string `json:"cipherSuites"`
}

type tlsStore struct {
	DefaultCertificate struct {
		CertFile string `json:"certFile"`
		KeyFile  string `json:"keyFile"`
	} `json:"defaultCertificate"`
}

func TestTLS(t *testing.T) {
	t.Parallel()

	intermediate := tlsOptions{MinVersion: "VersionTLS12", CipherSuites: []string{
		"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
		"TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
		"TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
	}}

	for name, test := range map[string]struct {
		asked       *v1alpha1.TLSSpec
		options     tlsOptions
		certificate *provider.Certificate
	}{
		"nothing asked for": {options: intermediate},
		"modern":            {asked: &v1alpha1.TLSSpec{Profile: v1alpha1.TLSModern}, options: tlsOptions{MinVersion: "VersionTLS13"}},
		"one's own suites": {
			asked: &v1alpha1.TLSSpec{Profile: v1alpha1.TLSCustom, Custom: &v1alpha1.CustomTLSProfile{
				MinimumVersion: v1alpha1.TLS12, CipherSuites: []v1alpha1.CipherSuite{"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"},
			}},
			options: tlsOptions{MinVersion: "VersionTLS12", CipherSuites: []string{"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"}},
		},
		"a default certificate": {
			asked:       &v1alpha1.TLSSpec{DefaultCertificate: &v1alpha1.DefaultCertificate{SecretName: "wildcard"}},
			options:     intermediate,
			certificate: &provider.Certificate{SecretName: "wildcard", Dir: "/etc/traefik/dynamic", CertFile: "tls.crt", KeyFile: "tls.key"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			subject := providertest.Blog(nil)
			subject.Spec.TLS = test.asked

			w, err := traefik.Provider{}.Workload(provider.Request{Tenant: subject})
			if err != nil {
				t.Fatal(err)
			}

			var got dynamicTLS
			if err := yaml.UnmarshalStrict([]byte(w.ConfigMap["tls.yaml"]), &got); err != nil {
				t.Fatalf("%v in\n%s", err, w.ConfigMap["tls.yaml"])
			}

			if diff := cmp.Diff(map[string]tlsOptions{"default": test.options}, got.TLS.Options); diff != "" {
				t.Errorf("options (-want +got):\n%s", diff)
			}

			if diff := cmp.Diff(test.certificate, w.Certificate); diff != "" {
				t.Errorf("certificate (-want +got):\n%s", diff)
			}

			shown := got.TLS.Stores["default"].DefaultCertificate
			if want := test.certificate; want == nil && got.TLS.Stores != nil ||
				want != nil && (shown.CertFile != want.Dir+"/"+want.CertFile || shown.KeyFile != want.Dir+"/"+want.KeyFile) {
				t.Errorf("the default certificate is %+v", got.TLS.Stores)
			}
		})
	}
}
