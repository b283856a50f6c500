// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build e2e

// Package attack tries to take what is another tenant's, on the local cluster: as a
// tenant's team, as a tenant's controller, with the operator's own token, and as those
// of a platform who have some rights and not all. `make attack` runs it.
package attack

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/admission"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
	"github.com/ingresstenant/ingress-tenant-operator/test/local"
)

// bounded is a bound for a slow machine, no measure.
const bounded = NodeTimeout(5 * time.Minute)

func TestAttack(t *testing.T) {
	RegisterFailHandler(Fail)
	ctrl.SetLogger(GinkgoLogr)
	SetDefaultEventuallyTimeout(time.Minute)
	SetDefaultEventuallyPollingInterval(250 * time.Millisecond)

	cluster, err := local.Connect("attack")
	if err != nil {
		t.Fatal(err)
	}

	s := &site{Cluster: cluster}

	s.namespaces, err = s.foreignNamespaces(t.Context())
	if err != nil {
		t.Fatal(err)
	}

	attempts, err := s.readAll()
	if err != nil {
		t.Fatal(err)
	}

	texts, places, err := readInjection()
	if err != nil {
		t.Fatal(err)
	}

	report := &table{}

	Describe("An attack", Ordered, ContinueOnFailure, func() {
		BeforeAll(func(ctx SpecContext) { s.prepare(ctx) }, bounded)
		AfterAll(func(ctx SpecContext) { s.leave(ctx) }, bounded)

		for _, a := range attempts {
			It("as "+a.As+", to "+a.What, func(ctx SpecContext) {
				stopped, message := s.stopped(ctx, a, s.actors[a.As])
				report.add(a, stopped, message, s.traffic.Result().Failed)
				Expect(stopped).To(Equal(a.Stopped), message)
			}, bounded)
		}

		describeInjection(s, texts, places, report)

		It("is there for each policy", func(ctx SpecContext) {
			list := &admissionregistrationv1.ValidatingAdmissionPolicyList{}
			Expect(s.List(ctx, list, client.MatchingLabels(admission.Labels()))).To(Succeed())

			installed := map[string]bool{}
			for i := range list.Items {
				installed[withoutPage(list.Items[i].Name)] = true
			}

			Expect(policiesOf(attempts)).To(ConsistOf(slices.Collect(maps.Keys(installed))))
		}, bounded)

		It("is stopped by the policies while the operator is", func(ctx SpecContext) {
			s.scaleOperator(ctx, 0)

			tried := 0

			for _, a := range attempts {
				if byPolicy(a) {
					stopped, message := s.stopped(ctx, a, client.NewDryRunClient(s.actors[a.As]))
					Expect(stopped).To(Equal(a.Stopped), "%s: %s", a.What, message)

					tried++
				}
			}

			report.notef("with the operator stopped: %d attempts, 0 succeeded", tried)
		}, bounded)

		for _, policy := range policiesOf(attempts) {
			It("succeeds without policy "+policy, func(ctx SpecContext) {
				defer s.putOutOfForce(ctx, policy)()

				succeeds := func() int {
					count := 0

					for _, a := range heldBy(attempts, policy) {
						if stopped, _ := s.stopped(ctx, a, client.NewDryRunClient(s.actors[a.As])); stopped == nobody {
							count++
						}
					}

					return count
				}

				// The API server follows its policies by watching them.
				Eventually(succeeds).WithContext(ctx).Should(BeNumerically(">", 0))
				report.notef("without %s: %d of the %d attempts that it stops succeeded", policy, succeeds(), len(heldBy(attempts, policy)))
			}, bounded)
		}

		It("leaves the victim's traffic as it was", func() {
			Expect(s.traffic.Stop().Failed).To(BeZero(), "%s", s.traffic.Result())
			report.notef("the victim's traffic: %s", s.traffic.Result())
		})
	})

	ReportAfterSuite("the table", func(Report) { Expect(report.print()).To(Succeed()) })

	RunSpecs(t, "Attacks on the local cluster")
}

// readAll reads the attempts of everybody; those of controllers for each implementation.
func (s *site) readAll() ([]attempt, error) {
	var attempts []attempt

	for _, who := range []string{"team", "keeper", "author", "operator"} {
		read, err := readAttempts(who+".yaml", nil)
		if err != nil {
			return nil, err
		}

		attempts = append(attempts, read...)
	}

	for _, c := range controllers() {
		read, err := readAttempts("controller.yaml", map[string]any{"Controller": c.actor(), "Tenant": c.tenant, "Namespaces": s.namespaces})
		if err != nil {
			return nil, err
		}

		attempts = append(attempts, read...)
	}

	return attempts, nil
}

// stopped tries something, and returns who stopped it.
func (s *site) stopped(ctx context.Context, a attempt, as client.Client) (string, string) {
	GinkgoHelper()

	Expect(as).NotTo(BeNil(), "there is no actor %s", a.As)

	for _, object := range a.First {
		there := object.unstructured()
		Expect(s.Create(ctx, there)).To(Succeed())
		defer func() { Expect(client.IgnoreNotFound(s.Delete(ctx, there))).To(Succeed()) }()
	}

	undo, answer := a.try(ctx, as, s)
	by, err := stoppedBy(answer)
	message := fmt.Sprint(answer)

	// What the API server takes, the operator may still not carry out.
	if answer == nil && a.Create["kind"] == "IngressTenant" {
		if refused := s.refused(ctx, a.Create.unstructured().GetName()); refused != "" {
			by, message = byOperator, refused
		}
	}

	Expect(undo()).To(Succeed())
	Expect(err).NotTo(HaveOccurred())

	return by, message
}

// byPolicy is whether an attempt has to be stopped by an admission policy.
func byPolicy(a attempt) bool {
	return strings.HasPrefix(a.Stopped, "ingresstenant-")
}

// heldBy are the attempts that a policy has to stop.
func heldBy(attempts []attempt, policy string) []attempt {
	var found []attempt

	for _, a := range attempts {
		if a.Stopped == policy {
			found = append(found, a)
		}
	}

	return found
}

// policiesOf are the policies that stop attempts, each once, in order.
func policiesOf(attempts []attempt) []string {
	var policies []string

	for _, a := range attempts {
		if byPolicy(a) && !slices.Contains(policies, a.Stopped) {
			policies = append(policies, a.Stopped)
		}
	}

	return policies
}

// foreignNamespaces are the namespaces that the attacker's controller does not serve.
func (s *site) foreignNamespaces(ctx context.Context) ([]string, error) {
	list := &corev1.NamespaceList{}
	if err := s.List(ctx, list); err != nil {
		return nil, err
	}

	names := []string{victim, "ingress-" + victim}
	for i := range list.Items {
		names = append(names, list.Items[i].Name)
	}

	return names, nil
}

// scaleOperator stops the operator, or starts it.
func (s *site) scaleOperator(ctx context.Context, replicas int32) {
	GinkgoHelper()

	operator := &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Namespace: tenant.Operator, Name: tenant.Operator}}
	Expect(s.Patch(ctx, operator, client.RawPatch("application/merge-patch+json", fmt.Appendf(nil, `{"spec":{"replicas":%d}}`, replicas)))).To(Succeed())
	Eventually(func(g Gomega) {
		g.Expect(s.Get(ctx, client.ObjectKeyFromObject(operator), operator)).To(Succeed())
		g.Expect(operator.Status.Replicas).To(Equal(replicas))
		g.Expect(operator.Status.ReadyReplicas).To(Equal(replicas))
	}).WithContext(ctx).WithTimeout(2 * time.Minute).Should(Succeed())
}

// putOutOfForce deletes the bindings of a policy, and of all its pages, and returns what
// makes them anew.
func (s *site) putOutOfForce(ctx context.Context, policy string) func() {
	GinkgoHelper()

	list := &admissionregistrationv1.ValidatingAdmissionPolicyBindingList{}
	Expect(s.List(ctx, list, client.MatchingLabels(admission.Labels()))).To(Succeed())

	var deleted []admissionregistrationv1.ValidatingAdmissionPolicyBinding

	for _, binding := range list.Items {
		if withoutPage(binding.Name) == policy {
			Expect(s.Delete(ctx, binding.DeepCopy())).To(Succeed())

			binding.ResourceVersion, binding.UID = "", ""
			deleted = append(deleted, binding)
		}
	}

	Expect(deleted).NotTo(BeEmpty(), "there is no binding of %s", policy)
	return func() {
		for i := range deleted {
			Expect(s.Create(ctx, &deleted[i])).To(Succeed())
		}
	}
}

// leave takes away what prepare made.
func (s *site) leave(ctx context.Context) {
	GinkgoHelper()

	s.scaleOperator(ctx, 1)

	for _, name := range append([]string{attacker, victim, selected}, s.made...) {
		Expect(client.IgnoreNotFound(s.Delete(ctx, &v1alpha1.IngressTenant{ObjectMeta: metav1.ObjectMeta{Name: name}}))).To(Succeed())
		Expect(client.IgnoreNotFound(s.Delete(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}))).To(Succeed())
	}

	Eventually(func(g Gomega) {
		tenants := &v1alpha1.IngressTenantList{}
		g.Expect(s.List(ctx, tenants)).To(Succeed())
		g.Expect(tenants.Items).To(BeEmpty())
	}).WithContext(ctx).WithTimeout(2 * time.Minute).Should(Succeed())
}
