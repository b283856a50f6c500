// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package assemble_test

import (
	"crypto/x509"
	"slices"
	"testing"
	"time"
)

func TestCertificatesAreThereOnRequest(t *testing.T) {
	trusting := spec(t, "program", time.Now())
	trusting.Certificates = true
	img := image(t, trusting)

	const name = "etc/ssl/certs/ca-certificates.crt"
	bundle, ok := entries(t, img)[name]
	if !ok {
		t.Fatalf("%s is missing", name)
	}
	if !x509.NewCertPool().AppendCertsFromPEM([]byte(bundle.content)) {
		t.Errorf("%s holds no certificate that Go can read", name)
	}

	config, err := img.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(config.Config.Env, "SSL_CERT_FILE=/"+name) {
		t.Errorf("environment = %q, want SSL_CERT_FILE to point at /%s", config.Config.Env, name)
	}
}
