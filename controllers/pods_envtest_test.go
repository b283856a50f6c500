// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

func describePods(c *cluster) {
	Describe("Why pods are missing", func() {
		// starting is a tenant with one pod, in this state.
		starting := func(ctx context.Context, status corev1.PodStatus) (*v1alpha1.IngressTenant, *corev1.Pod) {
			GinkgoHelper()

			t := c.newTenant(ctx)
			Expect(c.Create(ctx, t)).To(Succeed())
			Eventually(ctx, c.now(ctx, t)).Should(beAccepted())

			deployment := deploymentOf(t)
			Expect(c.Get(ctx, client.ObjectKeyFromObject(deployment), deployment)).To(Succeed())

			pod := podOf(deployment)
			Expect(c.Create(ctx, pod)).To(Succeed())
			changeStatus(ctx, c, pod, func(p *corev1.Pod) { p.Status = status })

			return t, pod
		}

		for name, pending := range map[string]struct {
			container  corev1.ContainerStatus
			conditions []corev1.PodCondition
			reason     string
			message    string
		}{
			"the image cannot be pulled": {
				container: corev1.ContainerStatus{
					Name: "controller", Image: "registry.example.com/traefik:v3",
					State: corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "ImagePullBackOff", Message: "not found"}},
				},
				reason:  v1alpha1.ReasonImagePullFailed,
				message: "A node cannot pull image registry.example.com/traefik:v3: not found.",
			},
			"the controller crashes": {
				container: corev1.ContainerStatus{
					Name: "controller", Image: "traefik", RestartCount: 3,
					State: corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "CrashLoopBackOff"}},
					LastTerminationState: corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{
						ExitCode: 1, Reason: "Error", Message: "unknown option --no-such-option",
					}},
				},
				reason:  v1alpha1.ReasonControllerCrashing,
				message: "unknown option --no-such-option",
			},
			"no node takes them": {
				conditions: []corev1.PodCondition{{
					Type: corev1.PodScheduled, Status: corev1.ConditionFalse, Reason: "Unschedulable", Message: "0/3 nodes are available",
				}},
				reason:  v1alpha1.ReasonPodsUnschedulable,
				message: "No node takes a pod: 0/3 nodes are available.",
			},
		} {
			It("is told, and forgotten when they are ready: "+name, func(ctx SpecContext) {
				operator := c.startOperator(ctx)

				status := corev1.PodStatus{Phase: corev1.PodPending, Conditions: pending.conditions}
				if pending.container.Name != "" {
					status.ContainerStatuses = []corev1.ContainerStatus{pending.container}
				}

				t, _ := starting(ctx, status)
				Eventually(ctx, c.now(ctx, t)).Should(And(
					haveCondition(v1alpha1.ConditionAvailable, metav1.ConditionFalse, pending.reason, ContainSubstring(pending.message)),
					haveCondition(v1alpha1.ConditionReady, metav1.ConditionFalse, pending.reason),
				))
				operator.expectQuiet(ctx)

				c.rollOut(ctx, deploymentOf(t))
				Eventually(ctx, c.now(ctx, t)).Should(haveCondition(v1alpha1.ConditionReady, metav1.ConditionTrue, v1alpha1.ReasonReady))
			})
		}

		It("is a quota that the Deployment tells of", func(ctx SpecContext) {
			c.startOperator(ctx)

			t := c.newTenant(ctx)
			Expect(c.Create(ctx, t)).To(Succeed())
			Eventually(ctx, c.now(ctx, t)).Should(beAccepted())
			changeStatus(ctx, c, deploymentOf(t), func(d *appsv1.Deployment) {
				d.Status = appsv1.DeploymentStatus{
					ObservedGeneration: d.Generation,
					Conditions: []appsv1.DeploymentCondition{
						{Type: appsv1.DeploymentAvailable, Status: corev1.ConditionFalse, Reason: "MinimumReplicasUnavailable"},
						{Type: appsv1.DeploymentReplicaFailure, Status: corev1.ConditionTrue, Reason: "FailedCreate", Message: "exceeded quota: pods"},
					},
				}
			})

			Eventually(ctx, c.now(ctx, t)).Should(haveCondition(v1alpha1.ConditionAvailable, metav1.ConditionFalse,
				v1alpha1.ReasonPodsRejected, ContainSubstring("The cluster refuses to create pods: exceeded quota: pods.")))
		})

		It("is a rollout that is overdue", func(ctx SpecContext) {
			c.startOperator(ctx)

			t := c.newTenant(ctx)
			Expect(c.Create(ctx, t)).To(Succeed())
			Eventually(ctx, c.now(ctx, t)).Should(beAccepted())
			changeStatus(ctx, c, deploymentOf(t), func(d *appsv1.Deployment) {
				d.Status = appsv1.DeploymentStatus{
					ObservedGeneration: d.Generation, Replicas: 2, UpdatedReplicas: 2,
					Conditions: []appsv1.DeploymentCondition{
						{Type: appsv1.DeploymentProgressing, Status: corev1.ConditionFalse, Reason: "ProgressDeadlineExceeded"},
					},
				}
			})

			Eventually(ctx, c.now(ctx, t)).Should(And(
				haveCondition(v1alpha1.ConditionAvailable, metav1.ConditionFalse, v1alpha1.ReasonPodsNotReady),
				haveCondition(v1alpha1.ConditionProgressing, metav1.ConditionFalse, v1alpha1.ReasonStalled),
			))
		})
	})
}
