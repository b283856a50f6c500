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
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// small is a tenant that serves namespaces with one small pod.
func small(namespaces ...string) v1alpha1.IngressTenantSpec {
	return v1alpha1.IngressTenantSpec{
		Namespaces: &v1alpha1.NamespacesSpec{Names: namespaces},
		Controller: &v1alpha1.ControllerSpec{
			Replicas: 1,
			Resources: &v1alpha1.ResourcesSpec{Requests: corev1.ResourceList{
				corev1.ResourceCPU:    resource.MustParse("20m"),
				corev1.ResourceMemory: resource.MustParse("64Mi"),
			}},
		},
	}
}

// create creates a tenant, and deletes it when the spec ends.
func (c *cluster) create(ctx context.Context, name string, spec v1alpha1.IngressTenantSpec) *v1alpha1.IngressTenant {
	GinkgoHelper()

	t := &v1alpha1.IngressTenant{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: spec}
	Expect(c.Create(ctx, t)).To(Succeed())
	c.deleteAfterwards(name)

	return t
}

// deleteAfterwards deletes a tenant when the spec ends, whatever still names its
// class. It does not wait: the end of the suite looks at what is left.
func (c *cluster) deleteAfterwards(name string) {
	DeferCleanup(func(ctx SpecContext) {
		t := &v1alpha1.IngressTenant{ObjectMeta: metav1.ObjectMeta{Name: name}}
		Expect(client.IgnoreNotFound(c.patch(ctx, t, `{"spec":{"deletionPolicy":"Force"}}`))).To(Succeed())
		Expect(client.IgnoreNotFound(c.Delete(ctx, t))).To(Succeed())
	}, NodeTimeout(soon))
}

// patch sends a JSON merge patch, as somebody who is not the operator.
func (c *cluster) patch(ctx context.Context, object client.Object, patch string) error {
	return c.Patch(ctx, object, client.RawPatch("application/merge-patch+json", []byte(patch)))
}

// get reads a tenant.
func (c *cluster) get(ctx context.Context, name string) (*v1alpha1.IngressTenant, error) {
	t := &v1alpha1.IngressTenant{}

	return t, c.Get(ctx, client.ObjectKey{Name: name}, t)
}

// awaitReady waits until a tenant is ready and all its pods are up to date, and
// returns it.
func (c *cluster) awaitReady(ctx context.Context, name string) *v1alpha1.IngressTenant {
	GinkgoHelper()

	var t *v1alpha1.IngressTenant

	Eventually(func(g Gomega) {
		var err error

		t, err = c.get(ctx, name)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(t.Status.ObservedGeneration).To(Equal(t.Generation))

		ready, progressing := condition(t, v1alpha1.ConditionReady), condition(t, v1alpha1.ConditionProgressing)
		g.Expect(ready.Status).To(Equal(metav1.ConditionTrue), "%s: %s", ready.Reason, ready.Message)
		g.Expect(progressing.Reason).To(Equal(v1alpha1.ReasonUpToDate), progressing.Message)
	}).WithContext(ctx).WithTimeout(eventually).Should(Succeed(), "tenant %s becomes ready", name)

	return t
}

// awaitCondition waits until a condition of a tenant has a status and a reason,
// and returns it.
func (c *cluster) awaitCondition(ctx context.Context, name, conditionType string, status metav1.ConditionStatus, reason string) metav1.Condition {
	GinkgoHelper()

	var got metav1.Condition

	Eventually(func(g Gomega) {
		t, err := c.get(ctx, name)
		g.Expect(err).NotTo(HaveOccurred())

		got = condition(t, conditionType)
		g.Expect(got).To(And(HaveField("Status", status), HaveField("Reason", reason)))
	}).WithContext(ctx).WithTimeout(eventually).Should(Succeed(), "tenant %s gets condition %s", name, conditionType)

	return got
}

// condition returns a condition of a tenant, empty if it is not there.
func condition(t *v1alpha1.IngressTenant, conditionType string) metav1.Condition {
	if found := meta.FindStatusCondition(t.Status.Conditions, conditionType); found != nil {
		return *found
	}

	return metav1.Condition{}
}

// addressOf returns the one address of a ready tenant.
func addressOf(t *v1alpha1.IngressTenant) string {
	GinkgoHelper()

	Expect(t.Status.Addresses).To(HaveLen(1))

	return t.Status.Addresses[0].Value
}

// awaitGone waits until tenants are gone and nothing of theirs is left.
func (c *cluster) awaitGone(ctx context.Context, names ...string) {
	GinkgoHelper()

	for _, name := range names {
		Eventually(func(g Gomega) {
			_, err := c.get(ctx, name)
			g.Expect(client.IgnoreNotFound(err)).NotTo(HaveOccurred())
			g.Expect(err).To(HaveOccurred(), "the tenant is still there")
		}).WithContext(ctx).WithTimeout(eventually).Should(Succeed(), "tenant %s goes", name)

		left, err := c.leftOf(ctx, client.MatchingLabels{tenant.LabelTenant: name})
		Expect(err).NotTo(HaveOccurred())
		Expect(left).To(BeEmpty(), "what is left of tenant %s", name)
	}
}

// leftOf lists the objects of tenants that would outlive them, as "Kind name".
func (c *cluster) leftOf(ctx context.Context, which client.MatchingLabels) ([]string, error) {
	var left []string

	for _, list := range []client.ObjectList{
		&corev1.NamespaceList{}, &networkingv1.IngressClassList{}, &rbacv1.ClusterRoleBindingList{}, &rbacv1.RoleBindingList{},
	} {
		if err := c.List(ctx, list, which); err != nil {
			return nil, fmt.Errorf("looking for what is left: %w", err)
		}

		items, err := meta.ExtractList(list)
		if err != nil {
			return nil, fmt.Errorf("looking for what is left: %w", err)
		}

		for _, item := range items {
			if object, ok := item.(client.Object); ok {
				left = append(left, strings.TrimPrefix(fmt.Sprintf("%T ", object), "*")+client.ObjectKeyFromObject(object).String())
			}
		}
	}

	return left, nil
}

// expectNothingLeft waits until nothing of this suite's tenants is left.
func (c *cluster) expectNothingLeft(ctx context.Context) {
	GinkgoHelper()

	Eventually(func(g Gomega) {
		tenants := &v1alpha1.IngressTenantList{}
		g.Expect(c.List(ctx, tenants)).To(Succeed())
		g.Expect(tenants.Items).To(BeEmpty(), "tenants")

		left, err := c.leftOf(ctx, client.MatchingLabels{tenant.LabelManagedBy: tenant.Operator})
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(left).To(BeEmpty(), "objects of tenants")
	}).WithContext(ctx).WithTimeout(eventually).Should(Succeed(), "nothing is left")
}

// expectNoTenants refuses to run beside tenants that this suite does not know.
func (c *cluster) expectNoTenants(ctx context.Context) {
	GinkgoHelper()

	tenants := &v1alpha1.IngressTenantList{}
	Expect(c.List(ctx, tenants)).To(Succeed())
	Expect(tenants.Items).To(BeEmpty(), "the suite needs a cluster without tenants: delete them, or begin with `make cluster-down`")
}
