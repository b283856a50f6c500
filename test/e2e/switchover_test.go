// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"fmt"
	"slices"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
	"github.com/ingresstenant/ingress-tenant-operator/test/apps"
	"github.com/ingresstenant/ingress-tenant-operator/test/load"
)

// describeSwitchover shows a tenant that moves between the two implementations
// that run here: one takes over the other's class, the other has to have its own.
func describeSwitchover(c *cluster) {
	has := func(name v1alpha1.ProviderName) bool {
		return slices.ContainsFunc(c.dialects, func(d dialect) bool { return d.name() == name })
	}
	if !has(v1alpha1.ProviderTraefik) || !has(v1alpha1.ProviderHAProxyIngress) {
		return
	}

	Describe("A tenant that changes its provider", Ordered, func() {
		const name = "moving"

		var (
			t              *v1alpha1.IngressTenant
			endpoint, host string
			service        corev1.Service
		)

		// key is the tenant's Service.
		key := func() client.ObjectKey {
			return client.ObjectKey{Namespace: "ingress-" + name, Name: "ingress-" + name}
		}

		// awaitServing waits until the Service leads to the pods of a provider only.
		awaitServing := func(ctx SpecContext, provider v1alpha1.ProviderName) {
			GinkgoHelper()
			Eventually(func(g Gomega) {
				g.Expect(c.Get(ctx, key(), &service)).To(Succeed())
				g.Expect(service.Spec.Selector).To(HaveKeyWithValue(tenant.LabelProvider, string(provider)))

				pods := &corev1.PodList{}
				g.Expect(c.List(ctx, pods, client.InNamespace(key().Namespace))).To(Succeed())
				g.Expect(pods.Items).To(HaveEach(HaveField("Labels", HaveKeyWithValue(tenant.LabelProvider, string(provider)))))
			}).WithContext(ctx).WithTimeout(2 * eventually).Should(Succeed())
		}

		BeforeAll(func(ctx SpecContext) {
			spec := small(name)
			spec.Controller.Provider = v1alpha1.ProviderHAProxyIngress
			spec.Policy = &v1alpha1.PolicySpec{Snippets: v1alpha1.Allow}
			spec.Controller.Replicas = 2
			t, endpoint, host = c.ready(ctx, name, spec)
			Expect(c.Get(ctx, key(), &service)).To(Succeed())
		}, NodeTimeout(3*time.Minute))

		It("stays where it is while the new controller answers differently, and says what differs", func(ctx SpecContext) {
			app := apps.App{Namespace: name, Name: name}
			// Only one of the two reads this annotation, and refuses the operator
			// itself: its requests come from elsewhere.
			ingress := app.IngressTo(name, "guarded.example.com", name)
			ingress.WithName("guarded").WithAnnotations(map[string]string{
				"haproxy-ingress.github.io/allowlist-source-range": "192.0.2.0/24",
			})
			c.apply(ctx, ingress)
			Eventually(func() answer { return ask(ctx, endpoint, "guarded.example.com", "/") }).
				WithContext(ctx).Should(HaveField("Status", 403))

			Expect(c.patch(ctx, t, `{"spec":{"controller":{"provider":"Traefik"}}}`)).To(Succeed())

			differs := c.awaitCondition(ctx, name, v1alpha1.ConditionProgressing, metav1.ConditionFalse, v1alpha1.ReasonAnswersDiffer)
			Expect(differs.Message).To(ContainSubstring("http://guarded.example.com/: 200 instead of 403"))

			moving, err := c.get(ctx, name)
			Expect(err).NotTo(HaveOccurred())
			Expect(moving.Status.IgnoredAnnotations).To(ConsistOf(
				HaveField("Name", "haproxy-ingress.github.io/allowlist-source-range")))
			Expect(condition(moving, v1alpha1.ConditionReady).Status).To(Equal(metav1.ConditionTrue))
			Expect(ask(ctx, endpoint, "guarded.example.com", "/").Status).To(Equal(403))
			figure(differs.Message)
		}, bounded)

		It("moves without a failed request when it does not, and keeps class, Service and address", func(ctx SpecContext) {
			target := load.Target{Endpoint: endpoint, Host: host}
			fresh := load.Start(ctx, target, load.Options{Rate: 20})
			kept := load.Start(ctx, target, load.Options{Rate: 20, KeepAlive: true})

			defer fresh.Stop()
			defer kept.Stop()

			began := time.Now()

			Expect(c.Delete(ctx, &networkingv1.Ingress{ObjectMeta: metav1.ObjectMeta{Namespace: name, Name: "guarded"}})).To(Succeed())
			before := service
			awaitServing(ctx, v1alpha1.ProviderTraefik)
			moved := c.awaitReady(ctx, name)
			took := time.Since(began)

			awaitMore(ctx, fresh, kept)

			first, second := fresh.Stop(), kept.Stop()
			figure(fmt.Sprintf("%d requests, %d failed, in %s", first.Sent+second.Sent, first.Failed+second.Failed, took.Round(time.Second)))
			Expect(first.Failed).To(BeZero(), "each on a connection of its own: %s", first)
			Expect(second.Failed).To(BeZero(), "on connections that are kept open: %s", second)

			Expect(service.UID).To(Equal(before.UID))
			Expect(service.Spec.ClusterIP).To(Equal(before.Spec.ClusterIP))
			Expect(moved.Status.Addresses).To(Equal(t.Status.Addresses))
			Expect(moved.Status.ControllerValue).To(Equal(t.Status.ControllerValue))

			// The one that writes the status of Ingresses is the one that serves.
			Eventually(func(g Gomega) {
				ingress := &networkingv1.Ingress{}
				g.Expect(c.Get(ctx, client.ObjectKey{Namespace: name, Name: name}, ingress)).To(Succeed())
				g.Expect(ingress.Status.LoadBalancer.Ingress).To(ConsistOf(HaveField("IP", addressOf(moved))))
			}).WithContext(ctx).Should(Succeed())
		}, bounded)

		It("does not give up a class that another provider cannot take over without being told", func(ctx SpecContext) {
			// A tenant that began with Traefik has a value that only some take.
			other, at, of := c.ready(ctx, "settled", small("settled"))

			Expect(c.patch(ctx, other, `{"spec":{"controller":{"provider":"HAProxyIngress"},"policy":{"snippets":"Allow"}}}`)).To(Succeed())
			refused := c.awaitCondition(ctx, "settled", v1alpha1.ConditionAccepted, metav1.ConditionFalse, v1alpha1.ReasonConsentRequired)
			Expect(refused.Message).To(ContainSubstring("spec.controller.switchover"))
			Expect(ask(ctx, at, of, "/")).To(answeredBy("settled"))

			run := load.Start(ctx, load.Target{Endpoint: at, Host: of}, load.Options{Rate: 20})
			defer run.Stop()

			Expect(c.patch(ctx, other, `{"spec":{"controller":{"switchover":"Recreate"}}}`)).To(Succeed())
			Eventually(func(g Gomega) {
				class := &networkingv1.IngressClass{}
				g.Expect(c.Get(ctx, client.ObjectKey{Name: "settled"}, class)).To(Succeed())
				g.Expect(class.Spec.Controller).To(HavePrefix("haproxy-ingress.github.io/"))
			}).WithContext(ctx).WithTimeout(eventually).Should(Succeed())
			c.awaitReady(ctx, "settled")
			awaitAnswer(ctx, at, of, "settled")
			awaitMore(ctx, run)
			figure("the class created anew: " + run.Stop().String())
		}, bounded)
	})
}
