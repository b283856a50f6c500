// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	corev1ac "k8s.io/client-go/applyconfigurations/core/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/test/apps"
)

func describeExternalNames(c *cluster) {
	c.forEach("S7", "a backend in another namespace", func(d dialect) {
		allowing := func(name string) v1alpha1.IngressTenantSpec {
			spec := d.small(name)
			spec.Policy = &v1alpha1.PolicySpec{ExternalNameServices: v1alpha1.Allow}
			d.consent(&spec)

			return spec
		}

		if !d.can().ExternalNames {
			c.lacks(d, "backends of type ExternalName", "spec.policy.externalNameServices", allowing)

			return
		}

		It("is served through an ExternalName Service where the tenant allows it, and nowhere else", func(ctx SpecContext) {
			there, allows, refuses := d.called("s7-b"), d.called("s7-allows"), d.called("s7-refuses")

			c.namespace(ctx, there)
			c.start(ctx, apps.App{Namespace: there, Name: "hello"})

			for _, name := range []string{allows, refuses} {
				// Its own application tells when the controller has read its Ingresses.
				c.route(ctx, name)

				borrowed := apps.App{Namespace: name, Name: "hello-ns-b"}
				c.apply(ctx,
					corev1ac.Service(borrowed.Name, name).WithSpec(corev1ac.ServiceSpec().
						WithType(corev1.ServiceTypeExternalName).
						WithExternalName("hello."+there+".svc.cluster.local").
						WithPorts(corev1ac.ServicePort().WithName("http").WithPort(80))),
					borrowed.Ingress(name, hostOf("borrowed-"+name)))
			}

			c.create(ctx, allows, allowing(allows))
			c.create(ctx, refuses, d.small(refuses))

			for name, expected := range map[string]OmegaMatcher{
				allows:  answeredBy("hello"),
				refuses: HaveField("App", BeEmpty()),
			} {
				endpoint := c.publish(ctx, name, addressOf(c.awaitReady(ctx, name)), 80)
				awaitAnswer(ctx, endpoint, hostOf(name), name)
				Eventually(func() answer { return ask(ctx, endpoint, hostOf("borrowed-"+name), "/") }).
					WithContext(ctx).Should(expected, name)
			}

			endpoint := c.publish(ctx, refuses, addressOf(c.awaitReady(ctx, refuses)), 80)
			got := ask(ctx, endpoint, hostOf("borrowed-"+refuses), "/")
			Expect(got.Status).To(BeElementOf(404, 500, 502, 503, 504))
			figure("allowed: 200 from the other namespace; refused: " + httpText(got))
		}, bounded)
	})
}
