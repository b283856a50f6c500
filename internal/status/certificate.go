// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"crypto/x509"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// The API's limits for status.certificate, in characters and in entries.
const (
	maxDistinguishedName = 256
	maxDNSName           = 253
	maxDNSNames          = 32
)

// Certificate is what a controller shows to clients of unknown hosts.
type Certificate struct {
	// Shown is the last that was seen; nil if none was yet. What the status says
	// of an earlier one then stays.
	Shown *x509.Certificate
	// UnreachableSince is since when nothing is seen; zero if something is.
	UnreachableSince time.Time
}

// recordCertificate writes which certificate is shown, for tenants that name one.
func recordCertificate(s *v1alpha1.IngressTenantStatus, t *v1alpha1.IngressTenant, seen Certificate) {
	if t.Spec.TLS == nil || t.Spec.TLS.DefaultCertificate == nil {
		s.Certificate = nil

		return
	}

	var since *metav1.Time
	if s.Certificate != nil {
		since = s.Certificate.UnreachableSinceTime
	}

	if seen.Shown != nil {
		s.Certificate = describe(seen.Shown)
	}

	switch {
	case s.Certificate == nil:
		return
	case seen.UnreachableSince.IsZero() && seen.Shown != nil:
		s.Certificate.UnreachableSinceTime = nil
	case seen.UnreachableSince.IsZero() || since != nil:
		// Nothing new. A process that has just started has not been looking for
		// as long as the one before it.
		s.Certificate.UnreachableSinceTime = since
	default:
		s.Certificate.UnreachableSinceTime = new(metav1.NewTime(seen.UnreachableSince).Rfc3339Copy())
	}
}

// describe is what the status says of a certificate. Whoever made it may have put
// anything into it.
func describe(shown *x509.Certificate) *v1alpha1.CertificateStatus {
	described := &v1alpha1.CertificateStatus{
		Subject: head(oneLine(shown.Subject.String()), maxDistinguishedName),
		Issuer:  head(oneLine(shown.Issuer.String()), maxDistinguishedName),
		// The zero time would be none at all.
		NotAfter: new(metav1.NewTime(latest(shown.NotAfter, time.Unix(0, 0)).UTC())),
	}

	for _, name := range shown.DNSNames {
		name = oneLine(name)
		if name == "" || len([]rune(name)) > maxDNSName || len(described.DNSNames) == maxDNSNames {
			continue
		}

		described.DNSNames = append(described.DNSNames, name)
	}

	return described
}

func latest(one, other time.Time) time.Time {
	if one.After(other) {
		return one
	}

	return other
}
