// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/types"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/manager"
)

func describeNamespaces(c *cluster) {
	Describe("The namespaces that a tenant serves", func() {
		states := func(states ...v1alpha1.NamespaceStatus) types.GomegaMatcher {
			return HaveField("Status.Namespaces", ConsistOf(states))
		}
		in := func(name string, state v1alpha1.NamespaceState) v1alpha1.NamespaceStatus {
			return v1alpha1.NamespaceStatus{Name: name, State: state}
		}
		// rights are the bindings of a tenant that let its controller read.
		rights := func(ctx SpecContext, t *v1alpha1.IngressTenant) func() []string {
			return func() []string {
				var found []string

				for _, name := range c.children(ctx, t) {
					if kind, name, _ := strings.Cut(name, " "); strings.HasSuffix(kind, "RoleBinding") {
						found = append(found, name)
					}
				}

				return found
			}
		}
		// watched are the options that say what the controller looks at.
		watched := func(ctx SpecContext, t *v1alpha1.IngressTenant) func() ([]string, error) {
			return func() ([]string, error) {
				args, err := c.args(ctx, t)

				var found []string

				for _, arg := range args {
					if strings.Contains(arg, ".watchnamespace") {
						found = append(found, strings.TrimPrefix(arg, "--providers.kubernetesingressnginx."))
					}
				}

				return found, err
			}
		}

		It("follow their labels, rights and arguments alike", func(ctx SpecContext) {
			c.startOperator(ctx)

			team := map[string]string{"team": c.unique("blog")}
			t := c.newTenant(ctx)
			t.Spec.Namespaces = &v1alpha1.NamespacesSpec{Selector: &v1alpha1.NamespaceSelector{
				MatchLabels: map[string]v1alpha1.LabelValue{"team": v1alpha1.LabelValue(team["team"])},
			}}
			own := "ingress-" + t.Name
			served := own + "-traefik-served"

			Expect(c.Create(ctx, t)).To(Succeed())
			Eventually(ctx, c.now(ctx, t)).Should(beAccepted())
			Expect(t).To(haveCondition(v1alpha1.ConditionAccepted, metav1.ConditionTrue, v1alpha1.ReasonAccepted,
				ContainSubstring("No namespace is served: none matches spec.namespaces.")))
			Expect(rights(ctx, t)()).To(ConsistOf(own+"-class-reader", own+"/"+served))
			Expect(watched(ctx, t)()).To(ConsistOf("watchnamespace=" + own))

			one := c.newNamespace(ctx, team)
			Eventually(ctx, c.now(ctx, t)).Should(states(in(one, v1alpha1.NamespaceServed)))
			Eventually(ctx, rights(ctx, t)).Should(ConsistOf(own+"-class-reader", one+"/"+served))
			Expect(watched(ctx, t)()).To(ConsistOf("watchnamespace=" + one))

			two := c.newNamespace(ctx, nil)
			second := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: two}}
			change(ctx, c, second, func(n *corev1.Namespace) { n.Labels = merged(n.Labels, "team", team["team"]) })
			Eventually(ctx, c.now(ctx, t)).Should(states(in(one, v1alpha1.NamespaceServed), in(two, v1alpha1.NamespaceServed)))
			Eventually(ctx, rights(ctx, t)).Should(ConsistOf(
				own+"-class-reader", own+"-traefik-namespaces", one+"/"+served, two+"/"+served))
			Expect(watched(ctx, t)()).To(ConsistOf("watchnamespaceselector=kubernetes.io/metadata.name in (" + one + "," + two + ")"))

			change(ctx, c, second, func(n *corev1.Namespace) { delete(n.Labels, "team") })
			Eventually(ctx, c.now(ctx, t)).Should(states(in(one, v1alpha1.NamespaceServed), in(two, v1alpha1.NamespaceWithdrawing)))
			Expect(rights(ctx, t)()).To(ConsistOf(own+"-class-reader", one+"/"+served))
			Eventually(ctx, watched(ctx, t)).Should(ConsistOf("watchnamespace=" + one))

			c.rollOut(ctx, deploymentOf(t))
			Eventually(ctx, c.now(ctx, t)).Should(states(in(one, v1alpha1.NamespaceServed)))
		})

		It("are served as soon as they exist, and no longer than they do", func(ctx SpecContext) {
			c.startOperator(ctx)

			t := c.newTenant(ctx)
			late := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: c.unique("late")}}
			there := t.Spec.Namespaces.Names[0]
			t.Spec.Namespaces.Names = append(t.Spec.Namespaces.Names, late.Name)
			c.create(ctx, t)
			Expect(t).To(states(in(there, v1alpha1.NamespaceServed), in(late.Name, v1alpha1.NamespaceNotFound)))

			Expect(c.Create(ctx, late)).To(Succeed())
			Eventually(ctx, c.now(ctx, t)).Should(states(in(there, v1alpha1.NamespaceServed), in(late.Name, v1alpha1.NamespaceServed)))
			Expect(rights(ctx, t)()).To(ContainElement(late.Name + "/ingress-" + t.Name + "-traefik-served"))

			Expect(c.Delete(ctx, late)).To(Succeed())
			Eventually(ctx, c.now(ctx, t)).Should(states(in(there, v1alpha1.NamespaceServed), in(late.Name, v1alpha1.NamespaceTerminating)))
			Eventually(ctx, rights(ctx, t)).ShouldNot(ContainElement(HavePrefix(late.Name)))

			c.finalize(ctx, late)
			Eventually(ctx, c.now(ctx, t)).Should(states(in(there, v1alpha1.NamespaceServed), in(late.Name, v1alpha1.NamespaceNotFound)))
			Expect(t).To(beAccepted())
		})

		It("are never another tenant's own", func(ctx SpecContext) {
			c.startOperator(ctx)

			victim := c.newTenant(ctx)
			c.create(ctx, victim)

			t := c.newTenant(ctx)
			reserved := "ingress-" + victim.Name
			t.Spec.Namespaces.Names = append(t.Spec.Namespaces.Names, reserved)
			c.create(ctx, t)
			Expect(t.Status.Namespaces).To(ContainElement(in(reserved, v1alpha1.NamespaceReserved)))
			Expect(rights(ctx, t)()).NotTo(ContainElement(HavePrefix(reserved + "/")))
		})

		// consent changes what a namespace says of who may serve it.
		consent := func(ctx SpecContext, name, tenants string) {
			GinkgoHelper()
			change(ctx, c, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}, func(n *corev1.Namespace) {
				metav1.SetMetaDataAnnotation(&n.ObjectMeta, "ingresstenant.io/consent", tenants)
			})
		}

		It("may opt out of a tenant, and neither its neighbours nor other tenants notice", func(ctx SpecContext) {
			operator := c.startOperator(ctx)

			t, neighbour := c.newTenant(ctx), c.newTenant(ctx)
			one, two := t.Spec.Namespaces.Names[0], c.newNamespace(ctx, nil)
			t.Spec.Namespaces.Names = append(t.Spec.Namespaces.Names, two)
			c.create(ctx, t)
			c.create(ctx, neighbour)
			operator.expectQuiet(ctx)

			others := c.versions(ctx, neighbour)

			consent(ctx, two, neighbour.Name+", another")
			Eventually(ctx, watched(ctx, t)).Should(ConsistOf("watchnamespace=" + one))
			c.rollOut(ctx, deploymentOf(t))
			Eventually(ctx, c.now(ctx, t)).Should(And(
				states(in(one, v1alpha1.NamespaceServed), in(two, v1alpha1.NamespaceNoConsent)),
				haveCondition(v1alpha1.ConditionAccepted, metav1.ConditionTrue, v1alpha1.ReasonAccepted,
					ContainSubstring("Served as soon as their annotation ingresstenant.io/consent names this tenant: "+two))))
			Eventually(ctx, rights(ctx, t)).ShouldNot(ContainElement(HavePrefix(two + "/")))
			Eventually(ctx, watched(ctx, t)).Should(ConsistOf("watchnamespace=" + one))

			consent(ctx, two, t.Name)
			Eventually(ctx, c.now(ctx, t)).Should(states(in(one, v1alpha1.NamespaceServed), in(two, v1alpha1.NamespaceServed)))
			Eventually(ctx, rights(ctx, t)).Should(ContainElement(HavePrefix(two + "/")))

			operator.expectQuiet(ctx)
			Expect(c.versions(ctx, neighbour)).To(Equal(others))
		})

		It("have to opt in where consent is required, and are never all", func(ctx SpecContext) {
			c.startOperatorWith(ctx, c.Operator, manager.Options{RequireConsent: true})

			t := c.newTenant(ctx)
			name := t.Spec.Namespaces.Names[0]
			Expect(c.Create(ctx, t)).To(Succeed())
			Eventually(ctx, c.now(ctx, t)).Should(states(in(name, v1alpha1.NamespaceNoConsent)))
			Expect(rights(ctx, t)()).NotTo(ContainElement(HavePrefix(name + "/")))

			consent(ctx, name, "*")
			Eventually(ctx, c.now(ctx, t)).Should(states(in(name, v1alpha1.NamespaceServed)))
			Eventually(ctx, rights(ctx, t)).Should(ContainElement(HavePrefix(name + "/")))

			everywhere := c.newTenant(ctx)
			everywhere.Spec.Namespaces = nil
			Expect(c.Create(ctx, everywhere)).To(Succeed())
			Eventually(ctx, c.now(ctx, everywhere)).Should(beRefused(v1alpha1.ReasonConsentRequired, HavePrefix("spec.namespaces: ")))

			reader := c.newTenant(ctx)
			reader.Spec.Controller = &v1alpha1.ControllerSpec{Provider: v1alpha1.ProviderIngressNGINX}
			reader.Spec.Namespaces.Names = append(reader.Spec.Namespaces.Names, name)
			reader.Spec.Namespaces.Secrets = v1alpha1.SecretsClusterWide
			consent(ctx, reader.Spec.Namespaces.Names[0], reader.Name)
			Expect(c.Create(ctx, reader)).To(Succeed())
			Eventually(ctx, c.now(ctx, reader)).Should(beRefused(v1alpha1.ReasonConsentRequired, HavePrefix("spec.namespaces.secrets: ")))
			Expect(c.children(ctx, reader)).To(BeEmpty())
		})

		It("may be all, and then fewer again", func(ctx SpecContext) {
			c.startOperator(ctx)

			t := c.newTenant(ctx)
			namespaces := t.Spec.Namespaces
			t.Spec.Namespaces = nil
			own := "ingress-" + t.Name
			c.create(ctx, t)
			Expect(rights(ctx, t)()).To(ConsistOf(own+"-class-reader", own+"-traefik-served"))
			Expect(watched(ctx, t)()).To(BeEmpty())
			Expect(t).To(haveCondition(v1alpha1.ConditionIsolated, metav1.ConditionFalse, v1alpha1.ReasonClusterWideSecrets))

			change(ctx, c, t, func(t *v1alpha1.IngressTenant) { t.Spec.Namespaces = namespaces })
			Eventually(ctx, rights(ctx, t)).Should(ConsistOf(own+"-class-reader", namespaces.Names[0]+"/"+own+"-traefik-served"))
			Eventually(ctx, c.now(ctx, t)).Should(haveCondition(v1alpha1.ConditionIsolated, metav1.ConditionTrue, v1alpha1.ReasonIsolated))
		})
	})
}
