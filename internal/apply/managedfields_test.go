// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package apply_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ingresstenant/ingress-tenant-operator/internal/apply"
)

func TestTrimManagedFields(t *testing.T) {
	t.Parallel()

	entry := func(manager string, operation metav1.ManagedFieldsOperationType, subresource, fields string) metav1.ManagedFieldsEntry {
		e := metav1.ManagedFieldsEntry{
			Manager: manager, Operation: operation, Subresource: subresource, APIVersion: "v1", FieldsType: "FieldsV1", FieldsV1: &metav1.FieldsV1{},
		}
		e.FieldsV1.SetRawBytes([]byte(fields))

		return e
	}

	own := entry(fieldOwner, metav1.ManagedFieldsOperationApply, "", `{"f:spec":{"f:type":{}}}`)
	spec := `{"f:metadata":{"f:labels":{}},"f:spec":{"f:paused":{}}}`

	for name, test := range map[string]struct {
		entries []metav1.ManagedFieldsEntry
		kept    bool
	}{
		"the engine's own": {[]metav1.ManagedFieldsEntry{own}, false},
		"its own, of a further manager": {
			[]metav1.ManagedFieldsEntry{own, entry(furtherOwner, metav1.ManagedFieldsOperationApply, "", spec)}, false,
		},
		"metadata of others": {
			[]metav1.ManagedFieldsEntry{own, entry("cloud", metav1.ManagedFieldsOperationUpdate, "", `{"f:metadata":{"f:annotations":{}}}`)}, false,
		},
		"status by whatever way": {
			[]metav1.ManagedFieldsEntry{
				own,
				entry("cloud", metav1.ManagedFieldsOperationUpdate, "status", `{"f:status":{}}`),
				entry("old-cloud", metav1.ManagedFieldsOperationUpdate, "", `{"f:status":{}}`),
			}, false,
		},
		"an autoscaler's scale": {
			[]metav1.ManagedFieldsEntry{own, entry("autoscaler", metav1.ManagedFieldsOperationUpdate, "scale", `{"f:spec":{"f:replicas":{}}}`)}, false,
		},
		"a spec of others":                  {[]metav1.ManagedFieldsEntry{own, entry("kubectl-edit", metav1.ManagedFieldsOperationUpdate, "", spec)}, true},
		"an apply of others":                {[]metav1.ManagedFieldsEntry{own, entry("gitops", metav1.ManagedFieldsOperationApply, "", spec)}, true},
		"the engine's name on an update":    {[]metav1.ManagedFieldsEntry{own, entry(fieldOwner, metav1.ManagedFieldsOperationUpdate, "", spec)}, true},
		"an object that it did not apply":   {[]metav1.ManagedFieldsEntry{entry("cloud", metav1.ManagedFieldsOperationUpdate, "", `{"f:metadata":{}}`)}, true},
		"fields that nobody can read":       {[]metav1.ManagedFieldsEntry{own, entry("odd", metav1.ManagedFieldsOperationUpdate, "", `[`)}, true},
		"an object without managed fields":  {nil, true},
		"an object that lost them all once": {[]metav1.ManagedFieldsEntry{{}}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			object := &corev1.Service{ObjectMeta: metav1.ObjectMeta{Name: "a", ManagedFields: test.entries}}
			trim := apply.TrimManagedFields(fieldOwner, furtherOwner)

			if _, err := trim(object); err != nil {
				t.Fatal(err)
			}

			if kept := cmp.Equal(object.ManagedFields, test.entries); kept != test.kept {
				t.Errorf("kept: %v, want %v", kept, test.kept)
			}

			// A cache may trim an object again.
			once := object.DeepCopy()
			if _, err := trim(object); err != nil {
				t.Fatal(err)
			}

			if diff := cmp.Diff(once, object); diff != "" {
				t.Errorf("trimmed twice (-once +twice):\n%s", diff)
			}
		})
	}
}
