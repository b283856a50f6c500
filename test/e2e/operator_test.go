// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"context"
	"fmt"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// The operator's own namespace, Deployment and ServiceAccount share its name.
const operatorUser = "system:serviceaccount:" + tenant.Operator + ":" + tenant.Operator

func operatorDeployment() *appsv1.Deployment {
	return &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Namespace: tenant.Operator, Name: tenant.Operator}}
}

// awaitOperator waits until one operator runs.
func (c *cluster) awaitOperator(ctx context.Context) {
	GinkgoHelper()

	Eventually(func(g Gomega) {
		deployment := operatorDeployment()
		g.Expect(c.Get(ctx, client.ObjectKeyFromObject(deployment), deployment)).To(Succeed())
		g.Expect(deployment.Status.AvailableReplicas).To(BeEquivalentTo(1))
	}).WithContext(ctx).WithTimeout(eventually).Should(Succeed(), "the operator runs")
}

// scaleOperator starts or stops the operator, and waits until it has ended or is
// ready.
func (c *cluster) scaleOperator(ctx context.Context, replicas int) {
	GinkgoHelper()

	Expect(c.patch(ctx, operatorDeployment(), fmt.Sprintf(`{"spec":{"replicas":%d}}`, replicas))).To(Succeed())

	if replicas > 0 {
		c.awaitOperator(ctx)

		return
	}

	Eventually(func() ([]corev1.Pod, error) { return c.operatorPods(ctx) }).
		WithContext(ctx).WithTimeout(eventually).Should(BeEmpty(), "the operator ends")
}

// killOperator ends the operator at once, as a crash would.
func (c *cluster) killOperator(ctx context.Context) {
	GinkgoHelper()

	pods, err := c.operatorPods(ctx)
	Expect(err).NotTo(HaveOccurred())
	Expect(pods).NotTo(BeEmpty())

	for i := range pods {
		Expect(client.IgnoreNotFound(c.Delete(ctx, &pods[i], client.GracePeriodSeconds(0)))).To(Succeed())
	}
}

func (c *cluster) operatorPods(ctx context.Context) ([]corev1.Pod, error) {
	list := &corev1.PodList{}
	err := c.List(ctx, list, client.InNamespace(tenant.Operator), client.MatchingLabels{tenant.LabelName: tenant.Operator})

	return list.Items, err
}
