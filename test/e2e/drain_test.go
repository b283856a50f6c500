// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"context"
	"fmt"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// drain takes a node out of service as `kubectl drain` does: it evicts its pods,
// and waits until they are gone. It returns how often disruption budgets refused, by
// namespace.
func (c *cluster) drain(ctx context.Context, node string) map[string]int {
	GinkgoHelper()

	DeferCleanup(func(ctx SpecContext) { c.cordon(ctx, node, false) }, NodeTimeout(soon))
	c.cordon(ctx, node, true)

	pods := &corev1.PodList{}
	Expect(c.List(ctx, pods, client.MatchingFields{"spec.nodeName": node})).To(Succeed())

	refused := map[string]int{}

	for i := range pods.Items {
		pod := &pods.Items[i]

		Eventually(func() error {
			err := c.SubResource("eviction").Create(ctx, pod, &policyv1.Eviction{
				ObjectMeta: metav1.ObjectMeta{Namespace: pod.Namespace, Name: pod.Name},
			})
			if apierrors.IsTooManyRequests(err) {
				refused[pod.Namespace]++
			}

			return client.IgnoreNotFound(err)
		}).WithContext(ctx).WithTimeout(eventually).Should(Succeed(), "evicting pod %s/%s", pod.Namespace, pod.Name)
	}

	Eventually(func(g Gomega) {
		left := &corev1.PodList{}
		g.Expect(c.List(ctx, left, client.MatchingFields{"spec.nodeName": node})).To(Succeed())
		g.Expect(left.Items).To(BeEmpty())
	}).WithContext(ctx).WithTimeout(eventually).Should(Succeed(), "%s empties", node)

	return refused
}

// cordon opens a node to new pods, or closes it.
func (c *cluster) cordon(ctx context.Context, node string, closed bool) {
	GinkgoHelper()

	Expect(c.patch(ctx, &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: node}}, fmt.Sprintf(`{"spec":{"unschedulable":%t}}`, closed))).To(Succeed())
}
