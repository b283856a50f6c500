// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package status_test

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/status"
)

func TestIsolated(t *testing.T) {
	t.Parallel()

	graded := func(binding v1alpha1.ClassBinding, secrets v1alpha1.SecretsScope) status.Observed {
		return serving(func(o *status.Observed) {
			o.Plan.Isolation = v1alpha1.IsolationStatus{ClassBinding: binding, Secrets: secrets}
		})
	}

	const (
		shared = "The controller tells its class by name alone, under a controller value that others of its kind share. " +
			"Choose a provider that takes a controller value of its own, such as Traefik."
		readable = "The controller may read the Secrets of all namespaces. " +
			"Set spec.namespaces to what the tenant needs, and choose a provider that can serve exactly that, such as Traefik."
	)

	for name, c := range map[string]struct {
		last     []metav1.Condition
		observed status.Observed
		want     answer
	}{
		"nothing shared": {
			observed: graded(v1alpha1.BindingControllerValue, v1alpha1.SecretsNamespaced),
			want: answer{
				metav1.ConditionTrue, "Isolated",
				"The controller value is this tenant's alone, and the controller reads Secrets in the tenant's namespaces only.",
			},
		},
		"controller value shared": {
			observed: graded(v1alpha1.BindingClassName, v1alpha1.SecretsNamespaced),
			want:     answer{metav1.ConditionFalse, "SharedControllerValue", shared},
		},
		"secrets readable": {
			observed: graded(v1alpha1.BindingControllerValue, v1alpha1.SecretsClusterWide),
			want:     answer{metav1.ConditionFalse, "ClusterWideSecrets", readable},
		},
		"both": {
			observed: graded(v1alpha1.BindingClassName, v1alpha1.SecretsClusterWide),
			want:     answer{metav1.ConditionFalse, "SharedControllerValue", shared + " " + readable},
		},
		"no plan yet": {
			observed: status.Observed{},
			want: answer{
				metav1.ConditionUnknown, "NotAccepted",
				"The spec is not accepted, so it is not known what the tenant would share.",
			},
		},
		"no plan any more": {
			last:     []metav1.Condition{was("Isolated", metav1.ConditionFalse, "ClusterWideSecrets", "As before.")},
			observed: status.Observed{},
			want:     answer{metav1.ConditionFalse, "ClusterWideSecrets", "As before."},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, tenant(c.last...), c.observed, map[string]answer{"Isolated": c.want})
		})
	}
}
