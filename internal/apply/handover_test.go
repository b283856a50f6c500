// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package apply_test

import (
	"context"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
	appsv1ac "k8s.io/client-go/applyconfigurations/apps/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/internal/apply"
)

func describeHandOver(server *api) {
	Describe("A field that is no longer applied", func() {
		fixed := func(f family) []apply.Object {
			object := deployment(f)
			object.Spec.WithReplicas(5)

			return []apply.Object{f.objects()[0], sealed(f, object)}
		}
		free := func(f family) []apply.Object {
			return []apply.Object{f.objects()[0], sealed(f, deployment(f))}
		}
		replicas := func(ctx context.Context, f family) int32 {
			GinkgoHelper()

			found := &appsv1.Deployment{}
			Expect(server.Get(ctx, f.key(), found)).To(Succeed())

			return *found.Spec.Replicas
		}

		It("falls back to its default", func(ctx SpecContext) {
			engine, f := server.start(), server.newFamily(ctx)
			Expect(engine.Apply(ctx, f.owner, fixed(f))).To(HaveLen(2))
			Expect(engine.Apply(ctx, f.owner, free(f))).To(HaveLen(1))
			Expect(replicas(ctx, f)).To(BeEquivalentTo(1))
		})

		It("keeps its value if it was handed over, and is then anybody's", func(ctx SpecContext) {
			engine, f := server.start(), server.newFamily(ctx)
			Expect(engine.Apply(ctx, f.owner, fixed(f))).To(HaveLen(2))
			Expect(engine.HandOver(ctx, "between", appsv1ac.Deployment(f.name, f.name).
				WithSpec(appsv1ac.DeploymentSpec().WithReplicas(5)))).To(Succeed())
			Expect(engine.Apply(ctx, f.owner, free(f))).To(HaveLen(1))
			Expect(replicas(ctx, f)).To(BeEquivalentTo(5))

			scaled := &appsv1.Deployment{}
			Expect(server.Get(ctx, f.key(), scaled)).To(Succeed())
			Expect(server.SubResource("scale").Update(ctx, scaled, client.WithSubResourceBody(
				&autoscalingv1.Scale{Spec: autoscalingv1.ScaleSpec{Replicas: 9}}))).To(Succeed())

			Eventually(ctx, func() int32 {
				cached := &appsv1.Deployment{}
				Expect(engine.Client.Get(ctx, f.key(), cached)).To(Succeed())

				return *cached.Spec.Replicas
			}).Should(BeEquivalentTo(9))

			engine.expectQuiet(func() { Expect(engine.Apply(ctx, f.owner, free(f))).To(BeEmpty()) })
			Expect(replicas(ctx, f)).To(BeEquivalentTo(9))

			Expect(engine.Apply(ctx, f.owner, fixed(f))).To(HaveLen(1))
			Expect(replicas(ctx, f)).To(BeEquivalentTo(5))
		})
	})
}
