// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"net/http"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	networkingv1ac "k8s.io/client-go/applyconfigurations/networking/v1"

	"github.com/ingresstenant/ingress-tenant-operator/test/apps"
)

func describeSharing(c *cluster) {
	c.forEach("S2", "sharing", func(d dialect) {
		It("ten Services share one load balancer, and TLS ends at the controller", func(ctx SpecContext) {
			const count = 10

			name := d.called("s2-ten")

			c.namespace(ctx, name)

			certificates := map[string]certificate{}

			var all []apps.App

			for i := range count {
				app := apps.App{Namespace: name, Name: fmt.Sprintf("app-%d", i)}
				all = append(all, app)
				certificates[app.Name] = c.serveTLS(ctx, name, app)
			}

			c.start(ctx, all...)
			c.create(ctx, name, d.small(name))

			address := addressOf(c.awaitReady(ctx, name))
			plain, secure := c.publish(ctx, name, address, 80), c.publish(ctx, name, address, 443)

			for _, app := range all {
				host := hostOf(app.Name)
				own := certificates[app.Name]

				Eventually(func() answer { return askTLS(ctx, secure, host, "/a/b?c=d", own.pool()) }).
					WithContext(ctx).Should(And(answeredBy(app.Name), HaveField("Path", "/a/b?c=d")))

				served := askTLS(ctx, secure, host, "/", own.pool()).Certificate
				Expect(served).NotTo(BeNil())
				Expect(served.Equal(own.parsed)).To(BeTrue(), "%s is served with its own certificate", host)

				// A host with TLS is not served without.
				Expect(ask(ctx, plain, host, "/")).To(And(
					HaveField("Status", BeElementOf(http.StatusFound, http.StatusPermanentRedirect)),
					HaveField("Location", "https://"+host+"/")))
			}

			figure(fmt.Sprintf("%d Services, %d certificates, 1 address (%s)", count, len(certificates), address))
		}, bounded)
	})
}

// serveTLS routes a host to an application, with a certificate of its own.
func (c *cluster) serveTLS(ctx context.Context, class string, app apps.App) certificate {
	GinkgoHelper()

	host := hostOf(app.Name)
	own := newCertificate(host)
	ingress := app.Ingress(class, host)
	ingress.Spec.WithTLS(tlsOf(host, app.Name))

	c.apply(ctx, own.secret(app.Namespace, app.Name), ingress)

	return own
}

// tlsOf is the block of an Ingress that gives a host the certificate of a Secret.
func tlsOf(host, secret string) *networkingv1ac.IngressTLSApplyConfiguration {
	return networkingv1ac.IngressTLS().WithHosts(host).WithSecretName(secret)
}
