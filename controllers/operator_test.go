// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"
	"sync"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/prometheus/client_golang/prometheus"
	"k8s.io/client-go/rest"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/config"
	ctrlmetrics "sigs.k8s.io/controller-runtime/pkg/metrics"

	"github.com/ingresstenant/ingress-tenant-operator/controllers"
	"github.com/ingresstenant/ingress-tenant-operator/internal/manager"
	"github.com/ingresstenant/ingress-tenant-operator/internal/platform"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider/all"
	"github.com/ingresstenant/ingress-tenant-operator/test/apiserver"
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

	options.MetricsAddress, options.HealthAddress, options.MaxConcurrentReconciles = "0", "0", 4
	started := &operator{requests: &apiserver.Requests{}, metrics: prometheus.NewRegistry()}
	connection = started.requests.Record(connection)

	providers, err := provider.NewRegistry(all.All(), nil)
	Expect(err).NotTo(HaveOccurred())

	scheme, err := manager.Scheme()
	Expect(err).NotTo(HaveOccurred())

	live, err := client.New(connection, client.Options{Scheme: scheme})
	Expect(err).NotTo(HaveOccurred())

	facts, err := platform.Detect(ctx, live.RESTMapper(), live)
	Expect(err).NotTo(HaveOccurred())

	mgr, err := manager.New(connection, scheme, options, facts)
	Expect(err).NotTo(HaveOccurred())

	// The process outlives the spec's own context, and ends with the clean-up.
	lifetime, end := context.WithCancel(context.Background())

	var username string

	if options.AdmissionPolicies {
		username, err = platform.Username(ctx, live)
		Expect(err).NotTo(HaveOccurred())
	}

	Expect(controllers.Setup(lifetime, oneOfMany{mgr}, controllers.Options{
		Providers:               providers,
		Facts:                   facts,
		Registerer:              started.metrics,
		Compare:                 c.compare,
		ComparisonDelay:         comparisonDelay,
		ReadCertificate:         c.readCertificate,
		CertificateInterval:     certificateInterval,
		RequireConsent:          options.RequireConsent,
		AdmissionPolicies:       options.AdmissionPolicies,
		Username:                username,
		MaxConcurrentReconciles: options.MaxConcurrentReconciles,
	})).To(Succeed())

	ended := make(chan error, 1)
	started.elected = mgr.Elected()
	started.stop = sync.OnceFunc(func() {
		GinkgoHelper()
		end()
		Expect(<-ended).To(Succeed())
	})

	go func() { ended <- mgr.Start(lifetime) }()

	DeferCleanup(func(ctx SpecContext) {
		started.stop()

		if options.AdmissionPolicies {
			c.removePolicies(ctx)
		}

		c.sweep(ctx)
	})

	return started
}

// oneOfMany is a manager of which there are several in one process, each with a
// controller of the same name.
type oneOfMany struct {
	ctrl.Manager
}

// GetControllerOptions implements ctrl.Manager.
func (m oneOfMany) GetControllerOptions() config.Controller {
	options := m.Manager.GetControllerOptions()
	options.SkipNameValidation = new(true)

	return options
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
