// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package ingressnginx_test

import (
	"errors"
	"testing"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider/ingressnginx"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider/providertest"
)

func TestConnections(t *testing.T) {
	t.Parallel()

	const intermediate = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:" +
		"ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305"

	from := func(ranges ...v1alpha1.CIDR) *v1alpha1.TrustedSources {
		return &v1alpha1.TrustedSources{TrustedRanges: ranges}
	}

	for name, test := range map[string]struct {
		tls     *v1alpha1.TLSSpec
		clients *v1alpha1.ClientAddressSpec
		want    map[string]string
	}{
		"nothing asked for": {want: map[string]string{"ssl-protocols": "TLSv1.2 TLSv1.3", "ssl-ciphers": intermediate, "use-proxy-protocol": "", "use-forwarded-headers": "", "proxy-real-ip-cidr": ""}},
		"modern":            {tls: &v1alpha1.TLSSpec{Profile: v1alpha1.TLSModern}, want: map[string]string{"ssl-protocols": "TLSv1.3", "ssl-ciphers": ""}},
		"one's own": {
			tls: &v1alpha1.TLSSpec{Profile: v1alpha1.TLSCustom, Custom: &v1alpha1.CustomTLSProfile{
				MinimumVersion: v1alpha1.TLS12, CipherSuites: []v1alpha1.CipherSuite{"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"},
			}},
			want: map[string]string{"ssl-protocols": "TLSv1.2 TLSv1.3", "ssl-ciphers": "ECDHE-RSA-AES256-GCM-SHA384"},
		},
		"the PROXY protocol": {
			clients: &v1alpha1.ClientAddressSpec{ProxyProtocol: from("192.0.2.0/24", "10.0.0.0/8")},
			want:    map[string]string{"use-proxy-protocol": "true", "use-forwarded-headers": "", "proxy-real-ip-cidr": "10.0.0.0/8,192.0.2.0/24"},
		},
		"forwarded headers": {
			clients: &v1alpha1.ClientAddressSpec{ForwardedHeaders: from("192.0.2.0/24", "10.0.0.0/8")},
			want:    map[string]string{"use-proxy-protocol": "", "use-forwarded-headers": "true", "proxy-real-ip-cidr": "10.0.0.0/8,192.0.2.0/24"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			subject := providertest.Blog(nil)
			subject.Spec.TLS = test.tls
			subject.Spec.Exposure = &v1alpha1.ExposureSpec{Type: v1alpha1.ExposureLoadBalancer, ClientAddress: test.clients}

			w, err := ingressnginx.Provider{}.Workload(provider.Request{Tenant: subject})
			if err != nil {
				t.Fatal(err)
			}

			for key, want := range test.want {
				if got := w.ConfigMap[key]; got != want {
					t.Errorf("%s is %q, want %q", key, got, want)
				}
			}
		})
	}

	for _, forwarders := range []v1alpha1.CIDR{"192.0.2.0/24", "10.0.0.0/8"} {
		subject := providertest.Blog(nil)
		subject.Spec.Exposure = &v1alpha1.ExposureSpec{ClientAddress: &v1alpha1.ClientAddressSpec{
			ProxyProtocol: from("192.0.2.0/24"), ForwardedHeaders: from(forwarders),
		}}

		var refused *provider.RefusedError
		if _, err := (ingressnginx.Provider{}).Workload(provider.Request{Tenant: subject}); !errors.As(err, &refused) || refused.Reason != v1alpha1.ReasonUnsupportedByProvider {
			t.Errorf("the PROXY protocol, and headers from %s: got %v, want a refusal", forwarders, err)
		}
	}
}
