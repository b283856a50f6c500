// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"fmt"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

func describeFailures(c *cluster) {
	It("says why a controller crashes on its configuration, while the old pods keep serving", func(ctx SpecContext) {
		const name = "crash"

		t, endpoint, host := c.ready(ctx, name, small(name))
		run := constantly(ctx, endpoint, host)

		// The operator permits the option, and Traefik itself refuses its value.
		Expect(c.patch(ctx, t, `{"spec":{"controller":{"config":{"entrypoints.web.transport.respondingtimeouts.readtimeout":"soon"}}}}`)).To(Succeed())

		var message string

		Eventually(func(g Gomega) {
			t, err := c.get(ctx, name)
			g.Expect(err).NotTo(HaveOccurred())

			progressing := condition(t, v1alpha1.ConditionProgressing)
			g.Expect(progressing).To(And(
				HaveField("Reason", v1alpha1.ReasonRollingOut),
				HaveField("Message", ContainSubstring("Container controller exits and is started again."))))
			g.Expect(condition(t, v1alpha1.ConditionAvailable).Status).To(Equal(metav1.ConditionTrue))

			message = progressing.Message
		}).WithContext(ctx).WithTimeout(eventually).Should(Succeed())
		Expect(message).To(ContainSubstring("The last exit code was 1"))

		Consistently(func(g Gomega) {
			t, err := c.get(ctx, name)
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(condition(t, v1alpha1.ConditionReady).Status).To(Equal(metav1.ConditionTrue))
		}).WithContext(ctx).WithTimeout(5 * time.Second).Should(Succeed())

		// A merge patch removes what is null.
		Expect(c.patch(ctx, t, `{"spec":{"controller":{"config":null}}}`)).To(Succeed())
		c.awaitReady(ctx, name)
		figure(expectNoFailures(run, "meanwhile"))
	}, bounded)

	It("says that an image cannot be pulled: that of ingress-nginx, which this cluster does not have", func(ctx SpecContext) {
		const name = "pull"

		spec := small(name)
		spec.Controller.Provider = v1alpha1.ProviderIngressNGINX
		c.create(ctx, name, spec)

		failed := c.awaitCondition(ctx, name, v1alpha1.ConditionAvailable, metav1.ConditionFalse, v1alpha1.ReasonImagePullFailed)

		t, err := c.get(ctx, name)
		Expect(err).NotTo(HaveOccurred())
		Expect(failed.Message).To(ContainSubstring(t.Status.Provider.Image))
		Expect(condition(t, v1alpha1.ConditionReady)).To(And(
			HaveField("Status", metav1.ConditionFalse), HaveField("Reason", v1alpha1.ReasonImagePullFailed)))
		Expect(condition(t, v1alpha1.ConditionProviderSupported)).To(And(
			HaveField("Status", metav1.ConditionFalse), HaveField("Reason", v1alpha1.ReasonEndOfLife)))
		figure(fmt.Sprintf("image %s", t.Status.Provider.Image))
	}, bounded)
}
