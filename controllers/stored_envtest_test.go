// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

func describeStored(c *cluster) {
	Describe("What is stored is what is asked", func() {
		It("of a Service whose port somebody moved, and every later change of it", func(ctx SpecContext) {
			operator := c.startOperator(ctx)

			t := c.newTenant(ctx)
			t.Spec.Exposure = nil
			Expect(c.Create(ctx, t)).To(Succeed())
			Eventually(ctx, c.now(ctx, t)).Should(beAccepted())
			operator.expectQuiet(ctx)

			service := serviceOf(t)
			ports := func() ([]int32, error) {
				err := c.Get(ctx, client.ObjectKeyFromObject(service), service)

				var numbers []int32
				for _, port := range service.Spec.Ports {
					numbers = append(numbers, port.Port)
				}

				return numbers, err
			}
			change(ctx, c, service, func(s *corev1.Service) { s.Spec.Ports[0].Port = 81 })
			Eventually(ctx, ports).Should(ConsistOf(int32(80), int32(443)))
			operator.expectQuiet(ctx)
			Expect(c.now(ctx, t)()).To(beAccepted())

			change(ctx, c, t, func(t *v1alpha1.IngressTenant) {
				t.Spec.Exposure = &v1alpha1.ExposureSpec{Type: v1alpha1.ExposureLoadBalancer, LoadBalancer: &v1alpha1.LoadBalancerExposure{
					LoadBalancerSettings: v1alpha1.LoadBalancerSettings{AllowedSourceRanges: []v1alpha1.CIDR{"10.0.0.0/8"}},
				}}
			})
			Eventually(ctx, func() ([]string, error) {
				_, err := ports()

				return service.Spec.LoadBalancerSourceRanges, err
			}).Should(ConsistOf("10.0.0.0/8"))
		})

		It("of a Deployment that somebody paused, and to which they added a container", func(ctx SpecContext) {
			operator := c.startOperator(ctx)

			t := c.newTenant(ctx)
			c.create(ctx, t)
			operator.expectQuiet(ctx)

			deployment := deploymentOf(t)
			Expect(c.Get(ctx, client.ObjectKeyFromObject(deployment), deployment)).To(Succeed())
			before := deployment.Spec.DeepCopy()

			change(ctx, c, deployment, func(d *appsv1.Deployment) {
				d.Spec.Paused = true
				d.Spec.Template.Spec.Containers = append(d.Spec.Template.Spec.Containers, corev1.Container{Name: "miner", Image: "example.com/miner"})
				d.Spec.Template.Spec.Containers[0].Command = []string{"sleep", "infinity"}
			})
			Eventually(ctx, func() (appsv1.DeploymentSpec, error) {
				err := c.Get(ctx, client.ObjectKeyFromObject(deployment), deployment)

				return deployment.Spec, err
			}).Should(Equal(*before))
			operator.expectQuiet(ctx)
		})

		It("of a RoleBinding that somebody deleted and created with another role", func(ctx SpecContext) {
			operator := c.startOperator(ctx)

			t := c.newTenant(ctx)
			c.create(ctx, t)
			operator.expectQuiet(ctx)

			binding := &rbacv1.RoleBinding{ObjectMeta: metav1.ObjectMeta{
				Namespace: t.Spec.Namespaces.Names[0], Name: tenant.BindingName(t, "ingresstenant-traefik-served"),
			}}
			Expect(c.Get(ctx, client.ObjectKeyFromObject(binding), binding)).To(Succeed())

			stolen := binding.DeepCopy()
			stolen.ObjectMeta = metav1.ObjectMeta{
				Namespace: binding.Namespace, Name: binding.Name,
				Labels: binding.Labels, Annotations: binding.Annotations, OwnerReferences: binding.OwnerReferences,
			}
			stolen.RoleRef.Name = "cluster-admin"

			Expect(c.Delete(ctx, binding)).To(Succeed())
			Eventually(ctx, func() error {
				// The operator makes its own again, in between.
				_ = c.Delete(ctx, binding.DeepCopy())

				return c.Create(ctx, stolen.DeepCopy())
			}).Should(Succeed())
			Eventually(ctx, func() (string, error) {
				err := c.Get(ctx, client.ObjectKeyFromObject(binding), binding)

				return binding.RoleRef.Name, client.IgnoreNotFound(err)
			}).Should(Equal("ingresstenant-traefik-served"))
			operator.expectQuiet(ctx)
		})

		It("or it is said which image runs instead, and not written again and again", func(ctx SpecContext) {
			operator := c.startOperator(ctx)

			t := c.newTenant(ctx)
			c.create(ctx, t)
			operator.expectQuiet(ctx)
			asked := t.Status.Provider.Image

			c.mirrorImages(ctx, t)
			change(ctx, c, t, func(t *v1alpha1.IngressTenant) {
				t.Spec.Controller = &v1alpha1.ControllerSpec{LogLevel: v1alpha1.LogDebug}
			})
			Eventually(ctx, c.now(ctx, t)).Should(HaveField("Status.ObservedGeneration", t.Generation))
			c.rollOut(ctx, deploymentOf(t))

			Eventually(ctx, c.now(ctx, t)).Should(And(
				beAccepted(),
				HaveField("Status.Provider.Image", "mirror.example.com/traefik:other"),
				haveCondition(v1alpha1.ConditionReady, metav1.ConditionTrue, v1alpha1.ReasonReady),
				haveCondition(v1alpha1.ConditionProgressing, metav1.ConditionFalse, v1alpha1.ReasonOverridden, And(
					HavePrefix("the API server stores Deployment "+tenant.Namespace(t)+"/traefik otherwise than it is applied: "),
					ContainSubstring(`.image is "mirror.example.com/traefik:other" instead of "`+asked+`"`),
				))))
			operator.expectQuiet(ctx)
			c.poke(ctx, t)
			operator.expectQuiet(ctx)
		})
	})

	Describe("A ServiceAccount that is created again", func() {
		It("is followed by pods with tokens of its own, once", func(ctx SpecContext) {
			operator := c.startOperator(ctx)

			t := c.newTenant(ctx)
			c.create(ctx, t)
			operator.expectQuiet(ctx)

			deployment, account := deploymentOf(t), &corev1.ServiceAccount{ObjectMeta: inTenant(t, "traefik")}
			Expect(c.Get(ctx, client.ObjectKeyFromObject(deployment), deployment)).To(Succeed())
			Expect(deployment.Spec.Template.Annotations).NotTo(HaveKey(tenant.AnnotationServiceAccount))
			Expect(c.Get(ctx, client.ObjectKeyFromObject(account), account)).To(Succeed())
			former := account.UID

			// The API server knows times by the second.
			Eventually(ctx, func() bool { return metav1.Now().Time.After(deployment.CreationTimestamp.Time.Add(secondTick)) }).Should(BeTrue())
			Expect(c.Delete(ctx, account)).To(Succeed())
			Eventually(ctx, func() (string, error) {
				if err := c.Get(ctx, client.ObjectKeyFromObject(account), account); client.IgnoreNotFound(err) != nil {
					return "", err
				}

				err := c.Get(ctx, client.ObjectKeyFromObject(deployment), deployment)

				return deployment.Spec.Template.Annotations[tenant.AnnotationServiceAccount], err
			}).Should(And(Not(BeEmpty()), Not(Equal(string(former)))))
			Expect(c.Get(ctx, client.ObjectKeyFromObject(account), account)).To(Succeed())
			Expect(deployment.Spec.Template.Annotations).To(HaveKeyWithValue(tenant.AnnotationServiceAccount, string(account.UID)))
			Eventually(ctx, c.now(ctx, t)).Should(haveCondition(v1alpha1.ConditionProgressing, metav1.ConditionTrue, v1alpha1.ReasonRollingOut))

			c.rollOut(ctx, deployment)
			operator.expectQuiet(ctx)
			generation := deployment.Generation
			operator.stop()

			next := c.startOperator(ctx)
			next.expectQuiet(ctx)
			Expect(c.Get(ctx, client.ObjectKeyFromObject(deployment), deployment)).To(Succeed())
			Expect(deployment.Generation).To(Equal(generation))
		})
	})

	Describe("An object that lost its owner reference", func() {
		It("is the tenant's also where the reference is to one of the same name that was there before", func(ctx SpecContext) {
			operator, t := c.settled(ctx)
			before := c.children(ctx, t)

			for _, kind := range managedKinds() {
				object := c.objects(ctx, t, kind)[0]
				former := object.GetOwnerReferences()
				former[0].UID = "former"
				object.SetOwnerReferences(former)
				Expect(c.Update(ctx, &object)).To(Succeed())
			}

			Eventually(ctx, func() []string { return c.children(ctx, t) }).Should(ConsistOf(before))
			operator.expectQuiet(ctx)
			Expect(c.now(ctx, t)()).To(beAccepted())
		})

		for _, kind := range managedKinds() {
			It("is the tenant's all the same, and goes with it: "+kind.String(), func(ctx SpecContext) {
				operator, t := c.settled(ctx)
				object := c.objects(ctx, t, kind)[0]
				key := client.ObjectKeyFromObject(&object)

				object.SetOwnerReferences(nil)
				Expect(c.Update(ctx, &object)).To(Succeed())
				Eventually(ctx, func() ([]metav1.OwnerReference, error) {
					err := c.Get(ctx, key, &object)

					return object.GetOwnerReferences(), err
				}).Should(HaveLen(1))
				operator.expectQuiet(ctx)
				Expect(c.now(ctx, t)()).To(beAccepted())

				operator.stop()
				object.SetOwnerReferences(nil)
				Expect(c.Update(ctx, &object)).To(Succeed())
				Expect(c.Delete(ctx, t)).To(Succeed())

				c.startOperator(ctx)
				Eventually(ctx, func() bool {
					c.playAll(ctx, t)

					return c.gone(ctx, t)()
				}).Should(BeTrue())
				Expect(c.gone(ctx, &object)()).To(BeTrue(), nameOf(&object)+" is left behind")
			})
		}
	})
}

// playAll is whoever the deletion of a tenant of IngressNGINX waits for just now.
func (c *cluster) playAll(ctx context.Context, t *v1alpha1.IngressTenant) {
	GinkgoHelper()

	nginx := &appsv1.Deployment{ObjectMeta: inTenant(t, "ingress-nginx")}
	if c.deleting(ctx, nginx)() && nginx.DeletionTimestamp != nil {
		c.collect(ctx, nginx)
	}

	c.play(ctx, t)
}

// mirrorImages installs a policy that replaces the image of a tenant's Deployments, and
// waits until it is in force.
func (c *cluster) mirrorImages(ctx context.Context, t *v1alpha1.IngressTenant) {
	GinkgoHelper()

	name := c.unique("mirror")
	policy := &admissionregistrationv1.MutatingAdmissionPolicy{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: admissionregistrationv1.MutatingAdmissionPolicySpec{
			MatchConstraints: &admissionregistrationv1.MatchResources{
				ResourceRules: []admissionregistrationv1.NamedRuleWithOperations{{
					RuleWithOperations: admissionregistrationv1.RuleWithOperations{
						Operations: []admissionregistrationv1.OperationType{admissionregistrationv1.Create, admissionregistrationv1.Update},
						Rule:       admissionregistrationv1.Rule{APIGroups: []string{"apps"}, APIVersions: []string{"v1"}, Resources: []string{"deployments"}},
					},
				}},
			},
			MatchConditions: []admissionregistrationv1.MatchCondition{{
				Name: "is-the-tenants", Expression: "object.metadata.namespace == '" + tenant.Namespace(t) + "'",
			}},
			FailurePolicy:      new(admissionregistrationv1.Fail),
			ReinvocationPolicy: admissionregistrationv1.NeverReinvocationPolicy,
			Mutations: []admissionregistrationv1.Mutation{{
				PatchType: admissionregistrationv1.PatchTypeJSONPatch,
				JSONPatch: &admissionregistrationv1.JSONPatch{
					Expression: `[JSONPatch{op: "replace", path: "/spec/template/spec/containers/0/image", value: "mirror.example.com/traefik:other"}]`,
				},
			}},
		},
	}
	binding := &admissionregistrationv1.MutatingAdmissionPolicyBinding{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec:       admissionregistrationv1.MutatingAdmissionPolicyBindingSpec{PolicyName: name},
	}

	Expect(c.Create(ctx, policy)).To(Succeed())
	Expect(c.Create(ctx, binding)).To(Succeed())
	DeferCleanup(func(ctx SpecContext) {
		Expect(c.Delete(ctx, binding)).To(Succeed())
		Expect(c.Delete(ctx, policy)).To(Succeed())
	})

	Eventually(ctx, func() (string, error) {
		tried := deploymentOf(t)
		if err := c.Get(ctx, client.ObjectKeyFromObject(tried), tried); err != nil {
			return "", err
		}

		err := c.Update(ctx, tried, client.DryRunAll)

		return tried.Spec.Template.Spec.Containers[0].Image, err
	}).Should(Equal("mirror.example.com/traefik:other"))
}
