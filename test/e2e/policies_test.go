// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

func describePolicies(c *cluster) {
	It("puts its admission policies right that somebody changed, deleted or added to", func(ctx SpecContext) {
		metadata := metav1.ObjectMeta{Name: "ingresstenant-claims-00"}
		policy := &admissionregistrationv1.ValidatingAdmissionPolicy{ObjectMeta: metadata}
		binding := &admissionregistrationv1.ValidatingAdmissionPolicyBinding{ObjectMeta: metadata}
		Expect(c.Get(ctx, client.ObjectKeyFromObject(policy), policy)).To(Succeed())

		// A page of claims that is left over from a larger fleet.
		leftover := policy.DeepCopy()
		leftover.ObjectMeta = metav1.ObjectMeta{Name: "ingresstenant-claims-01", Labels: policy.Labels}
		leftoverBinding := &admissionregistrationv1.ValidatingAdmissionPolicyBinding{
			ObjectMeta: leftover.ObjectMeta,
			Spec: admissionregistrationv1.ValidatingAdmissionPolicyBindingSpec{
				PolicyName:        leftover.Name,
				ValidationActions: []admissionregistrationv1.ValidationAction{admissionregistrationv1.Warn},
			},
		}

		Expect(c.patch(ctx, policy, `{"spec":{"failurePolicy":"Ignore"}}`)).To(Succeed())
		Expect(c.patch(ctx, binding, `{"spec":{"validationActions":["Warn"]}}`)).To(Succeed())
		Expect(c.Delete(ctx, &admissionregistrationv1.ValidatingAdmissionPolicyBinding{
			ObjectMeta: metav1.ObjectMeta{Name: "ingresstenant-ingressclasses"},
		})).To(Succeed())
		Expect(c.Create(ctx, leftover)).To(Succeed())
		Expect(c.Create(ctx, leftoverBinding)).To(Succeed())

		Eventually(func(g Gomega) {
			g.Expect(c.Get(ctx, client.ObjectKeyFromObject(policy), policy)).To(Succeed())
			g.Expect(policy.Spec.FailurePolicy).To(HaveValue(Equal(admissionregistrationv1.Fail)))

			g.Expect(c.Get(ctx, client.ObjectKeyFromObject(binding), binding)).To(Succeed())
			g.Expect(binding.Spec.ValidationActions).To(ConsistOf(admissionregistrationv1.Deny))

			deleted := &admissionregistrationv1.ValidatingAdmissionPolicyBinding{}
			g.Expect(c.Get(ctx, client.ObjectKey{Name: "ingresstenant-ingressclasses"}, deleted)).To(Succeed())

			for _, object := range []client.Object{leftover, leftoverBinding} {
				g.Expect(c.Get(ctx, client.ObjectKeyFromObject(object), object)).To(MatchError(apierrors.IsNotFound, "IsNotFound"))
			}
		}).WithContext(ctx).Should(Succeed())
	}, bounded)
}
