// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"
	"encoding/json"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

func describeCreation(c *cluster) {
	Describe("A new tenant", func() {
		It("gets its objects, and a status that says what is missing", func(ctx SpecContext) {
			c.startOperator(ctx)

			t := c.newTenant(ctx)
			apps, own := t.Spec.Namespaces.Names[0], "ingress-"+t.Name
			Expect(c.Create(ctx, t)).To(Succeed())

			Eventually(ctx, c.now(ctx, t)).Should(haveConditions(
				condition(v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonStarting),
				condition(v1alpha1.ConditionAccepted, metav1.ConditionTrue, v1alpha1.ReasonAccepted),
				condition(v1alpha1.ConditionHostnamesClaimed, metav1.ConditionTrue, v1alpha1.ReasonNotClaimed),
				condition(v1alpha1.ConditionAvailable, metav1.ConditionFalse, v1alpha1.ReasonStarting),
				condition(v1alpha1.ConditionLoadBalancerReady, metav1.ConditionTrue, v1alpha1.ReasonNotRequired),
				condition(v1alpha1.ConditionIsolated, metav1.ConditionTrue, v1alpha1.ReasonIsolated),
				condition(v1alpha1.ConditionSourceIPPreserved, metav1.ConditionTrue, v1alpha1.ReasonInsideCluster),
				condition(v1alpha1.ConditionProviderSupported, metav1.ConditionTrue, v1alpha1.ReasonSupported),
				condition(v1alpha1.ConditionProgressing, metav1.ConditionTrue, v1alpha1.ReasonRollingOut),
			))
			Expect(c.children(ctx, t)).To(Equal([]string{
				"Namespace " + own,
				"ServiceAccount " + own + "/traefik",
				"ConfigMap " + own + "/traefik",
				"Service " + own + "/" + own,
				"Deployment " + own + "/traefik",
				"ClusterRoleBinding " + own + "-class-reader",
				"RoleBinding " + apps + "/" + own + "-traefik-served",
				"IngressClass " + t.Name,
				"NetworkPolicy " + own + "/" + own,
				"PodDisruptionBudget " + own + "/" + own,
			}))

			Expect(t.Status).To(And(
				HaveField("ObservedGeneration", BeEquivalentTo(1)),
				HaveField("IngressClassName", t.Name),
				HaveField("ControllerValue", "ingresstenant.io/"+t.Name),
				HaveField("Namespace", own),
				HaveField("Provider.Name", v1alpha1.ProviderTraefik),
				HaveField("Namespaces", ConsistOf(v1alpha1.NamespaceStatus{Name: apps, State: v1alpha1.NamespaceServed})),
				HaveField("Addresses", ConsistOf(HaveField("Type", v1alpha1.AddressClusterIP))),
			))
		})

		It("is ready when its pods are, and shows it in its columns", func(ctx SpecContext) {
			c.startOperator(ctx)

			t := c.newTenant(ctx)
			c.create(ctx, t)
			Eventually(ctx, c.now(ctx, t)).Should(haveConditions(
				condition(v1alpha1.ConditionReady, metav1.ConditionTrue, v1alpha1.ReasonReady),
				condition(v1alpha1.ConditionAccepted, metav1.ConditionTrue, v1alpha1.ReasonAccepted),
				condition(v1alpha1.ConditionHostnamesClaimed, metav1.ConditionTrue, v1alpha1.ReasonNotClaimed),
				condition(v1alpha1.ConditionAvailable, metav1.ConditionTrue, v1alpha1.ReasonMinimumReplicasAvailable),
				condition(v1alpha1.ConditionLoadBalancerReady, metav1.ConditionTrue, v1alpha1.ReasonNotRequired),
				condition(v1alpha1.ConditionIsolated, metav1.ConditionTrue, v1alpha1.ReasonIsolated),
				condition(v1alpha1.ConditionSourceIPPreserved, metav1.ConditionTrue, v1alpha1.ReasonInsideCluster),
				condition(v1alpha1.ConditionProviderSupported, metav1.ConditionTrue, v1alpha1.ReasonSupported),
				condition(v1alpha1.ConditionProgressing, metav1.ConditionFalse, v1alpha1.ReasonUpToDate),
			))

			Expect(c.columns(ctx, t)).To(And(
				HaveKeyWithValue("Name", t.Name),
				HaveKeyWithValue("Class", t.Name),
				HaveKeyWithValue("Provider", "Traefik"),
				HaveKeyWithValue("Address", t.Status.Addresses[0].Value),
				HaveKeyWithValue("Ready", "True"),
				HaveKeyWithValue("Reason", "Ready"),
				HaveKeyWithValue("Version", t.Status.Provider.Version),
				HaveKeyWithValue("Isolated", "True"),
				HaveKeyWithValue("Namespace", t.Status.Namespace),
				HaveKey("Age"),
			))
		})

		It("gets objects of every kind that it asks for, from the operator's rights alone", func(ctx SpecContext) {
			c.startOperator(ctx)

			t := c.everything(ctx)
			t.Spec.Namespaces = nil
			c.create(ctx, t)

			own := "ingress-" + t.Name
			Expect(c.children(ctx, t)).To(Equal([]string{
				"Namespace " + own,
				"ServiceAccount " + own + "/ingress-nginx",
				"ConfigMap " + own + "/ingress-nginx",
				"Service " + own + "/" + own,
				"Deployment " + own + "/ingress-nginx",
				"ClusterRoleBinding " + own + "-class-reader",
				"ClusterRoleBinding " + own + "-ingress-nginx-served",
				"RoleBinding " + own + "/" + own + "-ingress-nginx-own",
				"IngressClass " + t.Name,
				"NetworkPolicy " + own + "/" + own,
				"PodDisruptionBudget " + own + "/" + own,
				"HorizontalPodAutoscaler " + own + "/" + own,
			}))
			Expect(t).To(And(
				haveCondition(v1alpha1.ConditionIsolated, metav1.ConditionFalse, v1alpha1.ReasonClusterWideSecrets),
				haveCondition(v1alpha1.ConditionProviderSupported, metav1.ConditionFalse, v1alpha1.ReasonEndOfLife),
			))
		})

		It("gets pods that the restricted Pod Security level of its namespace admits", func(ctx SpecContext) {
			c.startOperator(ctx)

			t := c.newTenant(ctx)
			c.create(ctx, t)

			deployment := &appsv1.Deployment{}
			Expect(c.Get(ctx, client.ObjectKeyFromObject(deploymentOf(t)), deployment)).To(Succeed())
			Expect(c.Create(ctx, podOf(deployment))).To(Succeed())
		})

		It("gets no pods while its class is refused", func(ctx SpecContext) {
			operator := c.startOperator(ctx)
			t := c.newTenant(ctx)
			policy := c.forbidClass(ctx, t.Name)

			Expect(c.Create(ctx, t)).To(Succeed())
			Eventually(ctx, c.now(ctx, t)).Should(And(
				beRefused(v1alpha1.ReasonRefused, HavePrefix("the API server refused IngressClass %s: ", t.Name)),
				haveCondition(v1alpha1.ConditionAvailable, metav1.ConditionFalse, v1alpha1.ReasonNotDeployed),
			))
			operator.expectQuiet(ctx)
			Expect(c.children(ctx, t)).To(HaveLen(usualChildren - 2))
			Expect(c.gone(ctx, deploymentOf(t))()).To(BeTrue())

			Expect(c.Delete(ctx, policy)).To(Succeed())
			Eventually(ctx, func(g Gomega) {
				c.poke(ctx, t)
				g.Expect(c.now(ctx, t)()).To(beAccepted())
			}).Should(Succeed())
			Expect(c.children(ctx, t)).To(HaveLen(usualChildren))
		})
	})
}

// forbidClass has the API server refuse an IngressClass of that name, until the
// policy that is returned is deleted.
func (c *cluster) forbidClass(ctx context.Context, name string) *admissionregistrationv1.ValidatingAdmissionPolicyBinding {
	GinkgoHelper()

	policy := &admissionregistrationv1.ValidatingAdmissionPolicy{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: admissionregistrationv1.ValidatingAdmissionPolicySpec{
			MatchConstraints: &admissionregistrationv1.MatchResources{ResourceRules: []admissionregistrationv1.NamedRuleWithOperations{{
				RuleWithOperations: admissionregistrationv1.RuleWithOperations{
					Operations: []admissionregistrationv1.OperationType{admissionregistrationv1.Create},
					Rule: admissionregistrationv1.Rule{
						APIGroups: []string{networkingv1.GroupName}, APIVersions: []string{"v1"}, Resources: []string{"ingressclasses"},
					},
				},
			}}},
			Validations: []admissionregistrationv1.Validation{{Expression: "object.metadata.name != '" + name + "'"}},
		},
	}
	Expect(c.Create(ctx, policy)).To(Succeed())

	binding := &admissionregistrationv1.ValidatingAdmissionPolicyBinding{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: admissionregistrationv1.ValidatingAdmissionPolicyBindingSpec{
			PolicyName: name, ValidationActions: []admissionregistrationv1.ValidationAction{admissionregistrationv1.Deny},
		},
	}
	Expect(c.Create(ctx, binding)).To(Succeed())

	// Policies reach the API server's admission by a watch.
	Eventually(ctx, func() error {
		class := &networkingv1.IngressClass{
			ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: networkingv1.IngressClassSpec{Controller: "example.com/other"},
		}

		return c.Create(ctx, class, client.DryRunAll)
	}).Should(Or(Satisfy(apierrors.IsInvalid), Satisfy(apierrors.IsForbidden)))

	return binding
}

// columns are what kubectl get prints of a tenant, wide.
func (c *cluster) columns(ctx context.Context, t *v1alpha1.IngressTenant) map[string]string {
	GinkgoHelper()

	clientset, err := kubernetes.NewForConfig(c.Admin)
	Expect(err).NotTo(HaveOccurred())

	answer, err := clientset.RESTClient().Get().
		AbsPath("/apis", v1alpha1.GroupVersion.String(), "ingresstenants", t.Name).
		SetHeader("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io").
		Do(ctx).Raw()
	Expect(err).NotTo(HaveOccurred())

	table := &metav1.Table{}
	Expect(json.Unmarshal(answer, table)).To(Succeed())
	Expect(table.Rows).To(HaveLen(1))

	columns := map[string]string{}
	for i, column := range table.ColumnDefinitions {
		columns[column.Name], _ = table.Rows[0].Cells[i].(string)
	}

	return columns
}

// podOf is a pod as the Deployment's template has it.
func podOf(deployment *appsv1.Deployment) *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: deployment.Namespace, GenerateName: deployment.Name + "-", Labels: deployment.Spec.Template.Labels,
		},
		Spec: deployment.Spec.Template.Spec,
	}
}
