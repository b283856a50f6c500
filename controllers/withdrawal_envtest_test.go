// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/types"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

func describeWithdrawal(c *cluster) {
	Describe("Rights in a namespace that takes its consent back", func() {
		bindingIn := func(t *v1alpha1.IngressTenant, namespace, provider string) *rbacv1.RoleBinding {
			return &rbacv1.RoleBinding{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "ingress-" + t.Name + "-" + provider + "-served"}}
		}
		takeBack := func(ctx context.Context, namespace string) {
			GinkgoHelper()
			change(ctx, c, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}}, func(n *corev1.Namespace) {
				metav1.SetMetaDataAnnotation(&n.ObjectMeta, "ingresstenant.io/consent", "")
			})
		}
		state := func(name string, state v1alpha1.NamespaceState) types.GomegaMatcher {
			return HaveField("Status.Namespaces", ContainElement(v1alpha1.NamespaceStatus{Name: name, State: state}))
		}
		// served is a tenant of two namespaces that is there and runs.
		served := func(ctx context.Context) (t *v1alpha1.IngressTenant, one, two string) {
			GinkgoHelper()

			t = c.newTenant(ctx)
			one, two = t.Spec.Namespaces.Names[0], c.newNamespace(ctx, nil)
			t.Spec.Namespaces.Names = append(t.Spec.Namespaces.Names, two)
			c.create(ctx, t)
			Expect(t).To(And(state(one, v1alpha1.NamespaceServed), state(two, v1alpha1.NamespaceServed)))

			return t, one, two
		}

		for name, refused := range map[string]struct {
			change func(*v1alpha1.IngressTenant)
			reason string
		}{
			"an object of the tenant is refused": {
				func(t *v1alpha1.IngressTenant) {
					t.Spec.Exposure = &v1alpha1.ExposureSpec{Type: v1alpha1.ExposureNodePort, NodePort: &v1alpha1.NodePortExposure{HTTP: 1024}}
				}, v1alpha1.ReasonRefused,
			},
			"the spec is refused": {
				func(t *v1alpha1.IngressTenant) {
					t.Spec.Controller = &v1alpha1.ControllerSpec{Version: "v0.0.1"}
				}, v1alpha1.ReasonUnsupportedVersion,
			},
		} {
			It("are taken while "+name+", and status says no more than is so", func(ctx SpecContext) {
				c.startOperator(ctx)

				t, one, two := served(ctx)
				change(ctx, c, t, refused.change)
				Eventually(ctx, c.now(ctx, t)).Should(beRefused(refused.reason))

				takeBack(ctx, two)
				Eventually(ctx, c.gone(ctx, bindingIn(t, two, "traefik"))).Should(BeTrue())
				Expect(c.gone(ctx, bindingIn(t, one, "traefik"))()).To(BeFalse())
				Eventually(ctx, c.now(ctx, t)).Should(And(beRefused(refused.reason), state(two, v1alpha1.NamespaceWithdrawing)),
					"the pods run that were started to serve it")

				three := c.newNamespace(ctx, nil)
				change(ctx, c, t, func(t *v1alpha1.IngressTenant) {
					t.Spec.Namespaces.Names = append(t.Spec.Namespaces.Names, three)
				})
				Eventually(ctx, c.now(ctx, t)).Should(And(state(one, v1alpha1.NamespaceServed), state(three, v1alpha1.NamespacePending)))

				change(ctx, c, t, func(t *v1alpha1.IngressTenant) {
					t.Spec.Exposure, t.Spec.Controller = &v1alpha1.ExposureSpec{Type: v1alpha1.ExposureClusterIP}, nil
				})
				Eventually(ctx, c.now(ctx, t)).Should(beAccepted())
				c.rollOut(ctx, deploymentOf(t))
				Eventually(ctx, c.now(ctx, t)).Should(And(
					state(one, v1alpha1.NamespaceServed), state(two, v1alpha1.NamespaceNoConsent), state(three, v1alpha1.NamespaceServed)))
			})
		}

		It("are nobody's where a finalizer holds the binding", func(ctx SpecContext) {
			c.startOperator(ctx)

			t, _, two := served(ctx)
			binding := bindingIn(t, two, "traefik")
			change(ctx, c, binding, func(b *rbacv1.RoleBinding) { b.Finalizers = []string{"team.example.com/hold"} })

			takeBack(ctx, two)
			Eventually(ctx, func() ([]rbacv1.Subject, error) {
				err := c.Get(ctx, client.ObjectKeyFromObject(binding), binding)

				return binding.Subjects, err
			}).Should(BeEmpty())
			c.rollOut(ctx, deploymentOf(t))
			Eventually(ctx, c.now(ctx, t)).Should(And(
				state(two, v1alpha1.NamespaceNoConsent),
				haveCondition(v1alpha1.ConditionIsolated, metav1.ConditionTrue, v1alpha1.ReasonIsolated)))

			change(ctx, c, binding, func(b *rbacv1.RoleBinding) { b.Finalizers = nil })
		})

		It("are taken while Ingresses hold up the tenant's deletion", func(ctx SpecContext) {
			c.startOperator(ctx)

			t, one, two := served(ctx)
			ingress := &networkingv1.Ingress{
				ObjectMeta: metav1.ObjectMeta{Namespace: one, Name: "site"},
				Spec: networkingv1.IngressSpec{
					IngressClassName: &t.Name,
					DefaultBackend: &networkingv1.IngressBackend{Service: &networkingv1.IngressServiceBackend{
						Name: "site", Port: networkingv1.ServiceBackendPort{Number: 80},
					}},
				},
			}
			Expect(c.Create(ctx, ingress)).To(Succeed())
			Expect(c.Delete(ctx, t)).To(Succeed())
			Eventually(ctx, c.now(ctx, t)).Should(haveCondition(v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonDeletionBlocked))

			takeBack(ctx, two)
			Eventually(ctx, c.gone(ctx, bindingIn(t, two, "traefik"))).Should(BeTrue())
			Expect(c.gone(ctx, bindingIn(t, one, "traefik"))()).To(BeFalse())
		})

		It("are taken from both controllers of a tenant that changes its provider", func(ctx SpecContext) {
			c.startOperator(ctx)

			t := c.newTenant(ctx)
			one := t.Spec.Namespaces.Names[0]
			c.create(ctx, t)
			change(ctx, c, t, func(t *v1alpha1.IngressTenant) {
				t.Spec.Controller = &v1alpha1.ControllerSpec{Provider: v1alpha1.ProviderIngressNGINX}
			})
			Eventually(ctx, c.gone(ctx, bindingIn(t, one, "ingress-nginx"))).Should(BeFalse())
			Expect(c.gone(ctx, bindingIn(t, one, "traefik"))()).To(BeFalse())

			takeBack(ctx, one)
			Eventually(ctx, c.gone(ctx, bindingIn(t, one, "ingress-nginx"))).Should(BeTrue())
			Eventually(ctx, c.gone(ctx, bindingIn(t, one, "traefik"))).Should(BeTrue())
		})
	})
}
