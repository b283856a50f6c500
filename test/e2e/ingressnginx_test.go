// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	networkingv1ac "k8s.io/client-go/applyconfigurations/networking/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider/ingressnginx"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
	"github.com/ingresstenant/ingress-tenant-operator/test/apps"
)

// ingressNGINXImage is what test/images calls its image of ingress-nginx: the
// project's controller, with a stand-in for nginx that serves nothing.
const ingressNGINXImage = "ingresstenant.io/ingress-nginx:v0.0.0-20240708192948-52c50467d67d"

// dispensable is why the one request that it is refused does no harm. To read nodes
// is to read all of them.
const dispensable = "it asks for its node once, warns, and goes on: the zone is for --enable-topology-aware-routing alone"

// describeIngressNGINX runs the controller of ingress-nginx as far as it goes
// without its nginx: what it reads, writes and asks for. No request is sent.
func describeIngressNGINX(c *cluster) {
	Describe("The controller of ingress-nginx, without its nginx", Ordered, Label(string(v1alpha1.ProviderIngressNGINX)), func() {
		const name, elsewhere, foreign = "nginx-one", "nginx-elsewhere", "nginx-foreign"

		var (
			t     *v1alpha1.IngressTenant
			own   []apps.App
			asked *asked
		)

		BeforeAll(func(ctx SpecContext) {
			own = []apps.App{{Namespace: name, Name: "plain"}, {Namespace: name, Name: "secure"}}

			c.namespace(ctx, name)
			c.namespace(ctx, elsewhere)
			c.apply(ctx, own[0].Ingress(name, hostOf(own[0].Name)))
			c.serveTLS(ctx, name, own[1])
			c.start(ctx, own...)
			c.notServed(ctx, name, foreign)

			elsewheres := apps.App{Namespace: elsewhere, Name: "elsewhere"}
			c.apply(ctx, elsewheres.Ingress(name, hostOf(elsewheres.Name)))

			asked = openAudit(c.auditLog(ctx), "system:serviceaccount:ingress-"+name+":ingress-nginx")
			t = c.create(ctx, name, nginxSpec(name))
			t = c.awaitReady(ctx, name)
		}, NodeTimeout(4*time.Minute))

		It("starts under the tenant's own ServiceAccount with exactly the rendered arguments", func(ctx SpecContext) {
			pod := c.nginxPod(ctx, t)
			want, err := ingressnginx.Provider{}.Workload(provider.Request{Tenant: t, Namespaces: provider.Namespaces{Names: []string{name}}})
			Expect(err).NotTo(HaveOccurred())

			Expect(pod.Spec.ServiceAccountName).To(Equal("ingress-nginx"))
			Expect(pod.Spec.Containers[0].Args).To(Equal(want.Args))
			Expect(pod.Spec.Containers[0].Image).To(Equal(ingressNGINXImage))
			// It is ready only once it has handed its backends over.
			Expect(pod.Status.ContainerStatuses).To(ConsistOf(And(HaveField("Ready", true), HaveField("RestartCount", BeZero()))))
			figure(fmt.Sprintf("%d arguments", len(want.Args)))
		}, bounded)

		It("configures the hosts of its tenant, and no other", func(ctx SpecContext) {
			// One that comes last tells that those before have been read.
			last := apps.App{Namespace: name, Name: "last"}
			ingress := last.IngressTo(name, hostOf(last.Name), own[0].Name)
			c.apply(ctx, ingress)

			all := []string{"_", hostOf("last"), hostOf("plain"), hostOf("secure")}

			Eventually(func() []string { return c.nginxHosts(ctx, t) }).WithContext(ctx).WithTimeout(eventually).
				Should(ContainElement(hostOf(last.Name)))
			Expect(c.nginxHosts(ctx, t)).To(Equal(all))

			Eventually(func(g Gomega) {
				g.Expect(c.nginxBackends(ctx, t)).To(HaveExactElements(
					HavePrefix(name+"-plain-http: 10."), HavePrefix(name+"-secure-http: 10."), HavePrefix("upstream-default-backend: 127.0.0.1")))

				servers := c.nginxServers(ctx, t)
				g.Expect(servers).To(HaveLen(len(all)))
				g.Expect(servers).To(HaveKeyWithValue(hostOf("plain"), "-1"), "no certificate")
				// The others get the certificate of a Secret, or the one that it made.
				g.Expect(servers).To(HaveKeyWithValue(hostOf("secure"), Not(BeElementOf("-1", servers["_"]))), "the certificate of its Secret")
			}).WithContext(ctx).Should(Succeed())
			figure(strings.Join(all, ", "))
		}, bounded)

		It("is elected in its tenant's namespace, and writes the tenant's address into its Ingresses alone", func(ctx SpecContext) {
			lease, err := c.clientset.CoordinationV1().Leases(tenant.Namespace(t)).Get(ctx, "ingress-nginx-tenant", metav1.GetOptions{})
			Expect(err).NotTo(HaveOccurred())
			Expect(lease.Spec.HolderIdentity).To(HaveValue(Equal(c.nginxPod(ctx, t).Name)))

			ingresses := &networkingv1.IngressList{}

			Eventually(func(g Gomega) {
				g.Expect(c.List(ctx, ingresses)).To(Succeed())

				served := map[string]bool{}

				for i := range ingresses.Items {
					for _, address := range ingresses.Items[i].Status.LoadBalancer.Ingress {
						g.Expect(address.IP).To(Equal(addressOf(t)))

						served[ingresses.Items[i].Namespace+"/"+ingresses.Items[i].Name] = true
					}
				}

				g.Expect(served).To(Equal(map[string]bool{name + "/plain": true, name + "/secure": true, name + "/last": true}))
			}).WithContext(ctx).WithTimeout(eventually).Should(Succeed())
			figure(fmt.Sprintf("%s, %s in 3 of %d Ingresses", *lease.Spec.HolderIdentity, addressOf(t), len(ingresses.Items)))
		}, bounded)

		It("asks for nothing that it may not have, and is refused other namespaces' Secrets", func(ctx SpecContext) {
			Expect(asked.requests()).NotTo(BeEmpty())

			node := c.nginxPod(ctx, t).Spec.NodeName
			Expect(asked.refused()).To(ConsistOf("get /api/v1/nodes/"+node), dispensable)

			// It would complain about what it asks for too late, or not at all.
			Expect(c.nginxComplaints(ctx, t)).To(ConsistOf(ContainSubstring("Unable to get NODE information")), dispensable)

			events := &corev1.EventList{}
			Expect(c.List(ctx, events, client.InNamespace(name))).To(Succeed())
			Expect(events.Items).To(ContainElement(HaveField("Source.Component", "nginx-ingress-controller")))

			refused := c.refusedSecrets(ctx, t, name)
			figure(fmt.Sprintf("1 of %d requests refused: its node; Secrets elsewhere: %d requests, all refused", len(asked.requests())-refused-1, refused))
		}, bounded)

		It("stops in order, and the next one takes over", func(ctx SpecContext) {
			before := c.nginxPod(ctx, t)
			next := openAudit(asked.path, asked.user)
			began := time.Now()

			Expect(c.Delete(ctx, before)).To(Succeed())
			Eventually(func() error { return c.Get(ctx, client.ObjectKeyFromObject(before), &corev1.Pod{}) }).
				WithContext(ctx).WithTimeout(eventually).Should(MatchError(apierrors.IsNotFound, "IsNotFound"))

			took := time.Since(began)

			events := &corev1.EventList{}
			Expect(c.List(ctx, events, client.InNamespace(before.Namespace))).To(Succeed())
			Expect(events.Items).NotTo(ContainElement(HaveField("Reason", "FailedPreStopHook")))

			c.awaitReady(ctx, name)
			Eventually(func(g Gomega) {
				lease, err := c.clientset.CoordinationV1().Leases(before.Namespace).Get(ctx, "ingress-nginx-tenant", metav1.GetOptions{})
				g.Expect(err).NotTo(HaveOccurred())
				g.Expect(lease.Spec.HolderIdentity).To(HaveValue(Equal(c.nginxPod(ctx, t).Name)))
			}).WithContext(ctx).WithTimeout(eventually).Should(Succeed())
			Expect(next.refused()).To(ConsistOf("get /api/v1/nodes/"+c.nginxPod(ctx, t).Spec.NodeName), dispensable)
			figure(fmt.Sprintf("%s from being told to being gone", took.Round(time.Second)))
		}, bounded)
	})

	Describe("The controller of ingress-nginx with several namespaces", Label(string(v1alpha1.ProviderIngressNGINX)), func() {
		It("is refused without consent to rights for all Secrets, and with it configures the namespaces named, and no other", func(ctx SpecContext) {
			const name, one, other, elsewhere = "nginx-several", "nginx-several-one", "nginx-several-two", "nginx-several-not"

			for _, namespace := range []string{one, other, elsewhere} {
				app := apps.App{Namespace: namespace, Name: namespace}

				c.namespace(ctx, namespace)
				c.serveTLS(ctx, name, app)
				c.apply(ctx, app.Objects()...)
			}

			asked := openAudit(c.auditLog(ctx), "system:serviceaccount:ingress-"+name+":ingress-nginx")
			t := c.create(ctx, name, nginxSpec(one, other))
			refused := c.awaitCondition(ctx, name, v1alpha1.ConditionAccepted, metav1.ConditionFalse, v1alpha1.ReasonUnsupportedByProvider)
			Expect(refused.Message).To(ContainSubstring("cannot serve several namespaces with rights in those alone"))

			Expect(c.patch(ctx, t, `{"spec":{"namespaces":{"secrets":"ClusterWide"}}}`)).To(Succeed())
			t = c.awaitReady(ctx, name)
			c.awaitCondition(ctx, name, v1alpha1.ConditionIsolated, metav1.ConditionFalse, v1alpha1.ReasonClusterWideSecrets)

			Eventually(func() []string { return c.nginxHosts(ctx, t) }).WithContext(ctx).WithTimeout(eventually).
				Should(Equal([]string{"_", hostOf(one), hostOf(other)}))
			Consistently(func() []string { return c.nginxHosts(ctx, t) }).WithContext(ctx).WithTimeout(5 * time.Second).
				Should(Equal([]string{"_", hostOf(one), hostOf(other)}))

			node := c.nginxPod(ctx, t).Spec.NodeName
			Expect(asked.refused()).To(ConsistOf("get /api/v1/nodes/"+node), dispensable)
			Expect(c.nginxComplaints(ctx, t)).To(ConsistOf(ContainSubstring("Unable to get NODE information")), dispensable)

			// What the consent costs.
			reads := c.withTokenOf(ctx, tenant.Namespace(t), "ingress-nginx")
			secrets, err := reads.CoreV1().Secrets(elsewhere).List(ctx, metav1.ListOptions{})
			Expect(err).NotTo(HaveOccurred())
			Expect(secrets.Items).To(HaveLen(1))
			figure("2 of 3 namespaces; " + refused.Message)
		}, bounded)
	})
}

// nginxSpec is a tenant of ingress-nginx that serves namespaces with one small pod.
func nginxSpec(namespaces ...string) v1alpha1.IngressTenantSpec {
	spec := small(namespaces...)
	spec.Controller.Provider = v1alpha1.ProviderIngressNGINX
	spec.Controller.Image = ingressNGINXImage

	return spec
}

// notServed are Ingresses of a namespace that no tenant serves: of a class that
// names ingress-nginx by its own default, of the annotation that it takes by
// default, and of no class at all.
func (c *cluster) notServed(ctx context.Context, namespace, class string) {
	GinkgoHelper()

	c.apply(ctx, networkingv1ac.IngressClass(class).WithSpec(networkingv1ac.IngressClassSpec().WithController("k8s.io/ingress-nginx")))
	DeferCleanup(func(ctx SpecContext) {
		Expect(c.Delete(ctx, &networkingv1.IngressClass{ObjectMeta: metav1.ObjectMeta{Name: class}})).To(Succeed())
	}, NodeTimeout(soon))

	service := "plain"
	other := apps.App{Namespace: namespace, Name: "other-class"}
	annotated, none := apps.App{Namespace: namespace, Name: "annotated"}, apps.App{Namespace: namespace, Name: "no-class"}

	byAnnotation := annotated.IngressTo("", hostOf(annotated.Name), service).WithAnnotations(map[string]string{"kubernetes.io/ingress.class": "nginx"})
	byAnnotation.Spec.IngressClassName = nil
	without := none.IngressTo("", hostOf(none.Name), service)
	without.Spec.IngressClassName = nil

	c.apply(ctx, other.IngressTo(class, hostOf(other.Name), service), byAnnotation, without)
}
