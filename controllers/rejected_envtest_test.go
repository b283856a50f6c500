// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"fmt"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

func describeRejections(c *cluster) {
	Describe("What the API server refuses of a tenant", func() {
		nodePorts := func(http, https int32) *v1alpha1.ExposureSpec {
			return &v1alpha1.ExposureSpec{
				Type: v1alpha1.ExposureNodePort, NodePort: &v1alpha1.NodePortExposure{HTTP: http, HTTPS: https},
			}
		}

		It("is a node port of another Service, which is named, until that gives it up", func(ctx SpecContext) {
			c.startOperator(ctx)

			other := &corev1.Service{
				ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: c.unique("web")},
				Spec: corev1.ServiceSpec{
					Type: corev1.ServiceTypeNodePort, Ports: []corev1.ServicePort{{Port: 80, NodePort: 30083}},
				},
			}
			Expect(c.Create(ctx, other)).To(Succeed())

			t := c.newTenant(ctx)
			t.Spec.Exposure = nodePorts(30084, 30083)
			Expect(c.Create(ctx, t)).To(Succeed())
			Eventually(ctx, c.now(ctx, t)).Should(beRefused(v1alpha1.ReasonRefused, ContainSubstring(
				"spec.exposure.nodePort.https: node port 30083 is that of Service default/%s already", other.Name)))

			Expect(c.Delete(ctx, other)).To(Succeed())
			c.poke(ctx, t)
			Eventually(ctx, c.now(ctx, t)).Should(beAccepted())
		})

		It("is a node port that the cluster does not have", func(ctx SpecContext) {
			c.startOperator(ctx)

			t := c.newTenant(ctx)
			t.Spec.Exposure = nodePorts(80, 0)
			Expect(c.Create(ctx, t)).To(Succeed())
			Eventually(ctx, c.now(ctx, t)).Should(beRefused(v1alpha1.ReasonRefused, ContainSubstring(
				"spec.exposure.nodePort.http: node port 80 is not one of this cluster's, which are 30000-32767")))
		})

		It("is said of a spec that cannot work, before anything is made of it", func(ctx SpecContext) {
			c.startOperator(ctx)

			t := c.newTenant(ctx)
			t.Spec.Exposure = &v1alpha1.ExposureSpec{
				Type: v1alpha1.ExposureLoadBalancer,
				LoadBalancer: &v1alpha1.LoadBalancerExposure{LoadBalancerSettings: v1alpha1.LoadBalancerSettings{
					// The CRD does not see the host bits of IPv6.
					AllowedSourceRanges: []v1alpha1.CIDR{"2001:db8::5/64"},
				}},
			}
			Expect(c.Create(ctx, t)).To(Succeed())
			Eventually(ctx, c.now(ctx, t)).Should(beRefused(v1alpha1.ReasonInvalidSpec, Equal(
				"spec.exposure.loadBalancer.allowedSourceRanges[0]: 2001:db8::5/64 has host bits set; write 2001:db8::/64, or 2001:db8::5/128 for that address alone.")))
			Expect(c.children(ctx, t)).To(BeEmpty())
		})

		It("is nothing for as long as its namespace is being deleted, and all is made anew after that", func(ctx SpecContext) {
			c.startOperator(ctx)

			t := c.newTenant(ctx)
			c.create(ctx, t)

			namespace := namespaceOf(t)
			Expect(c.Delete(ctx, namespace)).To(Succeed())

			says := ContainSubstring(fmt.Sprintf("Namespace %s, which the controller runs in, is being deleted since ", namespace.Name))
			Eventually(ctx, c.now(ctx, t)).Should(And(
				haveCondition(v1alpha1.ConditionAvailable, metav1.ConditionFalse, v1alpha1.ReasonNamespaceTerminating, says),
				haveCondition(v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonNamespaceTerminating, says),
			))

			// The namespace controller, which a bare API server has not.
			Expect(c.Delete(ctx, deploymentOf(t))).To(Succeed())
			Expect(client.IgnoreNotFound(c.Delete(ctx, serviceOf(t)))).To(Succeed())
			c.finalize(ctx, namespace)

			Eventually(ctx, c.now(ctx, t)).Should(haveCondition(v1alpha1.ConditionAvailable, metav1.ConditionFalse, v1alpha1.ReasonStarting))
			Expect(c.Get(ctx, client.ObjectKeyFromObject(namespace), namespace)).To(Succeed())
			Expect(namespace.DeletionTimestamp).To(BeNil())
		})
	})
}
