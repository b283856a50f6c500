// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	networkingv1 "k8s.io/api/networking/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/controllers"
	"github.com/ingresstenant/ingress-tenant-operator/internal/admission"
	"github.com/ingresstenant/ingress-tenant-operator/internal/manager"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider/all"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// describeAdmission is about what is refused before anything is stored. Which rules
// there are is tested beside them; here is whether they are in force, and stay so.
func describeAdmission(c *cluster) {
	Describe("Admission", func() {
		var (
			operator *operator
			mine     *v1alpha1.IngressTenant
			outside  string
		)

		BeforeEach(func(ctx SpecContext) {
			operator = c.startOperatorWith(ctx, c.Operator, manager.Options{AdmissionPolicies: true})

			mine = c.newTenant(ctx)
			mine.Spec.Hostnames = []v1alpha1.Hostname{v1alpha1.Hostname(mine.Name + ".example.com")}
			Expect(c.Create(ctx, mine)).To(Succeed())

			outside = c.newNamespace(ctx, nil)

			Eventually(ctx, func() error { return c.admits(ctx, mine.Name, outside, "free.example.net") }).
				Should(MatchError(ContainSubstring("is of tenant " + mine.Name + ", which does not serve namespace " + outside)))
			Eventually(ctx, func() error {
				return c.admits(ctx, mine.Name, mine.Spec.Namespaces.Names[0], mine.Name+".example.com")
			}).Should(Succeed())
		})

		It("holds while the operator is stopped", func(ctx SpecContext) {
			operator.stop()

			Expect(c.admits(ctx, mine.Name, outside, "free.example.net")).To(MatchError(ContainSubstring("does not serve")))
			Expect(c.admits(ctx, "nginx", outside, mine.Name+".example.com")).To(MatchError(ContainSubstring("another tenant holds")))
			Expect(c.admits(ctx, mine.Name, mine.Spec.Namespaces.Names[0], mine.Name+".example.com")).To(Succeed())
			Expect(c.admits(ctx, mine.Name, mine.Spec.Namespaces.Names[0], "free.example.net")).To(MatchError(ContainSubstring("does not hold")))
			Expect(c.Create(ctx, &networkingv1.IngressClass{
				ObjectMeta: metav1.ObjectMeta{Name: "mine-too"},
				Spec:       networkingv1.IngressClassSpec{Controller: tenant.ControllerValue(mine)},
			}, client.DryRunAll)).To(MatchError(ContainSubstring("create an IngressTenant")))
		})

		It("is put right when somebody changes it", func(ctx SpecContext) {
			policy := &admissionregistrationv1.ValidatingAdmissionPolicy{ObjectMeta: metav1.ObjectMeta{Name: "ingresstenant-claims-00"}}
			change(ctx, c, policy, func(p *admissionregistrationv1.ValidatingAdmissionPolicy) {
				p.Spec.FailurePolicy = new(admissionregistrationv1.Ignore)
				p.Spec.Validations = p.Spec.Validations[:1]
			})

			binding := &admissionregistrationv1.ValidatingAdmissionPolicyBinding{ObjectMeta: metav1.ObjectMeta{Name: policy.Name}}
			Expect(c.Delete(ctx, binding)).To(Succeed())

			classes := &admissionregistrationv1.ValidatingAdmissionPolicyBinding{ObjectMeta: metav1.ObjectMeta{Name: "ingresstenant-ingressclasses"}}
			change(ctx, c, classes, func(b *admissionregistrationv1.ValidatingAdmissionPolicyBinding) {
				b.Spec.ValidationActions = []admissionregistrationv1.ValidationAction{admissionregistrationv1.Warn}
			})

			leftover := &admissionregistrationv1.ValidatingAdmissionPolicy{
				ObjectMeta: metav1.ObjectMeta{Name: "ingresstenant-claims-01", Labels: admission.Labels()}, Spec: policy.Spec,
			}
			Expect(c.Create(ctx, leftover)).To(Succeed())

			Eventually(ctx, func(g Gomega) {
				g.Expect(c.Get(ctx, client.ObjectKeyFromObject(policy), policy)).To(Succeed())
				g.Expect(policy.Spec.FailurePolicy).To(HaveValue(Equal(admissionregistrationv1.Fail)))
				g.Expect(len(policy.Spec.Validations)).To(BeNumerically(">", 5))
				g.Expect(c.admits(ctx, mine.Name, outside, "free.example.net")).To(MatchError(ContainSubstring("does not serve")))
				g.Expect(c.Get(ctx, client.ObjectKeyFromObject(classes), classes)).To(Succeed())
				g.Expect(classes.Spec.ValidationActions).To(ConsistOf(admissionregistrationv1.Deny))
				g.Expect(c.Get(ctx, client.ObjectKeyFromObject(leftover), leftover)).To(MatchError(apierrors.IsNotFound, "IsNotFound"))
			}).Should(Succeed())

			operator.expectQuiet(ctx)
		})

		It("leaves a policy of somebody else alone, and puts the others into force", func(ctx SpecContext) {
			operator.stop()
			c.removePolicies(ctx)

			foreign := &admissionregistrationv1.ValidatingAdmissionPolicy{
				ObjectMeta: metav1.ObjectMeta{Name: "ingresstenant-ingressclasses"},
				Spec: admissionregistrationv1.ValidatingAdmissionPolicySpec{
					MatchConstraints: &admissionregistrationv1.MatchResources{ResourceRules: []admissionregistrationv1.NamedRuleWithOperations{{
						RuleWithOperations: admissionregistrationv1.RuleWithOperations{
							Operations: []admissionregistrationv1.OperationType{admissionregistrationv1.Create},
							Rule:       admissionregistrationv1.Rule{APIGroups: []string{"example.com"}, APIVersions: []string{"v1"}, Resources: []string{"things"}},
						},
					}}},
					Validations: []admissionregistrationv1.Validation{{Expression: "true"}},
				},
			}
			Expect(c.Create(ctx, foreign)).To(Succeed())
			DeferCleanup(func(ctx SpecContext) { Expect(c.Delete(ctx, foreign)).To(Succeed()) })

			c.startOperatorWith(ctx, c.Operator, manager.Options{AdmissionPolicies: true})

			Eventually(ctx, func() error { return c.admits(ctx, mine.Name, outside, "free.example.net") }).
				Should(MatchError(ContainSubstring("does not serve")))
			Eventually(ctx, func() string { return string(c.log.Contents()) }).
				Should(ContainSubstring("it lacks the operator's labels, so it is somebody else's"))
			Expect(c.Get(ctx, client.ObjectKeyFromObject(foreign), foreign)).To(Succeed())
			Expect(foreign.Spec.Validations).To(HaveLen(1))
		})

		It("fences in the operator's own account, for good", func(ctx SpecContext) {
			thief, err := client.New(c.Operator, client.Options{Scheme: c.Scheme()})
			Expect(err).NotTo(HaveOccurred())

			steals := func() error {
				return thief.Create(ctx, &rbacv1.RoleBinding{
					ObjectMeta: metav1.ObjectMeta{Namespace: outside, Name: "stolen", Labels: map[string]string{
						tenant.LabelManagedBy: tenant.Operator, tenant.LabelTenant: mine.Name,
					}},
					RoleRef:  rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "ingresstenant-traefik-served"},
					Subjects: []rbacv1.Subject{{Kind: rbacv1.ServiceAccountKind, Namespace: outside, Name: "default"}},
				}, client.DryRunAll)
			}
			fence := &admissionregistrationv1.ValidatingAdmissionPolicy{ObjectMeta: metav1.ObjectMeta{Name: admission.FenceName}}
			binding := &admissionregistrationv1.ValidatingAdmissionPolicyBinding{ObjectMeta: fence.ObjectMeta}

			Expect(steals()).To(MatchError(ContainSubstring("it binds roles to the ServiceAccounts of tenants' controllers alone")))
			Expect(thief.Delete(ctx, binding.DeepCopy())).To(MatchError(apierrors.IsForbidden, "IsForbidden"))
			Expect(thief.Patch(ctx, fence.DeepCopy(), client.RawPatch(types.MergePatchType, []byte(`{"spec":{"failurePolicy":"Ignore"}}`)))).
				To(MatchError(apierrors.IsForbidden, "IsForbidden"))

			By("somebody who may deleting it")
			Expect(c.Delete(ctx, binding.DeepCopy())).To(Succeed())
			Expect(c.Delete(ctx, fence.DeepCopy())).To(Succeed())
			Eventually(ctx, func() error { return c.Get(ctx, client.ObjectKeyFromObject(binding), binding) }).Should(Succeed())
			Eventually(ctx, steals).Should(MatchError(ContainSubstring("it binds roles to the ServiceAccounts of tenants' controllers alone")))

			By("somebody changing it, which the operator may not undo")
			change(ctx, c, fence, func(p *admissionregistrationv1.ValidatingAdmissionPolicy) {
				p.Spec.Validations = p.Spec.Validations[:3]
			})
			Eventually(ctx, func() string { return string(c.log.Contents()) }).
				Should(ContainSubstring("The fence around the operator's account is not the one of this version"))
			operator.expectQuiet(ctx)
			Expect(c.Delete(ctx, fence)).To(Succeed())
			Eventually(ctx, func(g Gomega) {
				g.Expect(c.Get(ctx, client.ObjectKeyFromObject(fence), fence)).To(Succeed())
				g.Expect(len(fence.Spec.Validations)).To(BeNumerically(">", 3))
			}).Should(Succeed())
		})

		It("follows hostnames and the label of a namespace", func(ctx SpecContext) {
			other := c.newTenant(ctx)
			other.Spec.Namespaces = &v1alpha1.NamespacesSpec{Selector: &v1alpha1.NamespaceSelector{
				MatchLabels: map[string]v1alpha1.LabelValue{"team": v1alpha1.LabelValue(other.Name)},
			}}
			Expect(c.Create(ctx, other)).To(Succeed())

			own := c.newNamespace(ctx, map[string]string{"team": other.Name})
			Expect(c.admits(ctx, other.Name, own, "free.example.net")).To(Succeed(), "at once, with no word of the operator")
			Eventually(ctx, func() error { return c.admits(ctx, other.Name, outside, "free.example.net") }).
				Should(MatchError(ContainSubstring("does not serve")))

			host := mine.Name + ".example.com"
			Expect(c.admits(ctx, other.Name, own, host)).To(MatchError(ContainSubstring("another tenant holds what these hosts name: " + host)))

			change(ctx, c, mine, func(t *v1alpha1.IngressTenant) { t.Spec.Hostnames = nil })
			Eventually(ctx, func() error { return c.admits(ctx, other.Name, own, host) }).Should(Succeed())
		})
	})
}

// describeGuardFailures is about policies that cannot be written.
func describeGuardFailures(c *cluster) {
	Describe("An admission policy that cannot be written", func() {
		It("is tried with the queue's back-off, and told as an error each time", func(ctx SpecContext) {
			name := admission.PageName(0)
			foreign := &admissionregistrationv1.ValidatingAdmissionPolicy{
				ObjectMeta: metav1.ObjectMeta{Name: name},
				Spec: admissionregistrationv1.ValidatingAdmissionPolicySpec{
					MatchConstraints: &admissionregistrationv1.MatchResources{ResourceRules: []admissionregistrationv1.NamedRuleWithOperations{{
						RuleWithOperations: admissionregistrationv1.RuleWithOperations{
							Operations: []admissionregistrationv1.OperationType{admissionregistrationv1.Create},
							Rule:       admissionregistrationv1.Rule{APIGroups: []string{"example.com"}, APIVersions: []string{"v1"}, Resources: []string{"things"}},
						},
					}}},
					Validations: []admissionregistrationv1.Validation{{Expression: "true"}},
				},
			}
			Expect(c.Create(ctx, foreign)).To(Succeed())
			DeferCleanup(func(ctx SpecContext) {
				Expect(c.Delete(ctx, foreign)).To(Succeed())
				c.removePolicies(ctx)
			})

			providers, err := provider.NewRegistry(all.All(), nil)
			Expect(err).NotTo(HaveOccurred())

			guard := &controllers.AdmissionReconciler{Client: labelledOnly{c.Client}, Live: c.Client, Username: "somebody", Providers: providers}

			for range 2 {
				result, err := guard.Reconcile(ctx, reconcile.Request{})
				Expect(err).To(MatchError(ContainSubstring("it lacks the operator's labels, so it is somebody else's")))
				Expect(result).To(BeZero())
			}
		})
	})
}

// labelledOnly reads as the operator's cache does, which holds its own policies alone.
type labelledOnly struct {
	client.Client
}

func (l labelledOnly) Get(ctx context.Context, key client.ObjectKey, object client.Object, options ...client.GetOption) error {
	if err := l.Client.Get(ctx, key, object, options...); err != nil {
		return err
	}

	if object.GetLabels()[tenant.LabelManagedBy] != tenant.Operator {
		return apierrors.NewNotFound(admissionregistrationv1.Resource("policies"), key.Name)
	}

	return nil
}

// admits asks the API server whether it would create an Ingress.
func (c *cluster) admits(ctx context.Context, class, namespace, host string) error {
	return c.Create(ctx, newIngress(namespace, "asked", class, host), client.DryRunAll)
}

// newIngress returns an Ingress of a class with one host.
func newIngress(namespace, name, class, host string) *networkingv1.Ingress {
	return &networkingv1.Ingress{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Spec: networkingv1.IngressSpec{
			IngressClassName: &class,
			Rules: []networkingv1.IngressRule{{Host: host, IngressRuleValue: networkingv1.IngressRuleValue{
				HTTP: &networkingv1.HTTPIngressRuleValue{Paths: []networkingv1.HTTPIngressPath{{
					Path: "/", PathType: new(networkingv1.PathTypePrefix),
					Backend: networkingv1.IngressBackend{Service: &networkingv1.IngressServiceBackend{
						Name: "web", Port: networkingv1.ServiceBackendPort{Number: 80},
					}},
				}}},
			}}},
		},
	}
}

// removePolicies takes the operator's policies away, and waits until they are out of
// force: they would refuse what other specs do by hand.
func (c *cluster) removePolicies(ctx context.Context) {
	GinkgoHelper()

	for _, kind := range []client.Object{
		&admissionregistrationv1.ValidatingAdmissionPolicyBinding{},
		&admissionregistrationv1.ValidatingAdmissionPolicy{},
	} {
		Expect(c.DeleteAllOf(ctx, kind, client.MatchingLabels(admission.Labels()), client.MatchingFieldsSelector{
			Selector: fields.OneTermNotEqualSelector("metadata.name", admission.FenceName),
		})).To(Succeed())
	}

	Eventually(ctx, func() error {
		return c.Create(ctx, &networkingv1.IngressClass{
			ObjectMeta: metav1.ObjectMeta{Name: "asked"},
			Spec:       networkingv1.IngressClassSpec{Controller: v1alpha1.GroupVersion.Group + "/asked"},
		}, client.DryRunAll)
	}).Should(Succeed())
}
