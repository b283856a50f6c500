// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"
	"sync"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

func describeRefusals(c *cluster) {
	Describe("A spec that is refused", func() {
		for name, refused := range map[string]struct {
			change  func(ctx context.Context, t *v1alpha1.IngressTenant)
			reason  string
			message string
		}{
			"for its version": {
				func(_ context.Context, t *v1alpha1.IngressTenant) { t.Spec.Controller.Version = "v9.9.9" },
				v1alpha1.ReasonUnsupportedVersion, "spec.controller.version: the operator does not know Traefik v9.9.9",
			},
			"for an argument that breaks isolation": {
				func(_ context.Context, t *v1alpha1.IngressTenant) {
					t.Spec.Controller.ExtraArgs = []string{"--providers.kubernetesingressnginx.controllerclass=k8s.io/ingress-nginx"}
				},
				v1alpha1.ReasonIsolationBroken, "spec.controller.extraArgs[0]",
			},
			"for what its provider cannot do": {
				func(ctx context.Context, t *v1alpha1.IngressTenant) {
					t.Spec.Controller.Provider = v1alpha1.ProviderIngressNGINX
					t.Spec.Namespaces.Names = append(t.Spec.Namespaces.Names, c.newNamespace(ctx, nil))
				},
				v1alpha1.ReasonUnsupportedByProvider, "spec.namespaces: IngressNGINX cannot serve several namespaces with rights in those alone; use provider Traefik",
			},
		} {
			It("leaves what there is untouched: "+name, func(ctx SpecContext) {
				operator := c.startOperator(ctx)

				t := c.newTenant(ctx)
				t.Spec.Controller = &v1alpha1.ControllerSpec{Replicas: 3}
				c.create(ctx, t)
				operator.expectQuiet(ctx)

				versions, spec := c.versions(ctx, t), t.Spec.DeepCopy()

				change(ctx, c, t, func(t *v1alpha1.IngressTenant) { refused.change(ctx, t) })
				Eventually(ctx, c.now(ctx, t)).Should(beRefused(refused.reason, HavePrefix(refused.message)))
				Expect(t).To(And(
					haveCondition(v1alpha1.ConditionAvailable, metav1.ConditionTrue, v1alpha1.ReasonMinimumReplicasAvailable),
					haveCondition(v1alpha1.ConditionReady, metav1.ConditionFalse, refused.reason),
					HaveField("Status.Provider.Name", v1alpha1.ProviderTraefik),
				))
				operator.expectQuiet(ctx)
				Expect(c.versions(ctx, t)).To(Equal(versions))

				change(ctx, c, t, func(t *v1alpha1.IngressTenant) { t.Spec = *spec })
				Eventually(ctx, c.now(ctx, t)).Should(And(
					beAccepted(), haveCondition(v1alpha1.ConditionReady, metav1.ConditionTrue, v1alpha1.ReasonReady)))
				operator.expectQuiet(ctx)
				Expect(c.versions(ctx, t)).To(Equal(versions))
			})
		}
	})
}

func describeAutoscaling(c *cluster) {
	Describe("Autoscaling", func() {
		scaler := func(t *v1alpha1.IngressTenant) *autoscalingv2.HorizontalPodAutoscaler {
			return &autoscalingv2.HorizontalPodAutoscaler{ObjectMeta: inTenant(t, tenant.Name(t))}
		}
		scale := func(ctx context.Context, t *v1alpha1.IngressTenant, replicas int32) {
			GinkgoHelper()
			Expect(c.SubResource("scale").Update(ctx, deploymentOf(t), client.WithSubResourceBody(
				&autoscalingv1.Scale{Spec: autoscalingv1.ScaleSpec{Replicas: replicas}}))).To(Succeed())
		}

		It("that is turned on and off loses no pod in between", func(ctx SpecContext) {
			operator := c.startOperator(ctx)

			t := c.newTenant(ctx)
			t.Spec.Controller = &v1alpha1.ControllerSpec{Replicas: 5}
			c.create(ctx, t)

			replicas := c.watchReplicas(ctx, deploymentOf(t))

			change(ctx, c, t, func(t *v1alpha1.IngressTenant) {
				t.Spec.Controller = &v1alpha1.ControllerSpec{Autoscaling: &v1alpha1.AutoscalingSpec{MinReplicas: 3, MaxReplicas: 10}}
			})
			Eventually(ctx, c.gone(ctx, scaler(t))).Should(BeFalse())
			operator.expectQuiet(ctx)

			scale(ctx, t, 7)
			operator.expectQuiet(ctx)
			Expect(replicas()).To(Equal([]int32{5, 7}))

			change(ctx, c, t, func(t *v1alpha1.IngressTenant) { t.Spec.Controller.Autoscaling.MaxReplicas = 20 })
			Eventually(ctx, c.now(ctx, t)).Should(beAccepted())
			operator.expectQuiet(ctx)
			Expect(replicas()).To(Equal([]int32{5, 7}))

			change(ctx, c, t, func(t *v1alpha1.IngressTenant) { t.Spec.Controller = &v1alpha1.ControllerSpec{Replicas: 6} })
			Eventually(ctx, c.gone(ctx, scaler(t))).Should(BeTrue())
			operator.expectQuiet(ctx)
			Expect(replicas()).To(Equal([]int32{5, 7, 6}))

			change(ctx, c, t, func(t *v1alpha1.IngressTenant) {
				t.Spec.Controller = &v1alpha1.ControllerSpec{Autoscaling: &v1alpha1.AutoscalingSpec{MaxReplicas: 10}}
			})
			Eventually(ctx, c.gone(ctx, scaler(t))).Should(BeFalse())
			operator.expectQuiet(ctx)
			Expect(replicas()).To(Equal([]int32{5, 7, 6}))
		})

		It("begins with its minimum, and is not ready below it", func(ctx SpecContext) {
			operator := c.startOperator(ctx)

			t := c.newTenant(ctx)
			t.Spec.Controller = &v1alpha1.ControllerSpec{Autoscaling: &v1alpha1.AutoscalingSpec{MinReplicas: 3, MaxReplicas: 10}}
			Expect(c.Create(ctx, t)).To(Succeed())
			Eventually(ctx, c.replicasOf(ctx, deploymentOf(t))).Should(BeEquivalentTo(3))
			operator.expectQuiet(ctx)

			// One of them is there.
			changeStatus(ctx, c, deploymentOf(t), func(d *appsv1.Deployment) {
				d.Status = appsv1.DeploymentStatus{
					ObservedGeneration: d.Generation, Replicas: 1, UpdatedReplicas: 1, ReadyReplicas: 1, AvailableReplicas: 1,
					Conditions: []appsv1.DeploymentCondition{{Type: appsv1.DeploymentAvailable, Status: corev1.ConditionTrue}},
				}
			})
			Eventually(ctx, c.now(ctx, t)).Should(haveCondition(v1alpha1.ConditionAvailable, metav1.ConditionFalse, v1alpha1.ReasonStarting,
				HavePrefix("1 of 3 pods are ready.")))

			c.rollOut(ctx, deploymentOf(t))
			Eventually(ctx, c.now(ctx, t)).Should(haveCondition(v1alpha1.ConditionReady, metav1.ConditionTrue, v1alpha1.ReasonReady))
		})

		It("goes on where somebody scaled to nothing, which an autoscaler takes for good", func(ctx SpecContext) {
			operator := c.startOperator(ctx)

			t := c.newTenant(ctx)
			t.Spec.Controller = &v1alpha1.ControllerSpec{Autoscaling: &v1alpha1.AutoscalingSpec{MinReplicas: 3, MaxReplicas: 10}}
			c.create(ctx, t)
			scale(ctx, t, 6)
			operator.expectQuiet(ctx)

			replicas := c.watchReplicas(ctx, deploymentOf(t))
			scale(ctx, t, 0)
			Eventually(ctx, replicas).Should(Equal([]int32{6, 0, 3}))
			operator.expectQuiet(ctx)
		})

		It("moves to another provider with as many pods as serve, and the autoscaler after them", func(ctx SpecContext) {
			operator := c.startOperator(ctx)
			nginx := &appsv1.Deployment{}

			t := c.newTenant(ctx)
			nginx.ObjectMeta = inTenant(t, "ingress-nginx")
			t.Spec.Controller = &v1alpha1.ControllerSpec{Autoscaling: &v1alpha1.AutoscalingSpec{MaxReplicas: 10}}
			c.create(ctx, t)
			scale(ctx, t, 6)

			traefik := deploymentOf(t)
			Expect(c.Get(ctx, client.ObjectKeyFromObject(traefik), traefik)).To(Succeed())
			c.run(ctx, traefik)
			c.rollOut(ctx, traefik)

			target := func() (string, error) {
				found := scaler(t)
				err := c.Get(ctx, client.ObjectKeyFromObject(found), found)

				return found.Spec.ScaleTargetRef.Name, err
			}

			c.differences.Store(nil)
			change(ctx, c, t, func(t *v1alpha1.IngressTenant) { t.Spec.Controller.Provider = v1alpha1.ProviderIngressNGINX })
			Eventually(ctx, c.replicasOf(ctx, nginx)).Should(BeEquivalentTo(6))
			operator.expectQuiet(ctx)
			Expect(target()).To(Equal("traefik"))

			scale(ctx, t, 7)
			c.rollOut(ctx, traefik)
			Eventually(ctx, c.replicasOf(ctx, nginx)).Should(BeEquivalentTo(7))
			operator.expectQuiet(ctx)
			Expect(target()).To(Equal("traefik"), "it does not move before its pods are there")

			c.run(ctx, nginx)
			c.rollOut(ctx, nginx)
			Eventually(ctx, target).Should(Equal("ingress-nginx"))
			operator.expectQuiet(ctx)
			Expect(c.replicasOf(ctx, nginx)()).To(BeEquivalentTo(7))
		})

		It("survives that somebody deletes the autoscaler", func(ctx SpecContext) {
			operator := c.startOperator(ctx)

			t := c.newTenant(ctx)
			t.Spec.Controller = &v1alpha1.ControllerSpec{Autoscaling: &v1alpha1.AutoscalingSpec{MaxReplicas: 10}}
			c.create(ctx, t)
			scale(ctx, t, 7)
			operator.expectQuiet(ctx)

			replicas := c.watchReplicas(ctx, deploymentOf(t))
			Expect(c.Delete(ctx, scaler(t))).To(Succeed())
			Eventually(ctx, c.gone(ctx, scaler(t))).Should(BeFalse())

			scale(ctx, t, 8)
			operator.expectQuiet(ctx)
			Expect(replicas()).To(Equal([]int32{7, 8}))
		})
	})
}

// replicasOf is how many pods a Deployment asks for, for an Eventually; 0 if it is not
// there.
func (c *cluster) replicasOf(ctx context.Context, deployment *appsv1.Deployment) func() (int32, error) {
	return func() (int32, error) {
		if err := c.Get(ctx, client.ObjectKeyFromObject(deployment), deployment); err != nil {
			return 0, client.IgnoreNotFound(err)
		}

		return *deployment.Spec.Replicas, nil
	}
}

// args are the arguments of the tenant's controller.
func (c *cluster) args(ctx context.Context, t *v1alpha1.IngressTenant) ([]string, error) {
	deployment := deploymentOf(t)
	if err := c.Get(ctx, client.ObjectKeyFromObject(deployment), deployment); err != nil {
		return nil, err
	}

	return deployment.Spec.Template.Spec.Containers[0].Args, nil
}

// watchReplicas watches a Deployment until the spec ends. The function that it
// returns gives every number of pods so far that the Deployment asked for.
func (c *cluster) watchReplicas(ctx context.Context, deployment *appsv1.Deployment) func() []int32 {
	GinkgoHelper()

	watching, err := client.NewWithWatch(c.Admin, client.Options{})
	Expect(err).NotTo(HaveOccurred())

	events, err := watching.Watch(ctx, &appsv1.DeploymentList{},
		client.InNamespace(deployment.Namespace), client.MatchingFields{"metadata.name": deployment.Name})
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(events.Stop)

	var (
		mu   sync.Mutex
		seen []int32
	)

	go func() {
		for event := range events.ResultChan() {
			if found, ok := event.Object.(*appsv1.Deployment); ok && found.Spec.Replicas != nil {
				mu.Lock()
				if len(seen) == 0 || seen[len(seen)-1] != *found.Spec.Replicas {
					seen = append(seen, *found.Spec.Replicas)
				}
				mu.Unlock()
			}
		}
	}()

	return func() []int32 {
		mu.Lock()
		defer mu.Unlock()

		return append([]int32{}, seen...)
	}
}
