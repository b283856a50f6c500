// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
	"github.com/ingresstenant/ingress-tenant-operator/test/apps"
)

// describeRepairs shows what becomes of a tenant that serves when somebody changes what
// it is made of: it serves again, and status says at each moment what a request shows.
func describeRepairs(c *cluster) {
	at := slices.IndexFunc(c.dialects, func(d dialect) bool { return d.name() == v1alpha1.ProviderTraefik })
	if at < 0 {
		return
	}

	d := c.dialects[at]

	Describe("A tenant that serves, while somebody", Label("repairs"), func() {
		It("deletes its controller's ServiceAccount", func(ctx SpecContext) {
			const name = "token"

			spec := d.small(name)
			spec.Controller.Replicas = 2
			t, endpoint, host := c.ready(ctx, name, spec)
			deployment := c.deploymentOf(ctx, t, "traefik")
			former := names(c.podsOf(ctx, t))

			load := constantly(ctx, endpoint, host)
			defer load.Stop()

			began := time.Now()
			account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: tenant.Namespace(t), Name: "traefik"}}
			Expect(c.Delete(ctx, account)).To(Succeed())

			Eventually(func(g Gomega) {
				g.Expect(c.Get(ctx, client.ObjectKeyFromObject(account), account)).To(Succeed())
				g.Expect(c.deploymentOf(ctx, t, "traefik").Spec.Template.Annotations).
					To(HaveKeyWithValue(tenant.AnnotationServiceAccount, string(account.UID)))
			}).WithContext(ctx).Should(Succeed())

			t = c.awaitReady(ctx, name)
			took := time.Since(began)

			// Pods on their way out finish their requests and nothing else.
			Eventually(func() []string { return names(c.podsOf(ctx, t)) }).WithContext(ctx).WithTimeout(eventually).
				ShouldNot(ContainElement(BeElementOf(former)), "the pods of the former account go")

			result := load.Stop()
			Expect(result.Failed).To(BeZero(), result.String())

			By("an application that moves, and one that is new")
			Expect(c.DeleteAllOf(ctx, &corev1.Pod{}, client.InNamespace(name))).To(Succeed())

			again := apps.App{Namespace: name, Name: "again"}
			c.apply(ctx, again.Ingress(name, hostOf("again")))
			c.start(ctx, again)
			awaitAnswer(ctx, endpoint, hostOf("again"), "again")
			awaitAnswer(ctx, endpoint, host, name)

			Expect(c.deploymentOf(ctx, t, "traefik").Generation).To(Equal(deployment.Generation+1), "the pods are started again once")
			figure(fmt.Sprintf("pods with tokens of the new account after %s, %d requests, 0 failed", took.Round(time.Second), result.Sent))
		}, bounded)

		It("moves its Service's port", func(ctx SpecContext) {
			const name = "port"

			t, endpoint, host := c.ready(ctx, name, d.small(name))
			service := &corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: tenant.Namespace(t), Name: tenant.Name(t)}}
			Expect(c.Get(ctx, client.ObjectKeyFromObject(service), service)).To(Succeed())

			before := service.DeepCopy()
			service.Spec.Ports[0].Port = 81

			began := time.Now()
			Expect(c.Update(ctx, service)).To(Succeed())
			Eventually(func(g Gomega) {
				g.Expect(c.Get(ctx, client.ObjectKeyFromObject(service), service)).To(Succeed())
				g.Expect(portsOf(service)).To(Equal(portsOf(before)))
			}).WithContext(ctx).Should(Succeed())

			took := time.Since(began)

			awaitAnswer(ctx, endpoint, host, name)
			Expect(service.UID).To(Equal(before.UID))
			Expect(service.Status.LoadBalancer).To(Equal(before.Status.LoadBalancer))
			c.awaitReady(ctx, name)

			By("a later change of the same Service")
			Expect(c.patch(ctx, t, `{"spec":{"exposure":{"type":"LoadBalancer","loadBalancer":{"allowedSourceRanges":["192.0.2.0/24"]}}}}`)).To(Succeed())
			Eventually(func(g Gomega) {
				g.Expect(c.Get(ctx, client.ObjectKeyFromObject(service), service)).To(Succeed())
				g.Expect(service.Spec.LoadBalancerSourceRanges).To(ConsistOf("192.0.2.0/24"))
			}).WithContext(ctx).Should(Succeed())
			figure(fmt.Sprintf("port 80 is back after %s", took.Round(10*time.Millisecond)))
		}, bounded)

		It("scales it to nothing under its autoscaler", func(ctx SpecContext) {
			const name = "nothing"

			spec := d.small(name)
			spec.Controller.Replicas = 0
			spec.Controller.Autoscaling = &v1alpha1.AutoscalingSpec{MinReplicas: 2, MaxReplicas: 4}
			t, endpoint, host := c.ready(ctx, name, spec)
			c.awaitSettled(ctx, t, 2)

			began := time.Now()
			c.scale(ctx, c.deploymentOf(ctx, t, "traefik"), 0)
			c.awaitCondition(ctx, name, v1alpha1.ConditionAvailable, metav1.ConditionFalse, v1alpha1.ReasonStarting)
			Expect(*c.deploymentOf(ctx, t, "traefik").Spec.Replicas).To(BeEquivalentTo(2))

			t = c.awaitReady(ctx, name)
			awaitAnswer(ctx, endpoint, host, name)
			Expect(condition(t, v1alpha1.ConditionAvailable).Message).To(Equal("2 of 2 pods are ready."))
			figure(fmt.Sprintf("2 pods again after %s", time.Since(began).Round(time.Second)))
		}, bounded)

		It("takes a namespace's consent back, and a quota refuses what else is asked for", func(ctx SpecContext) {
			const name, leaves = "consent", "consent-leaves"

			c.route(ctx, leaves)

			spec := d.small(name, leaves)
			t, endpoint, host := c.ready(ctx, name, spec)
			left := apps.App{Namespace: leaves, Name: leaves}
			c.apply(ctx, left.Ingress(name, hostOf(leaves)))
			awaitAnswer(ctx, endpoint, hostOf(leaves), leaves)

			home := tenant.Namespace(t)
			controller := c.withTokenOf(ctx, home, "traefik")
			reads := func() error {
				_, err := controller.CoreV1().Secrets(leaves).List(ctx, metav1.ListOptions{})

				return err
			}
			Expect(reads()).To(Succeed())

			By("a quota that refuses an object of the tenant")
			quota := &corev1.ResourceQuota{
				ObjectMeta: metav1.ObjectMeta{Namespace: home, Name: "none"},
				Spec: corev1.ResourceQuotaSpec{Hard: corev1.ResourceList{
					"count/horizontalpodautoscalers.autoscaling": resource.MustParse("0"),
				}},
			}
			Expect(c.Create(ctx, quota)).To(Succeed())
			Eventually(func(g Gomega) {
				g.Expect(c.Get(ctx, client.ObjectKeyFromObject(quota), quota)).To(Succeed())
				g.Expect(quota.Status.Hard).To(HaveLen(1))
			}).WithContext(ctx).Should(Succeed())
			Expect(c.patch(ctx, t, `{"spec":{"controller":{"replicas":null,"autoscaling":{"minReplicas":1,"maxReplicas":2}}}}`)).To(Succeed())
			c.awaitCondition(ctx, name, v1alpha1.ConditionAccepted, metav1.ConditionFalse, v1alpha1.ReasonRefused)

			load := constantly(ctx, endpoint, host)
			defer load.Stop()

			began := time.Now()
			Expect(c.patch(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: leaves}},
				`{"metadata":{"annotations":{"`+tenant.AnnotationConsent+`":""}}}`)).To(Succeed())
			Eventually(reads).WithContext(ctx).Should(Satisfy(apierrors.IsForbidden))

			took := time.Since(began)

			bindings := &rbacv1.RoleBindingList{}
			Expect(c.List(ctx, bindings, client.InNamespace(leaves), client.MatchingLabels{tenant.LabelTenant: name})).To(Succeed())
			Expect(bindings.Items).To(BeEmpty())

			// What a request shows: the pods that run were started to serve it.
			state := func() v1alpha1.NamespaceState { return c.stateOf(ctx, name, leaves) }
			Eventually(state).WithContext(ctx).Should(Equal(v1alpha1.NamespaceWithdrawing))
			Expect(ask(ctx, endpoint, hostOf(leaves), "/")).To(answeredBy(leaves))

			By("the quota going")
			Expect(c.Delete(ctx, quota)).To(Succeed())
			Expect(c.patch(ctx, t, `{"metadata":{"annotations":{"example.com/look":"again"}}}`)).To(Succeed())
			Eventually(state).WithContext(ctx).WithTimeout(eventually).Should(Equal(v1alpha1.NamespaceNoConsent))
			c.awaitReady(ctx, name)
			Eventually(func() answer { return ask(ctx, endpoint, hostOf(leaves), "/") }).WithContext(ctx).Should(notRouted())

			result := load.Stop()
			Expect(result.Failed).To(BeZero(), result.String())
			figure(fmt.Sprintf("no Secret of the namespace after %s, the other one: %d requests, 0 failed", took.Round(10*time.Millisecond), result.Sent))
		}, bounded)

		if slices.ContainsFunc(c.dialects, func(d dialect) bool { return d.name() == v1alpha1.ProviderHAProxyIngress }) {
			It("changes the provider of an autoscaled one", func(ctx SpecContext) {
				const name, pods = "autoscaled", 4

				spec := small(name)
				spec.Controller.Provider = v1alpha1.ProviderHAProxyIngress
				spec.Controller.Replicas = 0
				// Whatever runs uses more than that, so that there are as many as may be.
				spec.Controller.Autoscaling = &v1alpha1.AutoscalingSpec{MinReplicas: 2, MaxReplicas: pods, TargetCPUUtilizationPercentage: 1}
				spec.Policy = &v1alpha1.PolicySpec{Snippets: v1alpha1.Allow}
				t, endpoint, host := c.ready(ctx, name, spec)

				Eventually(func() int32 { return *c.deploymentOf(ctx, t, "haproxy-ingress").Spec.Replicas }).
					WithContext(ctx).WithTimeout(scales).Should(BeEquivalentTo(pods))
				c.awaitSettled(ctx, t, pods)

				scaler := &autoscalingv2.HorizontalPodAutoscaler{ObjectMeta: metav1.ObjectMeta{Namespace: tenant.Namespace(t), Name: tenant.Name(t)}}
				target := func() string {
					Expect(c.Get(ctx, client.ObjectKeyFromObject(scaler), scaler)).To(Succeed())

					return scaler.Spec.ScaleTargetRef.Name
				}
				Expect(target()).To(Equal("haproxy-ingress"))

				load := constantly(ctx, endpoint, host)
				defer load.Stop()

				least := c.leastEndpoints(ctx, t)
				began := time.Now()

				Expect(c.patch(ctx, t, `{"spec":{"controller":{"provider":"Traefik"},"policy":null}}`)).To(Succeed())
				Eventually(func(g Gomega) {
					service := &corev1.Service{}
					g.Expect(c.Get(ctx, client.ObjectKeyFromObject(scaler), service)).To(Succeed())
					g.Expect(service.Spec.Selector).To(HaveKeyWithValue(tenant.LabelProvider, string(v1alpha1.ProviderTraefik)))
				}).WithContext(ctx).WithTimeout(2 * eventually).Should(Succeed())
				Expect(target()).To(Equal("traefik"))

				c.awaitReady(ctx, name)

				took, result := time.Since(began), load.Stop()
				Expect(result.Failed).To(BeZero(), result.String())
				Expect(least()).To(BeNumerically(">=", pods), "ready pods behind the Service, at the least")
				figure(fmt.Sprintf("%d pods moved in %s, never fewer than %d behind the Service, %d requests, 0 failed", pods, took.Round(time.Second), least(), result.Sent))
			}, SpecTimeout(8*time.Minute))
		}
	})
}

// deploymentOf reads one of a tenant's Deployments.
func (c *cluster) deploymentOf(ctx context.Context, t *v1alpha1.IngressTenant, name string) *appsv1.Deployment {
	GinkgoHelper()

	deployment := &appsv1.Deployment{}
	Expect(c.Get(ctx, client.ObjectKey{Namespace: tenant.Namespace(t), Name: name}, deployment)).To(Succeed())

	return deployment
}

// scale scales a Deployment as kubectl scale and autoscalers do.
func (c *cluster) scale(ctx context.Context, deployment *appsv1.Deployment, replicas int32) {
	GinkgoHelper()

	Expect(c.SubResource("scale").Update(ctx, deployment, client.WithSubResourceBody(
		&autoscalingv1.Scale{Spec: autoscalingv1.ScaleSpec{Replicas: replicas}}))).To(Succeed())
}

// stateOf is what a tenant's status says of a namespace.
func (c *cluster) stateOf(ctx context.Context, name, namespace string) v1alpha1.NamespaceState {
	GinkgoHelper()

	t, err := c.get(ctx, name)
	Expect(err).NotTo(HaveOccurred())

	for _, state := range t.Status.Namespaces {
		if state.Name == namespace {
			return state.State
		}
	}

	return ""
}

// leastEndpoints counts the ready pods behind a tenant's Service until the spec ends,
// and returns a function that gives the least so far.
func (c *cluster) leastEndpoints(ctx context.Context, t *v1alpha1.IngressTenant) func() int {
	GinkgoHelper()

	var least atomic.Int64

	least.Store(1 << 16)

	counting, stop := context.WithCancel(ctx)
	DeferCleanup(func() { stop() })

	go func() {
		ticker := time.NewTicker(100 * time.Millisecond)
		defer ticker.Stop()

		for {
			select {
			case <-counting.Done():
				return
			case <-ticker.C:
			}

			slicesOf := &discoveryv1.EndpointSliceList{}
			if c.List(counting, slicesOf, client.InNamespace(tenant.Namespace(t)), client.MatchingLabels{discoveryv1.LabelServiceName: tenant.Name(t)}) != nil {
				continue
			}

			least.Store(min(least.Load(), int64(readyIn(slicesOf.Items))))
		}
	}()

	return func() int { return int(least.Load()) }
}

// readyIn counts the ready endpoints.
func readyIn(all []discoveryv1.EndpointSlice) int {
	ready := map[types.UID]bool{}

	for _, slice := range all {
		for _, endpoint := range slice.Endpoints {
			if endpoint.Conditions.Ready != nil && *endpoint.Conditions.Ready && endpoint.TargetRef != nil {
				ready[endpoint.TargetRef.UID] = true
			}
		}
	}

	return len(ready)
}

// portsOf are the numbers of a Service's ports.
func portsOf(service *corev1.Service) []int32 {
	var numbers []int32
	for _, port := range service.Spec.Ports {
		numbers = append(numbers, port.Port)
	}

	slices.Sort(numbers)

	return numbers
}

// names are the names of pods.
func names(pods []corev1.Pod) []string {
	all := make([]string, 0, len(pods))
	for i := range pods {
		all = append(all, pods[i].Name)
	}

	return all
}
