// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/prometheus/client_golang/prometheus"
	"k8s.io/client-go/rest"
	ctrlmetrics "sigs.k8s.io/controller-runtime/pkg/metrics"

	"github.com/ingresstenant/ingress-tenant-operator/controllers"
	"github.com/ingresstenant/ingress-tenant-operator/internal/manager"
	"github.com/ingresstenant/ingress-tenant-operator/test/apiserver"
	testoperator "github.com/ingresstenant/ingress-tenant-operator/test/operator"
)

// operator is a process of the operator.
type operator struct {
	// requests are those of the process, but for watches.
	requests *apiserver.Requests
	// metrics are the operator's own.
	metrics *prometheus.Registry
	// stop ends the process and waits until it ended.
	stop func()
	// elected is closed when the process may act.
	elected <-chan struct{}
}

// startOperator starts the operator the way that main does, until the spec ends.
func (c *cluster) startOperator(ctx context.Context) *operator {
	GinkgoHelper()

	return c.startOperatorWith(ctx, c.Operator, manager.Options{})
}

func (c *cluster) startOperatorWith(ctx context.Context, connection *rest.Config, options manager.Options) *operator {
	GinkgoHelper()

	options.MaxConcurrentReconciles = 4

	process, err := testoperator.Start(ctx, connection, options, controllers.Options{
		Compare:             c.compare,
		ComparisonDelay:     comparisonDelay,
		ReadCertificate:     c.readCertificate,
		CertificateInterval: certificateInterval,
	})
	Expect(err).NotTo(HaveOccurred())

	started := &operator{requests: process.Requests, metrics: process.Metrics, elected: process.Elected, stop: func() {
		GinkgoHelper()
		Expect(process.Stop()).To(Succeed())
	}}

	DeferCleanup(func(ctx SpecContext) {
		started.stop()

		if options.AdmissionPolicies {
			c.removePolicies(ctx)
		}

		c.sweep(ctx)
	})

	return started
}

// expectQuiet waits until the operator sends nothing any more.
func (o *operator) expectQuiet(ctx context.Context) {
	GinkgoHelper()

	Eventually(ctx, func(g Gomega) {
		o.requests.Forget()
		g.Consistently(ctx, o.requests.All).WithTimeout(quietPeriod).Should(BeEmpty())
	}).Should(Succeed())
}

// reconciles counts the reconciles of tenants by this process that have ended.
func reconciles() int {
	GinkgoHelper()

	families, err := ctrlmetrics.Registry.Gather()
	Expect(err).NotTo(HaveOccurred())

	total := 0.0

	for _, family := range families {
		if family.GetName() == "controller_runtime_reconcile_total" {
			for _, series := range family.GetMetric() {
				for _, label := range series.GetLabel() {
					if label.GetName() == "controller" && label.GetValue() == "ingresstenant" {
						total += series.GetCounter().GetValue()
					}
				}
			}
		}
	}

	return int(total)
}
