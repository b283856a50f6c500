// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

func describePlatforms() {
	Describe("A cluster without autoscaling/v2 and policy/v1", func() {
		It("serves tenants that need neither, and says so to those that do", func(ctx SpecContext) {
			c := &cluster{}
			c.start(ctx, map[string]string{"runtime-config": "autoscaling/v2=false,policy/v1=false"})
			operator := c.startOperator(ctx)

			t := c.newTenant(ctx)
			c.create(ctx, t)
			Expect(t).To(haveCondition(v1alpha1.ConditionReady, metav1.ConditionTrue, v1alpha1.ReasonReady))
			Expect(operator.requests.All()).NotTo(ContainElement(HaveField("Resource", "poddisruptionbudgets")))

			change(ctx, c, t, func(t *v1alpha1.IngressTenant) {
				t.Spec.Controller = &v1alpha1.ControllerSpec{Autoscaling: &v1alpha1.AutoscalingSpec{MaxReplicas: 4}}
			})
			Eventually(ctx, c.now(ctx, t)).Should(beRefused(v1alpha1.ReasonAPIUnavailable,
				HavePrefix("spec.controller.autoscaling: the API server does not serve autoscaling/v2")))
			Expect(t).To(haveCondition(v1alpha1.ConditionAvailable, metav1.ConditionTrue, v1alpha1.ReasonMinimumReplicasAvailable))
			operator.expectQuiet(ctx)
		})
	})
}
