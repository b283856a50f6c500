// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package status_test

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/status"
)

// shown is a certificate for these hosts, changed by the given functions.
func shown(hosts []string, changes ...func(*x509.Certificate)) *x509.Certificate {
	certificate := &x509.Certificate{
		Subject:  pkix.Name{CommonName: "*.example.com", Organization: []string{"Example"}},
		Issuer:   pkix.Name{CommonName: "Example CA"},
		NotAfter: time.Date(2026, time.August, 1, 12, 30, 0, 0, time.UTC),
		DNSNames: hosts,
	}
	for _, change := range changes {
		change(certificate)
	}

	return certificate
}

// described is what the status says of it, changed by the given functions.
func described(hosts []string, changes ...func(*v1alpha1.CertificateStatus)) *v1alpha1.CertificateStatus {
	certificate := &v1alpha1.CertificateStatus{
		Subject: "CN=*.example.com,O=Example", Issuer: "CN=Example CA",
		NotAfter: new(metav1.Date(2026, time.August, 1, 12, 30, 0, 0, time.UTC)),
		DNSNames: hosts,
	}
	for _, change := range changes {
		change(certificate)
	}

	return certificate
}

func TestCertificate(t *testing.T) {
	t.Parallel()

	example := []string{"*.example.com", "example.com"}
	asked := &v1alpha1.TLSSpec{DefaultCertificate: &v1alpha1.DefaultCertificate{SecretName: "wildcard"}}
	unreachable := func(since metav1.Time) func(*v1alpha1.CertificateStatus) {
		return func(c *v1alpha1.CertificateStatus) { c.UnreachableSinceTime = &since }
	}

	many := make([]string, 40)
	for i := range many {
		many[i] = fmt.Sprintf("host-%d.example.com", i)
	}

	for name, c := range map[string]struct {
		asked *v1alpha1.TLSSpec
		last  *v1alpha1.CertificateStatus
		seen  status.Certificate
		want  *v1alpha1.CertificateStatus
	}{
		"none asked for, and one seen once": {last: described(example), seen: status.Certificate{Shown: shown(example)}},
		"none asked for beside a profile":   {asked: &v1alpha1.TLSSpec{Profile: v1alpha1.TLSModern}, last: described(example)},
		"not seen yet":                      {asked: asked},
		"not seen yet by this process":      {asked: asked, last: described(example), want: described(example)},
		"seen":                              {asked: asked, seen: status.Certificate{Shown: shown(example)}, want: described(example)},
		"another than before": {
			asked: asked, last: described([]string{"old.example.com"}), seen: status.Certificate{Shown: shown(example)}, want: described(example),
		},
		"not seen any more": {
			asked: asked, last: described(example),
			seen: status.Certificate{Shown: shown(example), UnreachableSince: today().Add(time.Nanosecond)},
			want: described(example, unreachable(today())),
		},
		"not seen for long": {
			asked: asked, last: described(example, unreachable(yesterday())),
			seen: status.Certificate{Shown: shown(example), UnreachableSince: today().Time},
			want: described(example, unreachable(yesterday())),
		},
		"not seen for long, but looked for by this process a moment ago": {
			asked: asked, last: described(example, unreachable(yesterday())), want: described(example, unreachable(yesterday())),
		},
		"not seen for long, and not by this process either": {
			asked: asked, last: described(example, unreachable(yesterday())),
			seen: status.Certificate{UnreachableSince: today().Time},
			want: described(example, unreachable(yesterday())),
		},
		"seen again": {
			asked: asked, last: described(example, unreachable(yesterday())),
			seen: status.Certificate{Shown: shown(example)},
			want: described(example),
		},
		"never seen":             {asked: asked, seen: status.Certificate{UnreachableSince: today().Time}},
		"for more than 32 hosts": {asked: asked, seen: status.Certificate{Shown: shown(many)}, want: described(many[:32])},
		"for hosts that cannot be": {
			asked: asked,
			seen:  status.Certificate{Shown: shown([]string{"", " ", strings.Repeat("a", 254), "a\nb.example.com", "c\xff.example.com"})},
			want:  described([]string{"a b.example.com", "c.example.com"}),
		},
		"of nobody, and from before there was time": {
			asked: asked,
			seen: status.Certificate{Shown: shown(nil, func(c *x509.Certificate) {
				c.Subject, c.Issuer, c.NotAfter = pkix.Name{}, pkix.Name{}, time.Time{}
			})},
			want: described(nil, func(c *v1alpha1.CertificateStatus) {
				c.Subject, c.Issuer, c.NotAfter = "", "", new(metav1.Unix(0, 0))
			}),
		},
		"of somebody with a long name": {
			asked: asked,
			seen: status.Certificate{Shown: shown(example, func(c *x509.Certificate) {
				c.Subject.CommonName = strings.Repeat("ä", 300)
			})},
			want: described(example, func(c *v1alpha1.CertificateStatus) {
				c.Subject = "CN=" + strings.Repeat("ä", 252) + "…"
			}),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			blog := tenant()
			blog.Spec.TLS = c.asked
			blog.Status.Certificate = c.last

			computed := compute(t, blog, serving(func(o *status.Observed) { o.Certificate = c.seen }))
			if diff := cmp.Diff(c.want, computed.Certificate); diff != "" {
				t.Errorf("certificate (-want +got):\n%s", diff)
			}
		})
	}
}
