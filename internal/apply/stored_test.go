// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package apply_test

import (
	"context"
	"errors"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	corev1ac "k8s.io/client-go/applyconfigurations/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/internal/apply"
)

func describeStored(server *api) {
	Describe("What the API server stored", func() {
		It("is no longer what a field was that others set as well", func(ctx SpecContext) {
			engine, f := server.start(), server.newFamily(ctx)
			limited := func(ranges ...string) []apply.Object {
				object := service(f)
				object.Spec.WithLoadBalancerSourceRanges(ranges...)

				return []apply.Object{f.objects()[0], sealed(f, object)}
			}
			Expect(engine.Apply(ctx, f.owner, limited("10.0.0.0/8"))).To(HaveLen(2))

			theirs := corev1ac.Service(f.name, f.name).WithSpec(corev1ac.ServiceSpec().WithLoadBalancerSourceRanges("10.0.0.0/8"))
			Expect(server.Apply(ctx, theirs, client.FieldOwner("gitops"))).To(Succeed())
			engine.awaitVersion(ctx, specimens()[3], server.live(ctx, f.references()[3]))

			Expect(engine.Apply(ctx, f.owner, limited())).To(HaveLen(1))

			found := &corev1.Service{}
			Expect(server.Get(ctx, f.key(), found)).To(Succeed())
			Expect(found.Spec.LoadBalancerSourceRanges).To(BeEmpty())
		})

		It("is told where a policy stores something else, and not asked for again at once", func(ctx SpecContext) {
			engine, f := server.start(), server.newFamily(ctx)
			objects := func() []apply.Object {
				return []apply.Object{f.objects()[0], sealed(f, corev1ac.ConfigMap(f.name, f.name).WithData(map[string]string{"altered": "asked"}))}
			}
			server.alterConfigMaps(ctx, f)

			Expect(engine.Apply(ctx, f.owner, objects())).To(HaveLen(2))

			Eventually(ctx, func() error {
				_, err := engine.Apply(ctx, f.owner, objects())

				return err
			}).Should(MatchError(And(
				HavePrefix("the API server stores ConfigMap %s/%s otherwise than it is applied: ", f.name, f.name),
				ContainSubstring(`data.altered is "stored" instead of "asked"`))))

			engine.expectQuiet(func() {
				_, err := engine.Apply(ctx, f.owner, objects())

				var altered *apply.AlteredError

				Expect(errors.As(err, &altered)).To(BeTrue())
				Expect(altered.Object).To(Equal(f.references()[2]))
			})

			Expect(server.Delete(ctx, &admissionregistrationv1.MutatingAdmissionPolicyBinding{ObjectMeta: metav1.ObjectMeta{Name: f.name}})).To(Succeed())
		})
	})

	Describe("A field that cannot be changed", func() {
		recreate := func(ctx context.Context, e *engine, s specimen, f family, change func(client.Object)) {
			GinkgoHelper()

			reference, object := apply.ReferenceTo(s.desired(f)), s.empty()
			Expect(server.Get(ctx, reference.ObjectKey, object)).To(Succeed())
			Expect(server.Delete(ctx, object)).To(Succeed())
			object.SetResourceVersion("")
			object.SetUID("")
			object.SetManagedFields(nil)
			change(object)
			Expect(server.Create(ctx, object)).To(Succeed())
			e.awaitVersion(ctx, s, object)
		}

		It("is put right by creating the object again, where nothing is lost", func(ctx SpecContext) {
			engine := server.start()
			f := server.settle(ctx, engine)
			s := specimenOf("RoleBinding")
			recreate(ctx, engine, s, f, on(func(b *rbacv1.RoleBinding) { b.RoleRef.Name = "cluster-admin" }))

			Expect(engine.Apply(ctx, f.owner, f.objects())).To(HaveLen(1))

			found := &rbacv1.RoleBinding{}
			Expect(server.Get(ctx, f.key(), found)).To(Succeed())
			Expect(found.RoleRef.Name).To(Equal("view"))
		})

		It("is put right in an object that was made immutable", func(ctx SpecContext) {
			engine := server.start()
			f := server.settle(ctx, engine)
			server.change(ctx, engine, f, specimenOf("ConfigMap"), on(func(c *corev1.ConfigMap) {
				c.Data["ours"], c.Immutable = "9", new(true)
			}))

			Expect(engine.Apply(ctx, f.owner, f.objects())).To(HaveLen(1))

			found := &corev1.ConfigMap{}
			Expect(server.Get(ctx, f.key(), found)).To(Succeed())
			Expect(found.Data).To(HaveKeyWithValue("ours", "1"))
			Expect(found.Immutable).To(BeNil())
		})

		It("is told with who set it, where something would be lost", func(ctx SpecContext) {
			engine := server.start()
			f := server.settle(ctx, engine)
			s := specimenOf("Deployment")
			recreate(ctx, engine, s, f, on(func(d *appsv1.Deployment) {
				d.Spec.Selector.MatchLabels["more"] = "1"
				d.Spec.Template.Labels["more"] = "1"
			}))
			before := server.live(ctx, apply.ReferenceTo(s.desired(f)))

			_, err := engine.Apply(ctx, f.owner, f.objects())
			Expect(err).To(MatchError(And(
				ContainSubstring("spec.selector of Deployment %s/%s is ", f.name, f.name), ContainSubstring("set by somebody"))))
			Expect(server.live(ctx, apply.ReferenceTo(s.desired(f)))).To(Equal(before))
		})
	})

	Describe("An object that lost its owner reference", func() {
		for _, s := range specimens() {
			It("is taken back: "+s.String(), func(ctx SpecContext) {
				engine := server.start()
				f := server.settle(ctx, engine)
				server.change(ctx, engine, f, s, func(object client.Object) { object.SetOwnerReferences(nil) })

				reference := apply.ReferenceTo(s.desired(f))
				Expect(engine.Apply(ctx, f.owner, f.objects())).To(Equal([]apply.Change{{Object: reference, Action: apply.Healed}}))
				Expect(server.live(ctx, reference).GetOwnerReferences()).To(HaveLen(1))
			})

			It("goes with its owner: "+s.String(), func(ctx SpecContext) {
				engine := server.start()
				f := server.settle(ctx, engine)
				server.change(ctx, engine, f, s, func(object client.Object) { object.SetOwnerReferences(nil) })

				Expect(engine.Teardown(ctx, f.owner, [][]schema.GroupVersionKind{{s.gvk}})).To(ConsistOf(apply.ReferenceTo(s.desired(f)).String()))
			})
		}

		It("is the successor's, of the same name as its owner", func(ctx SpecContext) {
			engine := server.start()
			f := server.settle(ctx, engine)
			uids := f.uids(ctx, server)
			successor := server.replaceOwner(ctx, f)

			Expect(engine.Apply(ctx, successor.owner, successor.objects())).To(HaveLen(len(specimens())))
			Expect(successor.uids(ctx, server)).To(Equal(uids), "none of them is made anew")

			for _, reference := range f.references() {
				Expect(server.live(ctx, reference).GetOwnerReferences()).To(ConsistOf(HaveField("UID", successor.owner.UID)), reference.String())
			}

			engine.expectQuiet(func() { Expect(engine.Apply(ctx, successor.owner, successor.objects())).To(BeEmpty()) })
		})

		It("goes with the successor of its owner", func(ctx SpecContext) {
			engine := server.start()
			f := server.settle(ctx, engine)
			successor := server.replaceOwner(ctx, f)

			Expect(engine.Teardown(ctx, successor.owner, [][]schema.GroupVersionKind{{specimenOf("ConfigMap").gvk}})).To(HaveLen(1))
			Expect(server.Get(ctx, f.key(), &corev1.ConfigMap{})).To(Satisfy(apierrors.IsNotFound))
		})

		It("stays where somebody copied it to another name", func(ctx SpecContext) {
			engine := server.start()
			f := server.settle(ctx, engine)

			copied := &corev1.ConfigMap{}
			Expect(server.Get(ctx, f.key(), copied)).To(Succeed())
			copied.ObjectMeta = metav1.ObjectMeta{Namespace: f.name, Name: "copy", Labels: copied.Labels, Annotations: copied.Annotations}
			Expect(server.Create(ctx, copied)).To(Succeed())
			engine.awaitVersion(ctx, specimenOf("ConfigMap"), copied)

			Expect(engine.Prune(ctx, f.owner, f.references(), spareNone, kinds())).To(BeEmpty())
		})
	})
}

// alterConfigMaps installs a policy that changes a key of a family's ConfigMaps, and
// waits until it is in force.
func (a *api) alterConfigMaps(ctx context.Context, f family) {
	GinkgoHelper()

	policy := &admissionregistrationv1.MutatingAdmissionPolicy{
		ObjectMeta: metav1.ObjectMeta{Name: f.name},
		Spec: admissionregistrationv1.MutatingAdmissionPolicySpec{
			MatchConstraints: &admissionregistrationv1.MatchResources{
				ResourceRules: []admissionregistrationv1.NamedRuleWithOperations{{
					RuleWithOperations: admissionregistrationv1.RuleWithOperations{
						Operations: []admissionregistrationv1.OperationType{admissionregistrationv1.Create, admissionregistrationv1.Update},
						Rule:       admissionregistrationv1.Rule{APIGroups: []string{""}, APIVersions: []string{"v1"}, Resources: []string{"configmaps"}},
					},
				}},
			},
			MatchConditions: []admissionregistrationv1.MatchCondition{{
				Name: "has-the-key", Expression: "has(object.data) && 'altered' in object.data",
			}},
			FailurePolicy:      new(admissionregistrationv1.Fail),
			ReinvocationPolicy: admissionregistrationv1.NeverReinvocationPolicy,
			Mutations: []admissionregistrationv1.Mutation{{
				PatchType: admissionregistrationv1.PatchTypeJSONPatch,
				JSONPatch: &admissionregistrationv1.JSONPatch{
					Expression: `[JSONPatch{op: "replace", path: "/data/altered", value: "stored"}]`,
				},
			}},
		},
	}
	Expect(a.Create(ctx, policy)).To(Succeed())
	Expect(a.Create(ctx, &admissionregistrationv1.MutatingAdmissionPolicyBinding{
		ObjectMeta: metav1.ObjectMeta{Name: f.name},
		Spec:       admissionregistrationv1.MutatingAdmissionPolicyBindingSpec{PolicyName: f.name},
	})).To(Succeed())
	DeferCleanup(func(ctx SpecContext) {
		Expect(client.IgnoreNotFound(a.Delete(ctx, &admissionregistrationv1.MutatingAdmissionPolicyBinding{ObjectMeta: metav1.ObjectMeta{Name: f.name}}))).To(Succeed())
		Expect(a.Delete(ctx, policy)).To(Succeed())
	})

	Eventually(ctx, func() (string, error) {
		asked := &corev1.ConfigMap{
			ObjectMeta: metav1.ObjectMeta{Namespace: metav1.NamespaceDefault, Name: "asked"}, Data: map[string]string{"altered": "asked"},
		}
		err := a.Create(ctx, asked, client.DryRunAll)

		return asked.Data["altered"], err
	}).Should(Equal("stored"))
}

// specimenOf is the specimen of a kind.
func specimenOf(kind string) specimen {
	GinkgoHelper()

	for _, s := range specimens() {
		if s.gvk.Kind == kind {
			return s
		}
	}

	Fail("no specimen of kind " + kind)

	return specimen{}
}
