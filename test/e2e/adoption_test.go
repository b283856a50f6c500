// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	corev1ac "k8s.io/client-go/applyconfigurations/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
	"github.com/ingresstenant/ingress-tenant-operator/test/apps"
	"github.com/ingresstenant/ingress-tenant-operator/test/load"
)

// describeServiceAdoption shows a Service, with an address that clients know, move
// from what somebody else runs behind it to a tenant, and back.
func describeServiceAdoption(c *cluster) {
	It("takes over a Service that exists, with its address, without a failed request, and gives it back", func(ctx SpecContext) {
		const name = "adopting"

		home := "ingress-" + name
		key := client.ObjectKey{Namespace: home, Name: "edge"}

		By("having something behind a load balancer that answers for every host")
		c.namespace(ctx, home)
		c.apply(ctx, corev1ac.Namespace(home).WithAnnotations(map[string]string{tenant.AnnotationAdopt: name}))

		edge := apps.App{Namespace: home, Name: "edge"}
		c.start(ctx, edge)
		c.apply(ctx, corev1ac.Service(key.Name, key.Namespace).
			WithAnnotations(map[string]string{tenant.AnnotationAdopt: name}).
			WithSpec(corev1ac.ServiceSpec().
				WithType(corev1.ServiceTypeLoadBalancer).
				WithSelector(map[string]string{"app.kubernetes.io/name": "edge"}).
				WithPorts(corev1ac.ServicePort().WithName("http").WithPort(80).WithTargetPort(intstr.FromInt32(8080)))))

		var before corev1.Service

		Eventually(func(g Gomega) {
			g.Expect(c.Get(ctx, key, &before)).To(Succeed())
			g.Expect(before.Status.LoadBalancer.Ingress).To(HaveLen(1))
		}).WithContext(ctx).Should(Succeed())

		endpoint := c.publish(ctx, name, before.Status.LoadBalancer.Ingress[0].IP, 80)
		awaitAnswer(ctx, endpoint, hostOf(name), "edge")

		run := load.Start(ctx, load.Target{Endpoint: endpoint, Host: hostOf(name)}, load.Options{Rate: 20})
		defer run.Stop()

		By("creating a tenant that asks for its Service")
		spec := small(name)
		spec.Exposure = &v1alpha1.ExposureSpec{
			Type:         v1alpha1.ExposureLoadBalancer,
			LoadBalancer: &v1alpha1.LoadBalancerExposure{Adopt: &v1alpha1.LoadBalancerAdoption{ServiceName: key.Name}},
		}
		t := c.serve(ctx, name, spec)

		// A host that no Ingress has is answered by the one and not by the other.
		differs := c.awaitCondition(ctx, name, v1alpha1.ConditionProgressing, metav1.ConditionFalse, v1alpha1.ReasonAnswersDiffer)
		Expect(differs.Message).To(ContainSubstring("404 instead of 200"))
		Expect(ask(ctx, endpoint, hostOf(name), "/")).To(answeredBy("edge"))

		By("moving all the same")
		Expect(c.patch(ctx, t, `{"spec":{"controller":{"switchover":"Force"}}}`)).To(Succeed())
		awaitAnswer(ctx, endpoint, hostOf(name), name)

		ready := c.awaitReady(ctx, name)
		Expect(addressOf(ready)).To(Equal(before.Status.LoadBalancer.Ingress[0].IP))

		var after corev1.Service

		Expect(c.Get(ctx, key, &after)).To(Succeed())
		Expect(after.UID).To(Equal(before.UID))
		Expect(after.Spec.ClusterIP).To(Equal(before.Spec.ClusterIP))

		By("deleting the tenant")
		awaitMore(ctx, run)
		Expect(c.patch(ctx, t, `{"spec":{"deletionPolicy":"Force"}}`)).To(Succeed())
		Expect(c.Delete(ctx, t)).To(Succeed())
		awaitAnswer(ctx, endpoint, hostOf(name), "edge")
		c.awaitGone(ctx, name)
		awaitMore(ctx, run)

		result := run.Stop()
		figure("to the tenant and back: " + result.String())
		Expect(result.Failed).To(BeZero(), "%s", result)

		Expect(c.Get(ctx, key, &after)).To(Succeed())
		Expect(after.UID).To(Equal(before.UID))
		Expect(after.Spec.Selector).To(Equal(before.Spec.Selector))
		Expect(after.Spec.Ports).To(Equal(before.Spec.Ports))
	}, bounded)
}
