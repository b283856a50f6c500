// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"slices"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

func describeRights(c *cluster, three *trio) {
	It("read Secrets and Ingresses in the namespaces that they serve, and nowhere else", func(ctx SpecContext) {
		namespaces := c.namespaces(ctx)

		for _, name := range three.names {
			t, err := c.get(ctx, name)
			Expect(err).NotTo(HaveOccurred())

			for _, namespace := range namespaces {
				rules := c.rulesOf(ctx, t.Status.Namespace, three.dialect.workload(t).Name, namespace)
				served := namespace == name // Each sample serves one namespace, named like itself.

				for _, resource := range []string{"secrets", "ingresses"} {
					Expect(mentions(rules, resource)).To(Equal(served), "%s of namespace %s, for tenant %s", resource, namespace, name)
				}
			}
		}

		figure(fmt.Sprintf("%d tenants, %d namespaces each", len(three.names), len(namespaces)))
	}, bounded)

	It("are refused other namespaces' Secrets by the API server", func(ctx SpecContext) {
		refused := 0

		for _, name := range three.names {
			t, err := c.get(ctx, name)
			Expect(err).NotTo(HaveOccurred())

			own := c.withTokenOf(ctx, t.Status.Namespace, three.dialect.workload(t).Name)

			for _, namespace := range append(c.namespaces(ctx), metav1.NamespaceAll) {
				_, err := own.CoreV1().Secrets(namespace).List(ctx, metav1.ListOptions{})

				if namespace == name {
					Expect(err).NotTo(HaveOccurred(), "its own")

					continue
				}

				Expect(apierrors.IsForbidden(err)).To(BeTrue(), "tenant %s, Secrets of namespace %q: %v", name, namespace, err)
				refused++
			}
		}

		figure(fmt.Sprintf("%d requests with the controllers' own tokens refused", refused))
	}, bounded)

	It("have an operator that may not touch a Secret anywhere", func(ctx SpecContext) {
		asked := 0

		for _, namespace := range append(c.namespaces(ctx), metav1.NamespaceAll) {
			for _, verb := range []string{"get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"} {
				review, err := c.clientset.AuthorizationV1().SubjectAccessReviews().Create(ctx, &authorizationv1.SubjectAccessReview{
					Spec: authorizationv1.SubjectAccessReviewSpec{
						User:               operatorUser,
						Groups:             groupsOf(tenant.Operator),
						ResourceAttributes: &authorizationv1.ResourceAttributes{Namespace: namespace, Verb: verb, Resource: "secrets"},
					},
				}, metav1.CreateOptions{})
				Expect(err).NotTo(HaveOccurred())
				Expect(review.Status.Allowed).To(BeFalse(), "%s secrets in %q: %s", verb, namespace, review.Status.Reason)
				asked++
			}
		}

		figure(fmt.Sprintf("%d reviews, all denied", asked))
	}, bounded)
}

func (c *cluster) namespaces(ctx context.Context) []string {
	GinkgoHelper()

	list := &corev1.NamespaceList{}
	Expect(c.List(ctx, list)).To(Succeed())

	var names []string

	for i := range list.Items {
		// In one that is going, rights go too.
		if list.Items[i].DeletionTimestamp.IsZero() {
			names = append(names, list.Items[i].Name)
		}
	}

	return names
}

// rulesOf is what a tenant's controller may do in a namespace, by the API
// server's own account.
func (c *cluster) rulesOf(ctx context.Context, home, serviceAccount, namespace string) []authorizationv1.ResourceRule {
	GinkgoHelper()

	config := rest.CopyConfig(c.Config)
	config.Impersonate = rest.ImpersonationConfig{
		UserName: "system:serviceaccount:" + home + ":" + serviceAccount,
		Groups:   groupsOf(home),
	}

	clientset, err := kubernetes.NewForConfig(config)
	Expect(err).NotTo(HaveOccurred())

	review, err := clientset.AuthorizationV1().SelfSubjectRulesReviews().Create(ctx, &authorizationv1.SelfSubjectRulesReview{
		Spec: authorizationv1.SelfSubjectRulesReviewSpec{Namespace: namespace},
	}, metav1.CreateOptions{})
	Expect(err).NotTo(HaveOccurred())
	Expect(review.Status.Incomplete).To(BeFalse())

	return review.Status.ResourceRules
}

func mentions(rules []authorizationv1.ResourceRule, resource string) bool {
	return slices.ContainsFunc(rules, func(rule authorizationv1.ResourceRule) bool {
		return slices.Contains(rule.Resources, resource) || slices.Contains(rule.Resources, "*")
	})
}

// groupsOf are the groups of every ServiceAccount of a namespace.
func groupsOf(namespace string) []string {
	return []string{"system:serviceaccounts", "system:serviceaccounts:" + namespace, "system:authenticated"}
}

// withTokenOf connects as a tenant's controller does: with its token.
func (c *cluster) withTokenOf(ctx context.Context, home, serviceAccount string) kubernetes.Interface {
	GinkgoHelper()

	token, err := c.clientset.CoreV1().ServiceAccounts(home).CreateToken(ctx, serviceAccount, &authenticationv1.TokenRequest{}, metav1.CreateOptions{})
	Expect(err).NotTo(HaveOccurred())

	config := rest.AnonymousClientConfig(c.Config)
	config.BearerToken = token.Status.Token

	clientset, err := kubernetes.NewForConfig(config)
	Expect(err).NotTo(HaveOccurred())

	return clientset
}
