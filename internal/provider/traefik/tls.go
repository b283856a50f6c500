// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package traefik

import (
	"fmt"
	"strings"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
)

const (
	// tlsFile is the file in configDir that says how TLS connections end.
	tlsFile = "tls.yaml"

	// certFile and keyFile are the default certificate's files. They lie beside
	// the configuration, whose directory Traefik watches: a renewed certificate
	// is read when the kubelet exchanges them.
	//
	// Source: Traefik's pkg/provider/file reads certificates anew with every
	// change in the directory, and takes files of other extensions for no
	// configuration.
	certFile = "tls.crt"
	keyFile  = "tls.key"
)

// tlsConfiguration is a dynamic configuration with the default TLS options,
// which hold for every host that asks for no client certificates, and the
// default certificate.
func tlsConfiguration(t *v1alpha1.IngressTenant) string {
	settings := provider.TLSOf(t)
	text := &strings.Builder{}

	fmt.Fprintf(text, "tls:\n  options:\n    default:\n      minVersion: VersionTLS%s\n", strings.ReplaceAll(string(settings.MinimumVersion), ".", ""))

	if len(settings.CipherSuites) > 0 {
		text.WriteString("      cipherSuites:\n")
	}

	for _, suite := range settings.CipherSuites {
		fmt.Fprintf(text, "        - %s\n", suite)
	}

	if defaultCertificate(t) != nil {
		fmt.Fprintf(text, "  stores:\n    default:\n      defaultCertificate:\n        certFile: %s/%s\n        keyFile: %s/%s\n",
			configDir, certFile, configDir, keyFile)
	}

	return text.String()
}

// defaultCertificate is the tenant's default certificate, or nil.
func defaultCertificate(t *v1alpha1.IngressTenant) *provider.Certificate {
	if t.Spec.TLS == nil || t.Spec.TLS.DefaultCertificate == nil {
		return nil
	}

	return &provider.Certificate{
		SecretName: t.Spec.TLS.DefaultCertificate.SecretName,
		Dir:        configDir,
		CertFile:   certFile,
		KeyFile:    keyFile,
	}
}
