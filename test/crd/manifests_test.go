// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package crd_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

func describeAccepted(api *server, files []caseFile) {
	for _, file := range files {
		Describe("accepted: "+file.Subject, func() {
			for _, c := range file.Cases {
				It(c.Name, func(ctx SpecContext) {
					Expect(c.Errors).To(BeEmpty(), "an accepted case expects no errors")

					object := create(ctx, api, c.Initial)
					expectSpec(ctx, api, object, c.Initial)

					switch {
					case c.Update != nil:
						Expect(update(ctx, api, object, c.Update)).To(Succeed())
						expectSpec(ctx, api, object, c.Update)
					case c.Status != nil:
						Expect(updateStatus(ctx, api, object, c.Status)).To(Succeed())
					}
				})
			}
		})
	}
}

func describeRejected(api *server, files []caseFile) {
	for _, file := range files {
		Describe("rejected: "+file.Subject, func() {
			for _, c := range file.Cases {
				It(c.Name, func(ctx SpecContext) {
					Expect(rejection(ctx, api, c)).To(ConsistOf(c.Errors))
				})
			}
		})
	}
}

// rejection is what the last request of the case is answered with.
func rejection(ctx context.Context, api *server, c testCase) []string {
	GinkgoHelper()

	var err error

	switch {
	case c.Update != nil:
		err = update(ctx, api, create(ctx, api, c.Initial), c.Update)
	case c.Status != nil:
		err = updateStatus(ctx, api, create(ctx, api, c.Initial), c.Status)
	default:
		object, failure := tenant(c.Initial)
		Expect(failure).NotTo(HaveOccurred())

		err = api.Strict.Create(ctx, object)
		if err == nil {
			DeferCleanup(remove, api, object)
		}
	}

	Expect(err).To(HaveOccurred(), "the API server took the tenant")
	Expect(apierrors.IsInvalid(err)).To(BeTrue(), err.Error())

	return causes(err)
}

// causes are the errors of an Invalid answer, each as "field: message".
func causes(err error) []string {
	status := apierrors.APIStatus(nil)
	if !errors.As(err, &status) || status.Status().Details == nil {
		return []string{err.Error()}
	}

	var found []string

	for _, cause := range status.Status().Details.Causes {
		// The server adds this line where it stopped before the CEL rules. It
		// says nothing about the tenant.
		if strings.Contains(cause.Message, "some validation rules were not checked") {
			continue
		}

		found = append(found, cause.Field+": "+cause.Message)
	}

	return found
}

func create(ctx context.Context, api *server, manifest json.RawMessage) *unstructured.Unstructured {
	GinkgoHelper()

	object, err := tenant(manifest)
	Expect(err).NotTo(HaveOccurred())
	Expect(api.Strict.Create(ctx, object)).To(Succeed())
	DeferCleanup(remove, api, object)

	return object
}

func remove(ctx context.Context, api *server, object *unstructured.Unstructured) error {
	return client.IgnoreNotFound(api.Delete(ctx, object))
}

// update replaces the spec of the object.
func update(ctx context.Context, api *server, object *unstructured.Unstructured, manifest json.RawMessage) error {
	GinkgoHelper()

	wanted, err := tenant(manifest)
	Expect(err).NotTo(HaveOccurred())

	changed := object.DeepCopy()
	changed.Object["spec"] = wanted.Object["spec"]

	return api.Strict.Update(ctx, changed)
}

// updateStatus replaces the status of the object.
func updateStatus(ctx context.Context, api *server, object *unstructured.Unstructured, status json.RawMessage) error {
	GinkgoHelper()

	wanted, err := value(status)
	Expect(err).NotTo(HaveOccurred())

	changed := object.DeepCopy()
	changed.Object["status"] = wanted

	return api.Strict.Status().Update(ctx, changed)
}

// expectSpec fails where the stored spec differs from the manifest's: the
// schema adds no defaults and drops nothing.
func expectSpec(ctx context.Context, api *server, object *unstructured.Unstructured, manifest json.RawMessage) {
	GinkgoHelper()

	wanted, err := tenant(manifest)
	Expect(err).NotTo(HaveOccurred())

	stored := object.DeepCopy()
	Expect(api.Get(ctx, client.ObjectKeyFromObject(object), stored)).To(Succeed())
	Expect(stored.Object["spec"]).To(Equal(wanted.Object["spec"]))
}
