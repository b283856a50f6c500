// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"fmt"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	networkingv1 "k8s.io/api/networking/v1"
	networkingv1ac "k8s.io/client-go/applyconfigurations/networking/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/test/apps"
)

func describeRouting(c *cluster) {
	It("S3: there is no path type Directory: the API server refuses it", func(ctx SpecContext) {
		c.namespace(ctx, "s3-directory")

		app := apps.App{Namespace: "s3-directory", Name: "directory"}
		ingress := app.Ingress("any", hostOf("directory"))
		ingress.Spec.Rules[0].HTTP.Paths[0].WithPathType("Directory")

		err := c.Apply(ctx, ingress, client.ForceOwnership)
		Expect(err).To(MatchError(ContainSubstring(
			`pathType: Unsupported value: "Directory": supported values: "Exact", "ImplementationSpecific", "Prefix"`)))
	}, bounded)

	c.forEach("S3", "routing", func(d dialect) {
		name := d.called("s3-paths")

		It("follows host, path and path type, and falls back to the default backend", func(ctx SpecContext) {
			c.namespace(ctx, name)
			c.start(ctx,
				apps.App{Namespace: name, Name: "exact"}, apps.App{Namespace: name, Name: "prefix"},
				apps.App{Namespace: name, Name: "specific"}, apps.App{Namespace: name, Name: "fallback"})

			host := hostOf(name)
			c.apply(ctx, networkingv1ac.Ingress("paths", name).WithSpec(networkingv1ac.IngressSpec().
				WithIngressClassName(name).
				WithDefaultBackend(apps.Backend("fallback")).
				WithRules(networkingv1ac.IngressRule().WithHost(host).WithHTTP(networkingv1ac.HTTPIngressRuleValue().WithPaths(
					apps.Path(networkingv1.PathTypeExact, "/exact-path", "exact"),
					apps.Path(networkingv1.PathTypePrefix, "/foo", "prefix"),
					apps.Path(networkingv1.PathTypePrefix, "/foo/bar", "exact"),
					apps.Path(networkingv1.PathTypePrefix, "/slash/", "prefix"),
					apps.Path(networkingv1.PathTypeImplementationSpecific, "/specific", "specific"))))))

			c.create(ctx, name, d.small(name))

			endpoint := c.publish(ctx, name, addressOf(c.awaitReady(ctx, name)), 80)
			awaitAnswer(ctx, endpoint, host, "fallback")

			routes := map[string]string{
				"/exact-path":       "exact",
				"/exact-path?x=y":   "exact",
				"/exact-path/":      "fallback",
				"/exact-path/sub":   "fallback",
				"/exact-pathology":  "fallback",
				"/Exact-Path":       "fallback",
				"/foo":              "prefix",
				"/foo/":             "prefix",
				"/foo/sub/path":     "prefix",
				"/foobar":           "fallback",
				"/foo/bar":          "exact", // The longest path wins.
				"/foo/bar/sub":      "exact",
				"/foo/barometer":    "prefix",
				"/slash":            "prefix",
				"/slash/sub":        "prefix",
				"/specific":         "specific",
				"/specific/sub":     "specific",
				"/":                 "fallback",
				"/unmatched/path":   "fallback",
				"/sub/exact-path":   "fallback",
				"/foo%2Fbar/escape": "fallback",
			}
			for path, app := range routes {
				Expect(ask(ctx, endpoint, host, path)).To(answeredBy(app), path)
			}

			figure(fmt.Sprintf("%d paths, all as they should be", len(routes)))

			if d.catchesAll {
				Expect(ask(ctx, endpoint, "other.example.com", "/foo")).To(answeredBy("fallback"), "another host")
				figure("the default backend also answers for other hosts")

				return
			}

			Expect(ask(ctx, endpoint, "other.example.com", "/foo")).To(notRouted(), "another host")
		}, bounded)
	})
}
