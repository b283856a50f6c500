// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

func describeClientAddresses(c *cluster) {
	Describe("A list of allowed clients", func() {
		It("that cannot work is named, and no longer when it can or is gone", func(ctx SpecContext) {
			const allow = "nginx.ingress.kubernetes.io/whitelist-source-range"

			operator := c.startOperator(ctx)

			t := c.newTenant(ctx)
			t.Spec.Exposure = &v1alpha1.ExposureSpec{Type: v1alpha1.ExposureNodePort}
			c.create(ctx, t)
			Eventually(ctx, c.now(ctx, t)).Should(haveCondition(v1alpha1.ConditionSourceIPPreserved, metav1.ConditionFalse, v1alpha1.ReasonNodeAddressSeen))

			ingress := &networkingv1.Ingress{
				ObjectMeta: metav1.ObjectMeta{Namespace: t.Spec.Namespaces.Names[0], Name: "admin", Annotations: map[string]string{allow: "192.0.2.0/24"}},
				Spec: networkingv1.IngressSpec{
					IngressClassName: &t.Name,
					DefaultBackend:   &networkingv1.IngressBackend{Service: &networkingv1.IngressServiceBackend{Name: "admin", Port: networkingv1.ServiceBackendPort{Number: 80}}},
				},
			}
			Expect(c.Create(ctx, ingress)).To(Succeed())
			Eventually(ctx, c.now(ctx, t)).Should(haveCondition(v1alpha1.ConditionSourceIPPreserved, metav1.ConditionFalse,
				v1alpha1.ReasonAllowListIneffective, ContainSubstring(": %s/admin.", ingress.Namespace)))
			Eventually(ctx, c.events(ctx, t)).Should(ContainElement("Warning AllowListIneffective"))
			Expect(t).To(haveCondition(v1alpha1.ConditionReady, metav1.ConditionTrue, v1alpha1.ReasonReady))

			// Another value of the list says nothing new.
			operator.expectQuiet(ctx)
			before := ingress.DeepCopy()
			ingress.Annotations[allow] = "198.51.100.0/24"
			Expect(c.Patch(ctx, ingress, client.MergeFrom(before))).To(Succeed())
			Consistently(ctx, operator.requests.All).WithTimeout(quietPeriod).Should(BeEmpty())

			patched := t.DeepCopy()
			patched.Spec.Exposure.ExternalTrafficPolicy = v1alpha1.ExternalTrafficLocal
			Expect(c.Patch(ctx, patched, client.MergeFrom(t))).To(Succeed())
			Eventually(ctx, c.now(ctx, t)).Should(haveCondition(v1alpha1.ConditionSourceIPPreserved, metav1.ConditionTrue, v1alpha1.ReasonLocalTraffic))

			patched = t.DeepCopy()
			patched.Spec.Exposure.ExternalTrafficPolicy = v1alpha1.ExternalTrafficCluster
			Expect(c.Patch(ctx, patched, client.MergeFrom(t))).To(Succeed())
			Eventually(ctx, c.now(ctx, t)).Should(haveCondition(v1alpha1.ConditionSourceIPPreserved, metav1.ConditionFalse, v1alpha1.ReasonAllowListIneffective))

			before = ingress.DeepCopy()
			delete(ingress.Annotations, allow)
			Expect(c.Patch(ctx, ingress, client.MergeFrom(before))).To(Succeed())
			Eventually(ctx, c.now(ctx, t)).Should(haveCondition(v1alpha1.ConditionSourceIPPreserved, metav1.ConditionFalse, v1alpha1.ReasonNodeAddressSeen))
			Expect(c.Delete(ctx, ingress)).To(Succeed())
		})
	})
}
