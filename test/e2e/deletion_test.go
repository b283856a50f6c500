// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

func describeDeletion(c *cluster) {
	It("keeps a tenant that is deleted while an Ingress names its class, serves on, and lets it go by itself", func(ctx SpecContext) {
		const name = "deletion"

		t, endpoint, host := c.ready(ctx, name, small(name))

		Expect(c.Delete(ctx, t)).To(Succeed())

		blocked := c.awaitCondition(ctx, name, v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonDeletionBlocked)
		Expect(blocked.Message).To(ContainSubstring(name+"/"+name), "the message names the Ingress")

		run := constantly(ctx, endpoint, host)

		Consistently(func() error {
			_, err := c.get(ctx, name)

			return err
		}).WithContext(ctx).WithTimeout(5 * time.Second).Should(Succeed())

		served := expectNoFailures(run, "while deletion waited")

		ingress := &networkingv1.Ingress{ObjectMeta: metav1.ObjectMeta{Namespace: name, Name: name}}
		Expect(c.Delete(ctx, ingress)).To(Succeed())

		released := time.Now()

		c.awaitGone(ctx, name)
		figure(strings.Join([]string{served, "gone " + time.Since(released).Round(time.Second).String() + " after the Ingress"}, "; "))
	}, bounded)
}
