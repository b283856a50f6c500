// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	networkingv1 "k8s.io/api/networking/v1"
	networkingv1ac "k8s.io/client-go/applyconfigurations/networking/v1"

	"github.com/ingresstenant/ingress-tenant-operator/test/apps"
)

func describeRewriting(c *cluster) {
	c.forEach("S4", "rewriting with groups", func(d dialect) {
		It("sends /third/a/b to the backend as /a/b", func(ctx SpecContext) {
			name := d.called("s4")

			c.namespace(ctx, name)
			c.start(ctx, apps.App{Namespace: name, Name: name})

			const host = "www.mytest2.com"

			c.apply(ctx, networkingv1ac.Ingress("rewriting", name).
				WithAnnotations(d.rewrite).
				WithSpec(networkingv1ac.IngressSpec().
					WithIngressClassName(name).
					WithRules(networkingv1ac.IngressRule().WithHost(host).WithHTTP(networkingv1ac.HTTPIngressRuleValue().WithPaths(
						apps.Path(networkingv1.PathTypeImplementationSpecific, "/third(/|$)(.*)", name))))))
			c.create(ctx, name, d.small(name))

			endpoint := c.publish(ctx, name, addressOf(c.awaitReady(ctx, name)), 80)

			Eventually(func() answer { return ask(ctx, endpoint, host, "/third") }).WithContext(ctx).Should(answeredBy(name))

			for asked, seen := range map[string]string{
				"/third":             "/",
				"/third/":            "/",
				"/third/a":           "/a",
				"/third/a/b":         "/a/b",
				"/third/a/b/":        "/a/b/",
				"/third/a/b?c=d":     "/a/b?c=d",
				"/third/third/again": "/third/again",
			} {
				Expect(ask(ctx, endpoint, host, asked)).To(And(answeredBy(name), HaveField("Path", seen)), asked)
			}

			for _, path := range []string{"/", "/thirdly", "/first"} {
				Expect(ask(ctx, endpoint, host, path)).To(notRouted(), path)
			}

			figure("/third/a/b arrives as /a/b, /third as /")
		}, bounded)
	})
}
