// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
	"github.com/ingresstenant/ingress-tenant-operator/test/apps"
)

// unknownHost is a host that no tenant has.
const unknownHost = "unknown.example.com"

func describeEncryption(c *cluster) {
	c.forEach("S5", "certificates", func(d dialect) {
		withDefault := func(name string) v1alpha1.IngressTenantSpec {
			spec := d.small(name)
			spec.TLS = &v1alpha1.TLSSpec{DefaultCertificate: &v1alpha1.DefaultCertificate{SecretName: "fallback"}}

			return spec
		}

		if !d.can().DefaultCertificate {
			c.lacks(d, "default certificate", "spec.tls.defaultCertificate", withDefault)
		}

		It("shows each host its own certificate, and no tenant another one's", func(ctx SpecContext) {
			names := []string{d.called("s5-one"), d.called("s5-other")}
			own, fallback, endpoints := map[string]certificate{}, map[string]certificate{}, map[string]string{}

			for _, name := range names {
				c.namespace(ctx, name)

				var all []apps.App

				for _, app := range []string{"a-" + name, "b-" + name} {
					all = append(all, apps.App{Namespace: name, Name: app})
					own[app] = c.serveTLS(ctx, name, all[len(all)-1])
				}

				c.start(ctx, all...)

				if d.can().DefaultCertificate {
					t := c.create(ctx, name, withDefault(name))
					fallback[name] = c.giveCertificate(ctx, tenant.Namespace(t), "fallback")
				} else {
					c.create(ctx, name, d.small(name))
				}
			}

			for _, name := range names {
				endpoints[name] = c.publish(ctx, name, addressOf(c.awaitReady(ctx, name)), 443)
			}

			for _, name := range names {
				for app, certificate := range own {
					host := hostOf(app)

					if app != "a-"+name && app != "b-"+name {
						Expect(handshake(ctx, endpoints[name], host)).NotTo(Equal(certificate.parsed.Raw), "%s of the other tenant", host)

						continue
					}

					Eventually(func() answer { return askTLS(ctx, endpoints[name], host, "/", certificate.pool()) }).
						WithContext(ctx).Should(answeredBy(app))
					Expect(handshake(ctx, endpoints[name], host)).To(Equal(certificate.parsed.Raw), host)
				}
			}

			for name, certificate := range fallback {
				other := names[0]
				if other == name {
					other = names[1]
				}

				// An empty name stands for a client that does not send any.
				for _, host := range []string{unknownHost, "", hostOf("a-" + other), hostOf("b-" + other)} {
					Expect(handshake(ctx, endpoints[name], host)).To(Equal(certificate.parsed.Raw), "tenant %s, host %q", name, host)
				}

				// The operator reads no Secrets: it knows what the pods show.
				Eventually(func(g Gomega) {
					t, err := c.get(ctx, name)
					g.Expect(err).NotTo(HaveOccurred())
					g.Expect(t.Status.Certificate).To(HaveValue(And(
						HaveField("Subject", certificate.parsed.Subject.String()),
						HaveField("DNSNames", certificate.parsed.DNSNames),
						HaveField("NotAfter.UTC()", certificate.parsed.NotAfter),
						HaveField("UnreachableSinceTime", BeNil()),
					)))
				}).WithContext(ctx).Should(Succeed(), "tenant %s says which certificate it shows", name)
			}

			figure("2 tenants, 4 hosts with certificates of their own")

			if len(fallback) > 0 {
				figure("an unknown host, no host and the other tenant's hosts get the tenant's default certificate, which its status describes")
			}
		}, bounded)
	})
}

// giveCertificate puts a new certificate into the namespace of a tenant's
// controller, as soon as there is one.
func (c *cluster) giveCertificate(ctx context.Context, namespace, name string) certificate {
	GinkgoHelper()

	given := newCertificate("default." + namespace + ".example.com")

	Eventually(func() error { return c.Apply(ctx, given.secret(namespace, name), client.ForceOwnership) }).
		WithContext(ctx).Should(Succeed(), "namespace %s takes a Secret", namespace)

	return given
}

// handshake returns the certificate, as DER, that an endpoint shows to a client
// that asks for a host and believes everything; the client does not name a host
// if it is empty.
func handshake(ctx context.Context, endpoint, host string) []byte {
	GinkgoHelper()

	var shown *x509.Certificate

	dialer := &tls.Dialer{Config: &tls.Config{
		ServerName:         host,
		MinVersion:         tls.VersionTLS12,
		InsecureSkipVerify: true,
	}}

	Eventually(func() error {
		connection, err := dialer.DialContext(ctx, "tcp", endpoint)
		if err != nil {
			return err
		}

		shown = peerOf(connection)

		return connection.Close()
	}).WithContext(ctx).Should(Succeed(), "a handshake for %q", host)
	Expect(shown).NotTo(BeNil())

	return shown.Raw
}

func peerOf(connection net.Conn) *x509.Certificate {
	encrypted, ok := connection.(*tls.Conn)
	if !ok || len(encrypted.ConnectionState().PeerCertificates) == 0 {
		return nil
	}

	return encrypted.ConnectionState().PeerCertificates[0]
}
