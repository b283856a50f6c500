// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package crd_test

import (
	"encoding/json"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// describeStorage says what the API server does with a tenant beside checking
// it.
func describeStorage(api *server) {
	unknown := json.RawMessage(`{"spec": {"controler": {"replicas": 2}, "exposure": {"type": "NodePort", "nodePorts": {}}}}`)

	Describe("unknown fields", func() {
		It("are refused for strict clients, such as kubectl", func(ctx SpecContext) {
			object, err := tenant(unknown)
			Expect(err).NotTo(HaveOccurred())

			err = api.Strict.Create(ctx, object)
			Expect(apierrors.IsBadRequest(err)).To(BeTrue(), "%v", err)
			Expect(err).To(MatchError(
				`IngressTenant in version "v1alpha1" cannot be handled as a IngressTenant: strict decoding error: unknown field "spec.controler", unknown field "spec.exposure.nodePorts"`))
		})

		It("are dropped for others", func(ctx SpecContext) {
			object, err := tenant(unknown)
			Expect(err).NotTo(HaveOccurred())
			Expect(api.Create(ctx, object)).To(Succeed())
			DeferCleanup(remove, api, object)

			expectSpec(ctx, api, object, json.RawMessage(`{"spec": {"exposure": {"type": "NodePort"}}}`))
		})
	})

	Describe("the status", func() {
		stored := func(ctx SpecContext, object *unstructured.Unstructured) *unstructured.Unstructured {
			GinkgoHelper()

			found := object.DeepCopy()
			Expect(api.Get(ctx, client.ObjectKeyFromObject(object), found)).To(Succeed())

			return found
		}

		It("is dropped from a created tenant", func(ctx SpecContext) {
			object := create(ctx, api, json.RawMessage(`{"spec": {}, "status": {"namespace": "forged"}}`))
			Expect(stored(ctx, object).Object).NotTo(HaveKey("status"))
		})

		It("is not changed by writing the spec, nor the spec by writing the status", func(ctx SpecContext) {
			object := create(ctx, api, json.RawMessage(`{"spec": {}}`))

			written := object.DeepCopy()
			written.Object["status"] = map[string]any{"namespace": "ingress-example"}
			written.Object["spec"] = map[string]any{"deletionPolicy": "Force"}
			Expect(api.Status().Update(ctx, written)).To(Succeed())

			written = stored(ctx, object)
			Expect(written.Object["status"]).To(Equal(map[string]any{"namespace": "ingress-example"}))
			Expect(written.Object["spec"]).To(BeEmpty())
			Expect(written.GetGeneration()).To(Equal(int64(1)))

			written.Object["status"] = map[string]any{"namespace": "forged"}
			written.Object["spec"] = map[string]any{"deletionPolicy": "Force"}
			Expect(api.Update(ctx, written)).To(Succeed())

			written = stored(ctx, object)
			Expect(written.Object["status"]).To(Equal(map[string]any{"namespace": "ingress-example"}))
			Expect(written.Object["spec"]).To(Equal(map[string]any{"deletionPolicy": "Force"}))
			Expect(written.GetGeneration()).To(Equal(int64(2)))
		})
	})

	Describe("a tenant that was stored before a rule", func() {
		It("can still be changed, but for what breaks the rule", func(ctx SpecContext) {
			crd := &unstructured.Unstructured{}
			crd.SetAPIVersion("apiextensions.k8s.io/v1")
			crd.SetKind("CustomResourceDefinition")
			crd.SetName("ingresstenants.ingresstenant.io")

			define := func(change func(versions []any) []any) {
				GinkgoHelper()

				Expect(api.Get(ctx, client.ObjectKeyFromObject(crd), crd)).To(Succeed())
				versions, _, err := unstructured.NestedSlice(crd.Object, "spec", "versions")
				Expect(err).NotTo(HaveOccurred())
				Expect(unstructured.SetNestedSlice(crd.Object, change(versions), "spec", "versions")).To(Succeed())
				Expect(api.Update(ctx, crd)).To(Succeed())
			}

			var ruled []any

			define(func(versions []any) []any {
				ruled = runtime.DeepCopyJSONValue(versions).([]any)

				return withoutRules(versions).([]any)
			})

			old, err := tenant(json.RawMessage(`{"metadata": {"name": "old"}, "spec": {
				"exposure": {"type": "LoadBalancer", "loadBalancer": {"allowedSourceRanges": ["10.0.0.5/24"]}},
				"controller": {"extraArgs": ["--a=\u0000"], "tolerations": [{"key": "a", "operator": "Gt", "value": "1"}]}}}`))
			Expect(err).NotTo(HaveOccurred())
			Eventually(ctx, func() error { return api.Strict.Create(ctx, old) }).WithTimeout(30 * time.Second).Should(Succeed())
			DeferCleanup(remove, api, old)

			define(func([]any) []any { return ruled })

			another := old.DeepCopy()
			another.SetName("another")
			another.SetResourceVersion("")
			another.SetUID("")
			Eventually(ctx, func() error { return api.Strict.Create(ctx, another.DeepCopy(), client.DryRunAll) }).WithTimeout(30 * time.Second).ShouldNot(Succeed())

			Expect(unstructured.SetNestedField(old.Object, "Force", "spec", "deletionPolicy")).To(Succeed())
			Expect(unstructured.SetNestedField(old.Object, int64(3), "spec", "controller", "replicas")).To(Succeed())
			Expect(unstructured.SetNestedField(old.Object, "Local", "spec", "exposure", "externalTrafficPolicy")).To(Succeed())
			Expect(api.Strict.Update(ctx, old)).To(Succeed())

			Expect(unstructured.SetNestedStringSlice(old.Object, []string{"10.0.0.6/24"},
				"spec", "exposure", "loadBalancer", "allowedSourceRanges")).To(Succeed())
			Expect(api.Strict.Update(ctx, old)).To(MatchError(ContainSubstring("host bits must not be set")))
		})
	})

	Describe("the names of the kind", func() {
		It("are one cluster-wide resource, its short name and its category", func(ctx SpecContext) {
			crd := &unstructured.Unstructured{}
			crd.SetAPIVersion("apiextensions.k8s.io/v1")
			crd.SetKind("CustomResourceDefinition")
			Expect(api.Get(ctx, client.ObjectKey{Name: "ingresstenants.ingresstenant.io"}, crd)).To(Succeed())

			scope, _, err := unstructured.NestedString(crd.Object, "spec", "scope")
			Expect(err).NotTo(HaveOccurred())
			Expect(scope).To(Equal("Cluster"))

			names, _, err := unstructured.NestedMap(crd.Object, "status", "acceptedNames")
			Expect(err).NotTo(HaveOccurred())
			Expect(names).To(Equal(map[string]any{
				"kind": "IngressTenant", "listKind": "IngressTenantList",
				"plural": "ingresstenants", "singular": "ingresstenant",
				"shortNames": []any{"igt"}, "categories": []any{"ingresstenants"},
			}))
		})
	})
}

// withoutRules is a schema, or a part of one, without CEL rules.
func withoutRules(schema any) any {
	switch schema := schema.(type) {
	case map[string]any:
		delete(schema, "x-kubernetes-validations")

		for key := range schema {
			schema[key] = withoutRules(schema[key])
		}
	case []any:
		for i := range schema {
			schema[i] = withoutRules(schema[i])
		}
	}

	return schema
}
