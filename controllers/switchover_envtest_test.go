// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/probe"
	"github.com/ingresstenant/ingress-tenant-operator/internal/switchover"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

func describeSwitchover(c *cluster) {
	Describe("A change of provider", func() {
		nginx := func(t *v1alpha1.IngressTenant) *appsv1.Deployment {
			return &appsv1.Deployment{ObjectMeta: inTenant(t, "ingress-nginx")}
		}
		toNGINX := func(mode v1alpha1.Switchover) func(*v1alpha1.IngressTenant) {
			return func(t *v1alpha1.IngressTenant) {
				t.Spec.Controller = &v1alpha1.ControllerSpec{Provider: v1alpha1.ProviderIngressNGINX, Switchover: mode}
			}
		}
		// serving is the provider that the tenant's Service leads to.
		serving := func(ctx context.Context, t *v1alpha1.IngressTenant) func() (string, error) {
			return func() (string, error) {
				service := serviceOf(t)
				err := c.Get(ctx, client.ObjectKeyFromObject(service), service)

				return service.Spec.Selector[tenant.LabelProvider], err
			}
		}
		argsOf := func(ctx context.Context, deployment *appsv1.Deployment) func() ([]string, error) {
			return func() ([]string, error) {
				err := c.Get(ctx, client.ObjectKeyFromObject(deployment), deployment)
				if err != nil {
					return nil, err
				}

				return deployment.Spec.Template.Spec.Containers[0].Args, nil
			}
		}
		// run gives a Deployment pods that are ready, the first at the address.
		run := func(ctx context.Context, deployment *appsv1.Deployment, address string) {
			GinkgoHelper()
			Expect(c.Get(ctx, client.ObjectKeyFromObject(deployment), deployment)).To(Succeed())

			pod := podOf(deployment)
			Expect(c.Create(ctx, pod)).To(Succeed())
			changeStatus(ctx, c, pod, func(p *corev1.Pod) {
				p.Status = corev1.PodStatus{
					Phase: corev1.PodRunning, PodIP: address, PodIPs: []corev1.PodIP{{IP: address}},
					Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}},
				}
			})
			c.rollOut(ctx, deployment)
		}

		BeforeEach(c.answerAlike)

		It("leads clients to the new controller when it answers as the old one does, and removes that", func(ctx SpecContext) {
			operator := c.startOperator(ctx)

			t := c.newTenant(ctx)
			c.create(ctx, t)
			run(ctx, deploymentOf(t), "192.0.2.1")

			own, apps := "ingress-"+t.Name, t.Spec.Namespaces.Names[0]
			old := []string{
				"ServiceAccount " + own + "/traefik",
				"Deployment " + own + "/traefik",
				"RoleBinding " + apps + "/" + own + "-traefik-served",
			}
			service := serviceOf(t)
			Expect(c.Get(ctx, client.ObjectKeyFromObject(service), service)).To(Succeed())

			By("starting the new one beside the old, which serves")
			c.differences.Store(&[]switchover.Difference{{
				Request: switchover.Request{Host: "blog.example.com", Path: "/"}, Old: "200", New: "404",
			}})
			change(ctx, c, t, toNGINX(""))
			Eventually(ctx, c.now(ctx, t)).Should(And(
				beAccepted(),
				HaveField("Status.Provider.Name", v1alpha1.ProviderIngressNGINX),
				haveCondition(v1alpha1.ConditionProgressing, metav1.ConditionTrue, v1alpha1.ReasonSwitchingProvider),
				haveCondition(v1alpha1.ConditionAvailable, metav1.ConditionTrue, v1alpha1.ReasonMinimumReplicasAvailable),
			))
			Expect(c.children(ctx, t)).To(ContainElements(old))
			Expect(c.children(ctx, t)).To(ContainElements(
				"ServiceAccount "+own+"/ingress-nginx",
				"Deployment "+own+"/ingress-nginx",
				"ConfigMap "+own+"/ingress-nginx",
				"RoleBinding "+apps+"/"+own+"-ingress-nginx-served",
				"RoleBinding "+own+"/"+own+"-ingress-nginx-own",
			))
			Expect(argsOf(ctx, nginx(t))()).To(ContainElement("--update-status=false"), "one of them writes the status of Ingresses")

			By("comparing them, and staying while they differ")
			run(ctx, nginx(t), "192.0.2.2")
			Eventually(ctx, c.now(ctx, t)).Should(haveCondition(v1alpha1.ConditionProgressing, metav1.ConditionFalse, v1alpha1.ReasonAnswersDiffer,
				ContainSubstring("http://blog.example.com/: 404 instead of 200")))
			Expect(*c.compared.Load()).To(Equal([]probe.Endpoint{
				{Address: "192.0.2.1", HTTP: probe.Port{Number: 8000}, HTTPS: probe.Port{Number: 8443, TLS: true}},
				{Address: "192.0.2.2", HTTP: probe.Port{Number: 8080}, HTTPS: probe.Port{Number: 8443, TLS: true}},
			}))
			Expect(serving(ctx, t)()).To(Equal("Traefik"))
			operator.expectQuiet(ctx)
			Expect(c.children(ctx, t)).To(ContainElements(old))

			By("not being asked again for nothing")
			before := c.comparisons.Load()
			c.poke(ctx, t)
			operator.expectQuiet(ctx)
			Expect(c.comparisons.Load()).To(Equal(before))

			By("moving when they do not, soon after an Ingress is changed")
			c.answerAlike()
			c.serve(ctx, t)
			Eventually(ctx, serving(ctx, t)).Should(Equal("IngressNGINX"))
			Eventually(ctx, func() []string { return c.children(ctx, t) }).ShouldNot(ContainElement(BeElementOf(old)))
			c.collect(ctx, deploymentOf(t))
			Eventually(ctx, argsOf(ctx, nginx(t))).ShouldNot(ContainElement("--update-status=false"))
			c.rollOut(ctx, nginx(t))
			Eventually(ctx, c.now(ctx, t)).Should(And(
				haveCondition(v1alpha1.ConditionReady, metav1.ConditionTrue, v1alpha1.ReasonReady),
				haveCondition(v1alpha1.ConditionProgressing, metav1.ConditionFalse, v1alpha1.ReasonUpToDate)))

			kept := serviceOf(t)
			Expect(c.Get(ctx, client.ObjectKeyFromObject(kept), kept)).To(Succeed())
			Expect(kept.UID).To(Equal(service.UID))
			Expect(kept.Spec.ClusterIP).To(Equal(service.Spec.ClusterIP))
			operator.expectQuiet(ctx)
		})

		It("waits where neither controller answers, and says what to do", func(ctx SpecContext) {
			operator := c.startOperator(ctx)
			c.silent.Store(true)

			t := c.newTenant(ctx)
			c.create(ctx, t)
			run(ctx, deploymentOf(t), "192.0.2.1")

			change(ctx, c, t, toNGINX(""))
			Eventually(ctx, func() error { return c.Get(ctx, client.ObjectKeyFromObject(nginx(t)), nginx(t)) }).Should(Succeed())
			run(ctx, nginx(t), "192.0.2.2")

			Eventually(ctx, c.now(ctx, t)).Should(And(
				haveCondition(v1alpha1.ConditionProgressing, metav1.ConditionUnknown, v1alpha1.ReasonComparisonImpossible,
					ContainSubstring("of 1 request, neither answered 1")),
				haveCondition(v1alpha1.ConditionReady, metav1.ConditionTrue, v1alpha1.ReasonReady)))
			operator.expectQuiet(ctx)
			Expect(serving(ctx, t)()).To(Equal("Traefik"))

			change(ctx, c, t, toNGINX(v1alpha1.SwitchoverForce))
			Eventually(ctx, serving(ctx, t)).Should(Equal("IngressNGINX"))
		})

		It("holds nothing up while controllers keep the operator waiting", func(ctx SpecContext) {
			c.startOperator(ctx)
			c.hanging.Store(true)

			t := c.newTenant(ctx)
			c.create(ctx, t)
			run(ctx, deploymentOf(t), "192.0.2.1")

			before := c.comparisons.Load()
			change(ctx, c, t, toNGINX(""))
			Eventually(ctx, func() error { return c.Get(ctx, client.ObjectKeyFromObject(nginx(t)), nginx(t)) }).Should(Succeed())
			run(ctx, nginx(t), "192.0.2.2")
			Eventually(ctx, c.comparisons.Load).Should(BeNumerically(">", before))

			change(ctx, c, t, func(t *v1alpha1.IngressTenant) { t.Spec.Controller = nil })
			Eventually(ctx, func() []string { return c.children(ctx, t) }).WithTimeout(5 * time.Second).ShouldNot(
				ContainElement("ServiceAccount ingress-" + t.Name + "/ingress-nginx"))
			Expect(serving(ctx, t)()).To(Equal("Traefik"))
		})

		It("can be taken back before the new controller serves", func(ctx SpecContext) {
			operator := c.startOperator(ctx)

			t := c.newTenant(ctx)
			c.create(ctx, t)

			change(ctx, c, t, toNGINX(""))
			Eventually(ctx, c.now(ctx, t)).Should(haveCondition(v1alpha1.ConditionProgressing, metav1.ConditionTrue, v1alpha1.ReasonSwitchingProvider))

			change(ctx, c, t, func(t *v1alpha1.IngressTenant) { t.Spec.Controller = nil })
			Eventually(ctx, func() []string { return c.children(ctx, t) }).ShouldNot(ContainElement("ServiceAccount ingress-" + t.Name + "/ingress-nginx"))
			c.collect(ctx, nginx(t))
			Eventually(ctx, c.now(ctx, t)).Should(haveCondition(v1alpha1.ConditionReady, metav1.ConditionTrue, v1alpha1.ReasonReady))
			Expect(serving(ctx, t)()).To(Equal("Traefik"))
			operator.expectQuiet(ctx)
		})

		It("compares nothing where the tenant says so", func(ctx SpecContext) {
			c.startOperator(ctx)
			c.differences.Store(&[]switchover.Difference{{Old: "200", New: "404"}})

			t := c.newTenant(ctx)
			c.create(ctx, t)
			run(ctx, deploymentOf(t), "192.0.2.1")

			change(ctx, c, t, toNGINX(v1alpha1.SwitchoverForce))
			Eventually(ctx, func() error { return c.Get(ctx, client.ObjectKeyFromObject(nginx(t)), nginx(t)) }).Should(Succeed())
			run(ctx, nginx(t), "192.0.2.2")
			Eventually(ctx, serving(ctx, t)).Should(Equal("IngressNGINX"))
		})

		It("goes on in another process", func(ctx SpecContext) {
			first := c.startOperator(ctx)

			t := c.newTenant(ctx)
			c.create(ctx, t)
			run(ctx, deploymentOf(t), "192.0.2.1")
			change(ctx, c, t, toNGINX(""))
			Eventually(ctx, c.now(ctx, t)).Should(haveCondition(v1alpha1.ConditionProgressing, metav1.ConditionTrue, v1alpha1.ReasonSwitchingProvider))
			first.stop()

			run(ctx, nginx(t), "192.0.2.2")
			c.startOperator(ctx)
			Eventually(ctx, serving(ctx, t)).Should(Equal("IngressNGINX"))
			Eventually(ctx, func() []string { return c.children(ctx, t) }).ShouldNot(ContainElement("ServiceAccount ingress-" + t.Name + "/traefik"))
		})
	})
}
