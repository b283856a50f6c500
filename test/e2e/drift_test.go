// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"slices"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// healLimit is how soon drift is healed, on a machine of two cores.
const healLimit = 10 * time.Second

// drift is what somebody does to an object, as a JSON merge patch by kind.
func drift() map[string]string {
	return map[string]string{
		"Namespace":               `{"metadata":{"labels":{"pod-security.kubernetes.io/enforce":"privileged"}}}`,
		"ServiceAccount":          `{"automountServiceAccountToken":true}`,
		"ClusterRoleBinding":      `{"subjects":null}`,
		"RoleBinding":             `{"subjects":null}`,
		"IngressClass":            `{"metadata":{"annotations":{"ingressclass.kubernetes.io/is-default-class":"false"}}}`,
		"ConfigMap":               `{"data":null}`,
		"NetworkPolicy":           `{"spec":{"egress":null,"policyTypes":["Ingress"]}}`,
		"Service":                 `{"spec":{"selector":{"ingresstenant.io/component":"other"}}}`,
		"PodDisruptionBudget":     `{"spec":{"maxUnavailable":"50%"}}`,
		"HorizontalPodAutoscaler": `{"spec":{"maxReplicas":9}}`,
		"Deployment":              `{"spec":{"strategy":{"rollingUpdate":{"maxUnavailable":1}}}}`,
	}
}

func describeDrift(c *cluster) {
	It("heals every kind of object, or does not let it be changed: changed, stripped of its label, and deleted", func(ctx SpecContext) {
		const name = "drift"

		spec := small(name)
		spec.IngressClass = &v1alpha1.IngressClassSpec{Default: v1alpha1.Enabled}
		spec.Controller.Replicas = 0
		spec.Controller.Autoscaling = &v1alpha1.AutoscalingSpec{MinReplicas: 1, MaxReplicas: 3}
		t, _, host := c.ready(ctx, name, spec)

		// Its pods cannot run here, but it has a ConfigMap.
		nginx := small(name)
		nginx.Controller.Provider = v1alpha1.ProviderIngressNGINX
		config := c.create(ctx, "drift-config", nginx)

		c.awaitCondition(ctx, config.Name, v1alpha1.ConditionAccepted, "True", v1alpha1.ReasonAccepted)

		healing := &healing{c: c}

		for _, object := range slices.Concat(
			without("ConfigMap", objectsOf(t, name, "traefik", "ingresstenant-traefik-served")),
			only("ConfigMap", objectsOf(config, name, "ingress-nginx", "ingresstenant-ingress-nginx-served")),
		) {
			stripped := `{"metadata":{"labels":{"` + tenant.LabelManagedBy + `":null}}}`

			// What an admission policy refuses needs no healing. That it is healed
			// without the policy is tested without a node.
			if object.kind.kind == "Namespace" || object.kind.kind == "IngressClass" {
				c.expectRefused(ctx, object, drift()[object.kind.kind])
				c.expectRefused(ctx, object, stripped)

				continue
			}

			healing.expect(ctx, object, drift()[object.kind.kind])
			healing.expect(ctx, object, stripped)
			healing.expectRecreated(ctx, object)
		}

		c.awaitReady(ctx, name)
		figure(healing.String())

		class := only("IngressClass", objectsOf(t, name, "", ""))[0]
		Expect(c.Delete(ctx, class.empty())).To(MatchError(ContainSubstring("delete the IngressTenant")))

		// With its namespace everything in it goes, slowly.
		namespace := only("Namespace", objectsOf(t, name, "", ""))[0]
		began := time.Now()
		old, err := namespace.read(ctx, c)
		Expect(err).NotTo(HaveOccurred())
		Expect(c.Delete(ctx, namespace.empty())).To(Succeed())
		Eventually(func(g Gomega) {
			now, err := namespace.read(ctx, c)
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(now.GetUID()).NotTo(Equal(old.GetUID()))
		}).WithContext(ctx).WithTimeout(eventually).Should(Succeed(), "the namespace comes back")

		endpoint := c.publish(ctx, name, addressOf(c.awaitReady(ctx, name)), 80)
		awaitAnswer(ctx, endpoint, host, name)
		figure(fmt.Sprintf("serves again %s after its namespace was deleted", time.Since(began).Round(time.Second)))
	}, bounded)
}

// expectRefused changes an object, and expects an admission policy to refuse that,
// also to who may do everything.
func (c *cluster) expectRefused(ctx context.Context, object managed, patch string) {
	GinkgoHelper()

	Expect(c.patch(ctx, object.empty(), patch)).To(MatchError(ContainSubstring("ValidatingAdmissionPolicy 'ingresstenant-")), "%s: %s", object, patch)
}

func only(kind string, objects []managed) []managed {
	return slices.DeleteFunc(objects, func(o managed) bool { return o.kind.kind != kind })
}

func without(kind string, objects []managed) []managed {
	return slices.DeleteFunc(objects, func(o managed) bool { return o.kind.kind == kind })
}

// healing measures how fast drift is healed.
type healing struct {
	c       *cluster
	count   int
	slowest time.Duration
	what    string
}

// expect changes an object, and expects it to become what it was.
func (h *healing) expect(ctx context.Context, object managed, patch string) {
	GinkgoHelper()

	before, err := object.read(ctx, h.c)
	Expect(err).NotTo(HaveOccurred())

	changed := object.empty()
	began := time.Now()

	Expect(h.c.patch(ctx, changed, patch)).To(Succeed())
	Expect(changed.GetResourceVersion()).NotTo(Equal(before.GetResourceVersion()), "%s: %s changes nothing", object, patch)

	Eventually(func(g Gomega) {
		now, err := object.read(ctx, h.c)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(intent(now)).To(Equal(intent(before)))
	}).WithContext(ctx).WithTimeout(healLimit).WithPolling(20*time.Millisecond).Should(Succeed(), "%s is healed after %s", object, patch)

	h.took(time.Since(began), object, "changed")
}

// expectRecreated deletes an object, and expects another one of the same intent.
func (h *healing) expectRecreated(ctx context.Context, object managed) {
	GinkgoHelper()

	before, err := object.read(ctx, h.c)
	Expect(err).NotTo(HaveOccurred())

	began := time.Now()

	Expect(h.c.Delete(ctx, object.empty())).To(Succeed())

	Eventually(func(g Gomega) {
		now, err := object.read(ctx, h.c)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(now.GetUID()).NotTo(Equal(before.GetUID()))
		g.Expect(now.GetLabels()).To(Equal(before.GetLabels()))
		g.Expect(now.GetOwnerReferences()).To(Equal(before.GetOwnerReferences()))

		// Pods that were started after their account need no mark of it.
		if object.kind.kind == "Deployment" {
			g.Expect(podOf(now)).To(Equal(podOf(before)))

			return
		}

		g.Expect(now.GetAnnotations()).To(HaveKeyWithValue(tenant.AnnotationDesiredHash, before.GetAnnotations()[tenant.AnnotationDesiredHash]))
	}).WithContext(ctx).WithTimeout(healLimit).WithPolling(20*time.Millisecond).Should(Succeed(), "%s is created again", object)

	h.took(time.Since(began), object, "deleted")
}

// podOf is what a Deployment's pods are made of.
func podOf(deployment *unstructured.Unstructured) any {
	pod, _, err := unstructured.NestedFieldNoCopy(deployment.Object, "spec", "template", "spec")
	Expect(err).NotTo(HaveOccurred())

	return pod
}

func (h *healing) took(duration time.Duration, object managed, what string) {
	h.count++

	if duration > h.slowest {
		h.slowest, h.what = duration, object.kind.kind+" "+what
	}
}

func (h *healing) String() string {
	return fmt.Sprintf("%d changes healed, the slowest in %s (%s)", h.count, h.slowest.Round(10*time.Millisecond), h.what)
}
