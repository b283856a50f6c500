// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package crd_test

import (
	"encoding/json"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
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
