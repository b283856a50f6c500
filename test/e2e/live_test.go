// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
	"github.com/ingresstenant/ingress-tenant-operator/test/apps"
	"github.com/ingresstenant/ingress-tenant-operator/test/load"
)

// lull is how long requests go on before and after a change.
const lull = 3 * time.Second

// live is a tenant that is changed while requests are sent to it.
type live struct {
	c              *cluster
	d              dialect
	t              *v1alpha1.IngressTenant
	endpoint, host string
}

// describeLiveChanges is about clusters of two nodes, because one of them is
// drained.
func describeLiveChanges(c *cluster) {
	for _, d := range c.dialects {
		l := &live{c: c, d: d}

		Describe(fmt.Sprintf("No request fails while, %s:", d.name()), Ordered, ContinueOnFailure, Label("live", string(d.name())), func() {
			BeforeAll(func(ctx SpecContext) { l.create(ctx) }, NodeTimeout(eventually))

			l.during("the configuration changes", func(ctx context.Context) {
				config, err := json.Marshal(d.limiting(1 << 20))
				Expect(err).NotTo(HaveOccurred())

				l.patch(ctx, fmt.Sprintf(`{"spec":{"controller":{"config":%s}}}`, config))
				l.c.awaitSettled(ctx, l.t, 2)
			})

			l.during("another image rolls out", func(ctx context.Context) {
				image := "ingresstenant.io/" + d.image + ":other"
				c.retag(ctx, d.image, image)
				l.patch(ctx, fmt.Sprintf(`{"spec":{"controller":{"image":%q}}}`, image))
				l.c.awaitSettled(ctx, l.t, 2)
			})

			l.during("it is scaled from 2 pods to 4", func(ctx context.Context) {
				l.patch(ctx, `{"spec":{"controller":{"replicas":4}}}`)
				l.c.awaitSettled(ctx, l.t, 4)
			})

			l.during("it is scaled from 4 pods to 2", func(ctx context.Context) {
				l.patch(ctx, `{"spec":{"controller":{"replicas":2}}}`)
				l.c.awaitSettled(ctx, l.t, 2)
			})

			l.during("one of its pods is deleted", func(ctx context.Context) {
				pods := c.podsOf(ctx, l.t)
				Expect(c.Delete(ctx, &pods[0])).To(Succeed())
				l.c.awaitSettled(ctx, l.t, 2)
			})

			l.during("Ingresses with certificates come and go", func(ctx context.Context) {
				l.churn(ctx)
			})

			l.during("one node after the other is drained", func(ctx context.Context) {
				l.drainInTurn(ctx)
			})
		})
	}
}

// create creates a tenant of two pods, with an application of two pods behind it.
func (l *live) create(ctx context.Context) {
	GinkgoHelper()

	name := l.d.called("live")
	app := apps.App{Namespace: name, Name: name, Replicas: 2}
	spec := l.d.configured(name, nil)
	spec.Controller.Replicas = 2

	l.c.namespace(ctx, name)
	l.c.apply(ctx, app.Ingress(name, hostOf(name)), app.Budget())
	l.c.start(ctx, app)

	l.t = l.c.create(ctx, name, spec)
	l.host = hostOf(name)
	l.c.awaitSettled(ctx, l.t, 2)

	t, err := l.c.get(ctx, name)
	Expect(err).NotTo(HaveOccurred())

	l.endpoint = l.c.publish(ctx, name, addressOf(t), 80)
	awaitAnswer(ctx, l.endpoint, l.host, name)
}

// during sends requests all the time while something changes, half of them on
// connections of their own and half on connections that are kept open, and
// expects none to fail.
func (l *live) during(what string, change func(ctx context.Context)) {
	It(what, func(ctx SpecContext) {
		target := load.Target{Endpoint: l.endpoint, Host: l.host}
		fresh := load.Start(ctx, target, load.Options{Rate: 20})
		kept := load.Start(ctx, target, load.Options{Rate: 20, KeepAlive: true})

		defer fresh.Stop()
		defer kept.Stop()

		awaitMore(ctx, fresh, kept)

		began := time.Now()
		change(ctx)
		took := time.Since(began)

		awaitMore(ctx, fresh, kept)

		first, second := fresh.Stop(), kept.Stop()
		figure(fmt.Sprintf("%d requests, %d failed, in %s", first.Sent+second.Sent, first.Failed+second.Failed, took.Round(time.Second)))
		Expect(first.Failed).To(BeZero(), "each on a connection of its own: %s", first)
		Expect(second.Failed).To(BeZero(), "on connections that are kept open: %s", second)
	}, bounded)
}

// awaitMore waits until loads have sent for another lull.
func awaitMore(ctx context.Context, runs ...*load.Run) {
	GinkgoHelper()

	for _, run := range runs {
		enough := run.Result().Sent + int(20*lull.Seconds())
		Eventually(func() int { return run.Result().Sent }).WithContext(ctx).Should(BeNumerically(">=", enough))
	}
}

func (l *live) patch(ctx context.Context, patch string) {
	GinkgoHelper()

	Expect(l.c.patch(ctx, l.t, patch)).To(Succeed())
}

// churn creates and deletes Ingresses, each with a host and a certificate of its
// own, and waits each time until the controllers serve and have forgotten them.
func (l *live) churn(ctx context.Context) {
	GinkgoHelper()

	secure := l.c.publish(ctx, l.t.Name, addressOf(l.current(ctx)), 443)

	for i := range 5 {
		app := apps.App{Namespace: l.t.Name, Name: fmt.Sprintf("%s-%d", l.t.Name, i)}
		host := hostOf(app.Name)
		own := newCertificate(host)
		ingress := app.IngressTo(l.t.Name, host, l.t.Name)
		ingress.Spec.WithTLS(tlsOf(host, app.Name))

		l.c.apply(ctx, own.secret(app.Namespace, app.Name), ingress)
		Eventually(func() answer { return askTLS(ctx, secure, host, "/", own.pool()) }).
			WithContext(ctx).Should(answeredBy(l.t.Name))

		Expect(l.c.Delete(ctx, ingressOf(app))).To(Succeed())
		Eventually(func() answer { return ask(ctx, l.endpoint, host, "/") }).WithContext(ctx).Should(notRouted())
	}
}

func (l *live) current(ctx context.Context) *v1alpha1.IngressTenant {
	GinkgoHelper()

	t, err := l.c.get(ctx, l.t.Name)
	Expect(err).NotTo(HaveOccurred())

	return t
}

// drainInTurn drains one node, gives it back, and drains the other, which by then
// has all the pods: its budget has to hold one of them back.
func (l *live) drainInTurn(ctx context.Context) {
	GinkgoHelper()

	refused := 0

	for _, node := range []string{"node-1", "node-2"} {
		refused += l.c.drain(ctx, node)[tenant.Namespace(l.t)]
		l.c.awaitSettled(ctx, l.t, 2)
		l.c.cordon(ctx, node, false)
	}

	Expect(refused).To(BeNumerically(">", 0), "the tenant's disruption budget refuses to evict both pods at once")
	figure(fmt.Sprintf("%d evictions of its pods refused at first", refused))
}
