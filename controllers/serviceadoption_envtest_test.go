// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/types"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/probe"
	"github.com/ingresstenant/ingress-tenant-operator/internal/switchover"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

func describeServiceAdoption(c *cluster) {
	Describe("A Service that leads to a controller of somebody else", func() {
		before := func() map[string]string { return map[string]string{"app": "edge"} }

		// edge creates such a Service, in the namespace that a tenant moves into.
		edge := func(ctx context.Context, t *v1alpha1.IngressTenant) *corev1.Service {
			GinkgoHelper()

			namespace := namespaceOf(t)
			namespace.Annotations = map[string]string{tenant.AnnotationAdopt: t.Name}
			Expect(c.Create(ctx, namespace)).To(Succeed())

			service := &corev1.Service{
				ObjectMeta: metav1.ObjectMeta{
					Namespace: namespace.Name, Name: "edge",
					Labels:      map[string]string{tenant.LabelManagedBy: "Helm"},
					Annotations: map[string]string{tenant.AnnotationAdopt: t.Name},
				},
				Spec: corev1.ServiceSpec{
					Type:                     corev1.ServiceTypeLoadBalancer,
					ExternalTrafficPolicy:    corev1.ServiceExternalTrafficPolicyLocal,
					LoadBalancerSourceRanges: []string{"192.0.2.0/24"},
					Selector:                 before(),
					Ports: []corev1.ServicePort{
						{Name: "web", Port: 80, TargetPort: intstr.FromInt32(8080)},
						{Name: "websecure", Port: 443, TargetPort: intstr.FromString("secure")},
					},
				},
			}
			Expect(c.Create(ctx, service)).To(Succeed())
			DeferCleanup(func(ctx SpecContext) { Expect(c.Delete(ctx, service)).To(Succeed()) })
			assign(ctx, c, service, "203.0.113.7")

			return service
		}
		// asks is a tenant that asks for it.
		asks := func(t *v1alpha1.IngressTenant) {
			t.Spec.Exposure = &v1alpha1.ExposureSpec{
				Type: v1alpha1.ExposureLoadBalancer,
				LoadBalancer: &v1alpha1.LoadBalancerExposure{
					Adopt: &v1alpha1.LoadBalancerAdoption{ServiceName: "edge"},
				},
			}
		}
		// run gives the tenant's Deployment a pod that is ready.
		run := func(ctx context.Context, t *v1alpha1.IngressTenant) {
			GinkgoHelper()

			deployment := deploymentOf(t)
			Eventually(ctx, func() error { return c.Get(ctx, client.ObjectKeyFromObject(deployment), deployment) }).Should(Succeed())

			pod := podOf(deployment)
			Expect(c.Create(ctx, pod)).To(Succeed())
			changeStatus(ctx, c, pod, func(p *corev1.Pod) {
				p.Status = corev1.PodStatus{
					Phase: corev1.PodRunning, PodIP: "192.0.2.1", PodIPs: []corev1.PodIP{{IP: "192.0.2.1"}},
					Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}},
				}
			})
			c.rollOut(ctx, deployment)
		}
		targets := func(service *corev1.Service) []string {
			var found []string
			for _, port := range service.Spec.Ports {
				found = append(found, port.Name+"="+port.TargetPort.String())
			}

			return found
		}
		asBefore := func(ctx context.Context, service *corev1.Service) func(Gomega) {
			return func(g Gomega) {
				found := &corev1.Service{}
				g.Expect(c.Get(ctx, client.ObjectKeyFromObject(service), found)).To(Succeed())
				g.Expect(found.UID).To(Equal(service.UID))
				g.Expect(found.Spec.Selector).To(Equal(before()))
				g.Expect(targets(found)).To(Equal([]string{"web=8080", "websecure=secure"}))
				g.Expect(found.Labels).To(Equal(map[string]string{tenant.LabelManagedBy: "Helm"}))
				g.Expect(found.Annotations).NotTo(HaveKey(tenant.AnnotationAdopted))
				g.Expect(found.Annotations).NotTo(HaveKey(tenant.AnnotationDesiredHash))
			}
		}
		adopted := func() types.GomegaMatcher {
			return And(
				haveCondition(v1alpha1.ConditionLoadBalancerReady, metav1.ConditionTrue, v1alpha1.ReasonAddressAssigned),
				HaveField("Status.Addresses", HaveExactElements(v1alpha1.Address{
					Type: v1alpha1.AddressIP, Value: "203.0.113.7", Scope: v1alpha1.AddressExternal,
				})),
				haveCondition(v1alpha1.ConditionSourceIPPreserved, metav1.ConditionTrue, v1alpha1.ReasonLocalTraffic),
			)
		}
		waits := func(reason string) types.GomegaMatcher {
			return And(
				haveCondition(v1alpha1.ConditionLoadBalancerReady, metav1.ConditionFalse, v1alpha1.ReasonAdoptionPending),
				haveCondition(v1alpha1.ConditionProgressing, metav1.ConditionFalse, reason),
			)
		}

		BeforeEach(c.answerAlike)

		It("leads to the tenant's when that answers alike, keeps all else, and is given back with the tenant's end", func(ctx SpecContext) {
			operator := c.startOperator(ctx)
			t := c.newTenant(ctx)
			asks(t)
			service := edge(ctx, t)
			Expect(c.Create(ctx, t)).To(Succeed())

			By("waiting for pods, then for Ingresses")
			Eventually(ctx, c.now(ctx, t)).Should(beAccepted())
			run(ctx, t)
			Eventually(ctx, c.now(ctx, t)).Should(waits(v1alpha1.ReasonStalled))
			Expect(t.Status.Addresses).To(HaveExactElements(HaveField("Type", v1alpha1.AddressClusterIP)))
			Eventually(ctx, asBefore(ctx, service)).Should(Succeed())

			By("staying where it is while answers differ")
			c.differences.Store(&[]switchover.Difference{{
				Request: switchover.Request{Host: "blog.example.com", Path: "/"}, Old: "200", New: "404",
			}})
			ingress := c.serve(ctx, t)
			Eventually(ctx, c.now(ctx, t)).Should(waits(v1alpha1.ReasonAnswersDiffer))
			Expect(*c.compared.Load()).To(Equal([]probe.Endpoint{
				{Address: service.Spec.ClusterIP, HTTP: probe.Port{Number: 80}, HTTPS: probe.Port{Number: 443, TLS: true}},
				{Address: "192.0.2.1", HTTP: probe.Port{Number: 8000}, HTTPS: probe.Port{Number: 8443, TLS: true}},
			}))
			Eventually(ctx, asBefore(ctx, service)).Should(Succeed())

			By("staying there while nothing is answered")
			c.silent.Store(true)
			change(ctx, c, ingress, func(i *networkingv1.Ingress) { i.Spec.Rules[0].Host = "another.example.com" })
			Eventually(ctx, c.now(ctx, t)).Should(haveCondition(v1alpha1.ConditionProgressing, metav1.ConditionUnknown, v1alpha1.ReasonComparisonImpossible))
			Eventually(ctx, asBefore(ctx, service)).Should(Succeed())

			By("moving when they do not, soon after an Ingress is changed")
			c.answerAlike()
			change(ctx, c, ingress, func(i *networkingv1.Ingress) { i.Spec.Rules[0].Host = "blog.example.com" })
			Eventually(ctx, c.now(ctx, t)).Should(adopted())
			Eventually(ctx, func() ([]string, error) { return c.args(ctx, t) }).Should(ContainElement(HaveSuffix("=203.0.113.7")))
			c.rollOut(ctx, deploymentOf(t))
			Eventually(ctx, c.now(ctx, t)).Should(haveCondition(v1alpha1.ConditionReady, metav1.ConditionTrue, v1alpha1.ReasonReady))

			found := c.serviceNow(ctx, &corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: service.Namespace, Name: service.Name}})
			Expect(found.UID).To(Equal(service.UID))
			Expect(found.OwnerReferences).To(BeEmpty())
			Expect(found.Spec.Selector).To(Equal(tenant.WorkloadSelector(t, v1alpha1.ProviderTraefik)))
			Expect(targets(found)).To(Equal([]string{"web=http", "websecure=https"}))
			Expect(found.Spec.LoadBalancerSourceRanges).To(Equal([]string{"192.0.2.0/24"}))
			Expect(found.Labels).To(HaveKeyWithValue(tenant.LabelManagedBy, "Helm"))
			operator.expectQuiet(ctx)

			By("healing it when somebody changes it back")
			change(ctx, c, found, func(s *corev1.Service) { s.Spec.Selector = before() })
			Eventually(ctx, func(g Gomega) {
				g.Expect(c.serviceNow(ctx, found).Spec.Selector).To(Equal(tenant.WorkloadSelector(t, v1alpha1.ProviderTraefik)))
			}).Should(Succeed())

			By("giving it back before the pods go")
			change(ctx, c, t, func(t *v1alpha1.IngressTenant) { t.Spec.DeletionPolicy = v1alpha1.DeletionForce })
			Expect(c.Delete(ctx, t)).To(Succeed())
			Eventually(ctx, c.deleting(ctx, deploymentOf(t))).Should(BeTrue())
			Eventually(ctx, asBefore(ctx, service)).Should(Succeed())
			c.collect(ctx, deploymentOf(t))
			Eventually(ctx, c.gone(ctx, t)).Should(BeTrue())
			Eventually(ctx, asBefore(ctx, service)).Should(Succeed())
		})

		It("goes on leading there until neither side asks for it", func(ctx SpecContext) {
			operator := c.startOperator(ctx)
			t := c.newTenant(ctx)
			t.Spec.Controller = &v1alpha1.ControllerSpec{Switchover: v1alpha1.SwitchoverForce}
			asks(t)
			service := edge(ctx, t)
			Expect(c.Create(ctx, t)).To(Succeed())
			run(ctx, t)
			Eventually(ctx, c.now(ctx, t)).Should(adopted())
			// The address that Ingresses are given starts the pods anew.
			Eventually(ctx, func() ([]string, error) { return c.args(ctx, t) }).Should(ContainElement(HaveSuffix("=203.0.113.7")))
			c.rollOut(ctx, deploymentOf(t))

			By("the owner withdrawing")
			change(ctx, c, service, func(s *corev1.Service) { delete(s.Annotations, tenant.AnnotationAdopt) })
			Eventually(ctx, c.now(ctx, t)).Should(And(adopted(),
				haveCondition(v1alpha1.ConditionProgressing, metav1.ConditionFalse, v1alpha1.ReasonStalled, ContainSubstring("no longer permits"))))
			Expect(c.serviceNow(ctx, service).Spec.Selector).To(HaveKeyWithValue(tenant.LabelTenant, t.Name))
			change(ctx, c, service, func(s *corev1.Service) { s.Annotations[tenant.AnnotationAdopt] = t.Name })

			By("the tenant going back to a load balancer of its own")
			change(ctx, c, t, func(t *v1alpha1.IngressTenant) { t.Spec.Exposure.LoadBalancer = nil })
			Eventually(ctx, c.now(ctx, t)).Should(haveCondition(v1alpha1.ConditionLoadBalancerReady, metav1.ConditionFalse, v1alpha1.ReasonAddressPending))
			assign(ctx, c, serviceOf(t), "203.0.113.8")
			Eventually(ctx, func() ([]string, error) { return c.args(ctx, t) }).Should(ContainElement(HaveSuffix("=203.0.113.7,203.0.113.8")))
			c.rollOut(ctx, deploymentOf(t))
			Eventually(ctx, c.now(ctx, t)).Should(And(
				haveCondition(v1alpha1.ConditionProgressing, metav1.ConditionFalse, v1alpha1.ReasonLoadBalancerChangePending,
					ContainSubstring("kubectl annotate service -n %s edge ingresstenant.io/adopt-", service.Namespace)),
				HaveField("Status.Addresses", HaveLen(2))))
			operator.expectQuiet(ctx)
			Expect(c.serviceNow(ctx, service).Spec.Selector).To(HaveKeyWithValue(tenant.LabelTenant, t.Name))

			By("both")
			change(ctx, c, service, func(s *corev1.Service) { delete(s.Annotations, tenant.AnnotationAdopt) })
			Eventually(ctx, asBefore(ctx, service)).Should(Succeed())
			Eventually(ctx, c.now(ctx, t)).Should(HaveField("Status.Addresses", HaveLen(1)))
			operator.expectQuiet(ctx)
		})

		It("keeps the controller that it leads to, where its owner lets nobody change it", func(ctx SpecContext) {
			operator := c.startOperator(ctx)
			t := c.newTenant(ctx)
			t.Spec.Controller = &v1alpha1.ControllerSpec{Switchover: v1alpha1.SwitchoverForce}
			asks(t)
			service := edge(ctx, t)
			Expect(c.Create(ctx, t)).To(Succeed())
			run(ctx, t)
			Eventually(ctx, c.now(ctx, t)).Should(adopted())
			Eventually(ctx, func() ([]string, error) { return c.args(ctx, t) }).Should(ContainElement(HaveSuffix("=203.0.113.7")))
			c.rollOut(ctx, deploymentOf(t))

			By("the owner withdrawing, and the provider being changed")
			change(ctx, c, service, func(s *corev1.Service) { delete(s.Annotations, tenant.AnnotationAdopt) })
			Eventually(ctx, c.now(ctx, t)).Should(haveCondition(v1alpha1.ConditionProgressing, metav1.ConditionFalse, v1alpha1.ReasonStalled))
			change(ctx, c, t, func(t *v1alpha1.IngressTenant) { t.Spec.Controller.Provider = v1alpha1.ProviderIngressNGINX })

			incoming := &appsv1.Deployment{ObjectMeta: inTenant(t, "ingress-nginx")}
			Eventually(ctx, func() error { return c.Get(ctx, client.ObjectKeyFromObject(incoming), incoming) }).Should(Succeed())
			c.rollOut(ctx, incoming)
			Eventually(ctx, c.now(ctx, t)).Should(And(
				haveCondition(v1alpha1.ConditionProgressing, metav1.ConditionFalse, v1alpha1.ReasonStalled, And(
					ContainSubstring("Service "+service.Namespace+"/edge leads to Traefik"),
					ContainSubstring("kubectl annotate service -n "+service.Namespace+" edge ingresstenant.io/adopt="+t.Name),
					ContainSubstring("remove spec.exposure.loadBalancer.adopt"))),
				haveCondition(v1alpha1.ConditionReady, metav1.ConditionTrue, v1alpha1.ReasonReady)))
			operator.expectQuiet(ctx)
			Expect(c.children(ctx, t)).To(ContainElement("Deployment " + service.Namespace + "/traefik"))
			Expect(c.serviceNow(ctx, service).Spec.Selector).To(HaveKeyWithValue(tenant.LabelProvider, "Traefik"))
			Expect(c.serviceNow(ctx, serviceOf(t)).Spec.Selector).To(HaveKeyWithValue(tenant.LabelProvider, "Traefik"))

			By("the owner permitting it again")
			change(ctx, c, service, func(s *corev1.Service) { s.Annotations[tenant.AnnotationAdopt] = t.Name })
			Eventually(ctx, func(g Gomega) {
				g.Expect(c.serviceNow(ctx, service).Spec.Selector).To(HaveKeyWithValue(tenant.LabelProvider, "IngressNGINX"))
				g.Expect(c.children(ctx, t)).NotTo(ContainElement("ServiceAccount " + service.Namespace + "/traefik"))
			}).Should(Succeed())
		})

		It("is no reason to stop, nor to wait for ever, when what it led to cannot be read", func(ctx SpecContext) {
			operator := c.startOperator(ctx)
			t := c.newTenant(ctx)
			t.Spec.Controller = &v1alpha1.ControllerSpec{Switchover: v1alpha1.SwitchoverForce}
			asks(t)
			service := edge(ctx, t)
			Expect(c.Create(ctx, t)).To(Succeed())
			run(ctx, t)
			Eventually(ctx, c.now(ctx, t)).Should(adopted())
			Eventually(ctx, func() ([]string, error) { return c.args(ctx, t) }).Should(ContainElement(HaveSuffix("=203.0.113.7")))
			c.rollOut(ctx, deploymentOf(t))

			forget := "kubectl annotate service -n " + service.Namespace + " edge ingresstenant.io/adopted-"

			// A reconcile that began before the record was damaged would put it back.
			operator.expectQuiet(ctx)

			By("saying so of a live tenant, and doing everything else")
			change(ctx, c, service, func(s *corev1.Service) { s.Annotations[tenant.AnnotationAdopted] = "{" })
			Eventually(ctx, c.now(ctx, t)).Should(And(adopted(),
				haveCondition(v1alpha1.ConditionProgressing, metav1.ConditionFalse, v1alpha1.ReasonStalled, ContainSubstring(forget)),
				haveCondition(v1alpha1.ConditionReady, metav1.ConditionTrue, v1alpha1.ReasonReady)))
			change(ctx, c, t, func(t *v1alpha1.IngressTenant) { t.Spec.Controller.LogLevel = v1alpha1.LogDebug })
			Eventually(ctx, func() ([]string, error) { return c.args(ctx, t) }).Should(ContainElement(ContainSubstring("DEBUG")))
			operator.expectQuiet(ctx)

			By("saying so of one that is deleted")
			change(ctx, c, t, func(t *v1alpha1.IngressTenant) { t.Spec.DeletionPolicy = v1alpha1.DeletionForce })
			Expect(c.Delete(ctx, t)).To(Succeed())
			Eventually(ctx, c.now(ctx, t)).Should(And(
				haveCondition(v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonDeletionBlocked, ContainSubstring(forget)),
				haveCondition(v1alpha1.ConditionProgressing, metav1.ConditionFalse, v1alpha1.ReasonStalled)))
			operator.expectQuiet(ctx)
			Expect(c.deleting(ctx, deploymentOf(t))()).To(BeFalse())

			By("going on when the annotation is gone")
			change(ctx, c, service, func(s *corev1.Service) { delete(s.Annotations, tenant.AnnotationAdopted) })
			Eventually(ctx, c.deleting(ctx, deploymentOf(t))).Should(BeTrue())
			c.collect(ctx, deploymentOf(t))
			Eventually(ctx, c.gone(ctx, t)).Should(BeTrue())
			Expect(c.serviceNow(ctx, service).Spec.Selector).To(HaveKeyWithValue(tenant.LabelTenant, t.Name))
		})

		It("stays as it is without consent, and where it cannot lead there", func(ctx SpecContext) {
			c.startOperator(ctx)
			t := c.newTenant(ctx)
			asks(t)
			t.Spec.Exposure.LoadBalancer.Adopt.ServiceName = "missing"
			service := edge(ctx, t)
			change(ctx, c, service, func(s *corev1.Service) {
				s.Annotations[tenant.AnnotationAdopt] = "another"
				s.Spec.Ports = append(s.Spec.Ports, corev1.ServicePort{Name: "ssh", Port: 22})
			})
			Expect(c.Create(ctx, t)).To(Succeed())
			run(ctx, t)
			says := func(text string) types.GomegaMatcher {
				return haveCondition(v1alpha1.ConditionLoadBalancerReady, metav1.ConditionFalse, v1alpha1.ReasonAdoptionPending, ContainSubstring(text))
			}
			Eventually(ctx, c.now(ctx, t)).Should(says("there is no Service " + service.Namespace + "/missing"))

			change(ctx, c, t, func(t *v1alpha1.IngressTenant) { t.Spec.Exposure.LoadBalancer.Adopt.ServiceName = "edge" })
			Eventually(ctx, c.now(ctx, t)).Should(says("kubectl annotate service -n " + service.Namespace + " edge ingresstenant.io/adopt=" + t.Name))

			change(ctx, c, service, func(s *corev1.Service) { s.Annotations[tenant.AnnotationAdopt] = t.Name })
			c.poke(ctx, t)
			Eventually(ctx, c.now(ctx, t)).Should(says("the controller does not answer on its port 22 (TCP): remove that port first"))
			Expect(c.serviceNow(ctx, service).Spec.Selector).To(Equal(before()))
		})
	})
}
