// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

func describeDrift(c *cluster) {
	Describe("What somebody else does to a tenant's objects", func() {
		for _, kind := range managedKinds() {
			It("is undone: a change of its "+kind.String(), func(ctx SpecContext) {
				operator, t := c.settled(ctx)
				object := c.objects(ctx, t, kind)[0]
				before := content(&object)

				kind.drift(&object)
				Expect(c.Update(ctx, &object)).To(Succeed())
				Expect(content(&object)).NotTo(Equal(before))

				Eventually(ctx, c.contentOf(ctx, &object)).Should(Equal(before))
				operator.expectQuiet(ctx)
			})

			It("is undone: the removal of all labels from its "+kind.String(), func(ctx SpecContext) {
				operator, t := c.settled(ctx)
				object := c.objects(ctx, t, kind)[0]
				before := content(&object)

				object.SetLabels(nil)
				Expect(c.Update(ctx, &object)).To(Succeed())

				Eventually(ctx, c.contentOf(ctx, &object)).Should(Equal(before))
				operator.expectQuiet(ctx)
			})

			It("is undone: the deletion of its "+kind.String(), func(ctx SpecContext) {
				operator, t := c.settled(ctx)
				object := c.objects(ctx, t, kind)[0]
				before := object.GetUID()

				Expect(c.Delete(ctx, &object)).To(Succeed())

				if kind.String() == "Namespace" {
					c.finalize(ctx, &corev1.Namespace{ObjectMeta: namespaceOf(t).ObjectMeta})
				}

				Eventually(ctx, func() (types.UID, error) {
					err := c.Get(ctx, client.ObjectKeyFromObject(&object), &object)

					return object.GetUID(), client.IgnoreNotFound(err)
				}).ShouldNot(Or(Equal(before), BeEmpty()))
				operator.expectQuiet(ctx)
				Expect(c.now(ctx, t)()).To(beAccepted())
			})
		}

		// Many of them, because what is told in haste of one that is gone is told seldom.
		It("is undone with no more than what is needed: deleted Deployments", func(ctx SpecContext) {
			const tenants = 20

			operator := c.startOperator(ctx)
			deployments := make([]*appsv1.Deployment, tenants)

			for i := range deployments {
				t := c.newTenant(ctx)
				Expect(c.Create(ctx, t)).To(Succeed())
				Eventually(ctx, c.now(ctx, t)).Should(beAccepted())

				deployments[i] = deploymentOf(t)
			}

			operator.expectQuiet(ctx)
			operator.requests.Forget()

			for _, deployment := range deployments {
				Expect(c.Get(ctx, client.ObjectKeyFromObject(deployment), deployment)).To(Succeed())
				before := deployment.UID

				Expect(c.Delete(ctx, deployment)).To(Succeed())
				Eventually(ctx, func() (types.UID, error) {
					err := c.Get(ctx, client.ObjectKeyFromObject(deployment), deployment)

					return deployment.UID, client.IgnoreNotFound(err)
				}).ShouldNot(Or(Equal(before), BeEmpty()))
			}

			written := func() map[string]int {
				count := map[string]int{}
				for _, request := range operator.requests.Writes() {
					count[request.Resource]++
				}

				return count
			}
			Consistently(ctx, written).WithTimeout(quietPeriod).Should(Equal(map[string]int{"deployments": tenants}))
		})

		It("is left alone where it is not the operator's: annotations, environment, load balancer", func(ctx SpecContext) {
			operator, t := c.settled(ctx)

			for _, kind := range managedKinds() {
				object := c.objects(ctx, t, kind)[0]
				object.SetAnnotations(merged(object.GetAnnotations(), "cloud.example.com/zone", "a"))
				object.SetLabels(merged(object.GetLabels(), "mesh.example.com/revision", "1"))
				Expect(c.Update(ctx, &object)).To(Succeed())
			}

			operator.expectQuiet(ctx)

			for _, kind := range managedKinds() {
				object := c.objects(ctx, t, kind)[0]
				Expect(object.GetAnnotations()).To(HaveKeyWithValue("cloud.example.com/zone", "a"), kind.String())
				Expect(object.GetLabels()).To(HaveKeyWithValue("mesh.example.com/revision", "1"), kind.String())
			}
		})
	})
}

// settled starts the operator with a tenant that has objects of all kinds.
func (c *cluster) settled(ctx context.Context) (*operator, *v1alpha1.IngressTenant) {
	GinkgoHelper()

	operator, t := c.startOperator(ctx), c.everything(ctx)
	c.create(ctx, t)

	return operator, t
}

func (c *cluster) contentOf(ctx context.Context, object *unstructured.Unstructured) func() (map[string]any, error) {
	return func() (map[string]any, error) {
		err := c.Get(ctx, client.ObjectKeyFromObject(object), object)

		return content(object), err
	}
}

func merged(all map[string]string, key, value string) map[string]string {
	if all == nil {
		all = map[string]string{}
	}

	all[key] = value

	return all
}
