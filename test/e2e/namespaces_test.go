// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/test/apps"
)

func describeNamespaces(c *cluster) {
	c.forEach("namespaces", "one tenant serves several of them, by a label", func(d dialect) {
		label, name := d.called("team"), d.called("several")

		set := func(ctx context.Context, namespace, value string) {
			GinkgoHelper()

			Expect(c.patch(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}},
				fmt.Sprintf(`{"metadata":{"labels":{%q:%s}}}`, label, value))).To(Succeed())
		}

		selecting := func() v1alpha1.IngressTenantSpec {
			spec := d.small()
			spec.Namespaces = &v1alpha1.NamespacesSpec{Selector: &v1alpha1.NamespaceSelector{
				MatchLabels: map[string]v1alpha1.LabelValue{label: "several"},
			}}

			return spec
		}

		if !d.can().NamespaceLists {
			It("has them refused, as its rights would not stay inside them", func(ctx SpecContext) {
				for _, namespace := range []string{name + "-one", name + "-two"} {
					c.namespace(ctx, namespace)
					set(ctx, namespace, `"several"`)
				}

				c.create(ctx, name, selecting())

				refused := c.awaitCondition(ctx, name, v1alpha1.ConditionAccepted, metav1.ConditionFalse, v1alpha1.ReasonUnsupportedByProvider)
				Expect(refused.Message).To(HavePrefix("spec.namespaces"))
				AddReportEntry(unsupportedEntry, "several namespaces with rights in those alone", ReportEntryVisibilityFailureOrVerbose)
			}, bounded)

			return
		}

		It("gains and loses them with the label, and no request to the others fails", func(ctx SpecContext) {
			stays, leaves, comes := name+"-stays", name+"-leaves", name+"-comes"

			for _, namespace := range []string{stays, leaves, comes} {
				c.namespace(ctx, namespace)

				app := apps.App{Namespace: namespace, Name: namespace}
				c.apply(ctx, app.Ingress(name, hostOf(namespace)))
				c.start(ctx, app)
			}

			set(ctx, stays, `"several"`)
			set(ctx, leaves, `"several"`)
			c.create(ctx, name, selecting())

			endpoint := c.publish(ctx, name, addressOf(c.awaitReady(ctx, name)), 80)
			awaitAnswer(ctx, endpoint, hostOf(stays), stays)
			awaitAnswer(ctx, endpoint, hostOf(leaves), leaves)
			Expect(ask(ctx, endpoint, hostOf(comes), "/")).To(notRouted())

			constant, began := constantly(ctx, endpoint, hostOf(stays)), time.Now()

			set(ctx, comes, `"several"`)
			Eventually(func() answer { return ask(ctx, endpoint, hostOf(comes), "/") }).
				WithContext(ctx).WithTimeout(eventually).Should(answeredBy(comes))

			gained := time.Since(began)

			c.awaitReady(ctx, name)

			began = time.Now()

			set(ctx, leaves, "null")
			Eventually(func() answer { return ask(ctx, endpoint, hostOf(leaves), "/") }).
				WithContext(ctx).WithTimeout(eventually).Should(notRouted())

			lost := time.Since(began)

			c.awaitReady(ctx, name)
			figure(fmt.Sprintf("gained in %s, lost in %s; %s", gained.Round(time.Second), lost.Round(time.Second), expectNoFailures(constant, stays)))
		}, bounded)
	})
}
