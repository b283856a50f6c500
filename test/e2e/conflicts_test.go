// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	corev1ac "k8s.io/client-go/applyconfigurations/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

func describeConflicts(c *cluster) {
	It("leaves a foreign object of any kind as it is, says so, and begins once it is gone", func(ctx SpecContext) {
		const served = "conflict-served"

		c.namespace(ctx, served)

		// One tenant for each kind, all at once. What stands in each one's way:
		obstacles := map[string]managed{}
		before := map[string]*unstructured.Unstructured{}

		for _, kind := range objectsOf(&v1alpha1.IngressTenant{}, served, "", "") {
			name := "conflict-" + strings.ToLower(kind.kind.kind)
			obstacle := c.obstruct(ctx, name, kind.kind.kind, served)
			obstacles[name] = obstacle

			object, err := obstacle.read(ctx, c)
			Expect(err).NotTo(HaveOccurred())

			before[name] = object
		}

		for name, obstacle := range obstacles {
			c.create(ctx, name, conflicting(obstacle.kind.kind, served))
		}

		for name, obstacle := range obstacles {
			refused := c.awaitCondition(ctx, name, v1alpha1.ConditionAccepted, metav1.ConditionFalse, v1alpha1.ReasonNameConflict)
			Expect(refused.Message).To(And(ContainSubstring(obstacle.kind.kind), ContainSubstring(obstacle.name)))

			left, err := c.leftOf(ctx, client.MatchingLabels{tenant.LabelTenant: name})
			Expect(err).NotTo(HaveOccurred())
			Expect(left).To(BeEmpty(), "nothing of the tenant is created")

			c.expectUntouched(ctx, obstacle, before[name])
		}

		// Only these two kinds are watched whoever made them; the others are
		// looked for again every minute.
		for _, name := range []string{"conflict-namespace", "conflict-ingressclass"} {
			Expect(c.Delete(ctx, obstacles[name].empty())).To(Succeed())
			c.awaitReady(ctx, name)
			delete(obstacles, name)
		}

		for name, obstacle := range obstacles {
			Expect(c.Delete(ctx, &v1alpha1.IngressTenant{ObjectMeta: metav1.ObjectMeta{Name: name}})).To(Succeed())
			c.awaitGone(ctx, name)
			c.expectUntouched(ctx, obstacle, before[name])
		}

		figure(fmt.Sprintf("%d kinds, no foreign object touched", len(before)))
	}, bounded)
}

// conflicting is a tenant that has an object of the kind.
func conflicting(kind, served string) v1alpha1.IngressTenantSpec {
	spec := small(served)

	switch kind {
	case "ConfigMap":
		spec.Controller.Provider = v1alpha1.ProviderIngressNGINX
	case "HorizontalPodAutoscaler":
		spec.Controller.Replicas = 0
		spec.Controller.Autoscaling = &v1alpha1.AutoscalingSpec{MinReplicas: 1, MaxReplicas: 2}
	}

	return spec
}

// obstruct creates a foreign object of a kind where a tenant wants its own.
func (c *cluster) obstruct(ctx context.Context, name, kind, served string) managed {
	GinkgoHelper()

	t := &v1alpha1.IngressTenant{ObjectMeta: metav1.ObjectMeta{Name: name}}
	workload, role := "traefik", "ingresstenant-traefik-served"

	if kind == "ConfigMap" {
		workload, role = "ingress-nginx", "ingresstenant-ingress-nginx-served"
	}

	var obstacle managed

	for _, object := range objectsOf(t, served, workload, role) {
		if object.kind.kind == kind {
			obstacle = object
		}
	}

	// A foreign object can be in the tenant's namespace only if that one is
	// foreign too, and permits the tenant to move in.
	if obstacle.namespace == tenant.Namespace(t) {
		c.apply(ctx, corev1ac.Namespace(obstacle.namespace).WithAnnotations(map[string]string{tenant.AnnotationAdopt: name}))
		DeferCleanup(c.remove, managed{kind: schemaKind{"v1", "Namespace"}, name: obstacle.namespace}, NodeTimeout(soon))
	}

	Expect(c.Create(ctx, obstacle.foreign())).To(Succeed())
	DeferCleanup(c.remove, obstacle, NodeTimeout(soon))

	return obstacle
}

func (c *cluster) remove(ctx SpecContext, object managed) {
	// A class in place of the one that was there is a tenant's, and goes with it.
	if now, err := object.read(ctx, c); err == nil && object.kind.kind == "IngressClass" && now.GetLabels()[tenant.LabelTenant] != "" {
		return
	}

	Expect(client.IgnoreNotFound(c.Delete(ctx, object.empty()))).To(Succeed())
}

// expectUntouched expects an object to be the one that it was, and the operator
// to have written none of its fields.
func (c *cluster) expectUntouched(ctx context.Context, object managed, before *unstructured.Unstructured) {
	GinkgoHelper()

	now, err := object.read(ctx, c)
	Expect(err).NotTo(HaveOccurred())
	Expect(now.GetUID()).To(Equal(before.GetUID()), "%s is another one", object)
	Expect(now.GetDeletionTimestamp()).To(BeNil(), "%s is being deleted", object)
	Expect(intent(now)).To(Equal(intent(before)), "%s was changed", object)

	for _, entry := range now.GetManagedFields() {
		Expect(entry.Manager).NotTo(ContainSubstring(tenant.Operator), "%s was written to", object)
	}
}
