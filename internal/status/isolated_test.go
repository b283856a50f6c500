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
		"rights that could not be taken, whatever else": {
			observed: serving(func(o *status.Observed) {
				o.Plan.Isolation.Secrets = v1alpha1.SecretsClusterWide
				o.Namespaces.RightsLeft = []string{"news", "shop"}
			}),
			want: answer{
				metav1.ConditionFalse, "RightsNotWithdrawn",
				"The controller still has rights in namespaces that the tenant does not serve: news, shop. The operator goes on trying to take them; " +
					"to see what keeps them, run: kubectl get rolebindings -n news -l ingresstenant.io/tenant=blog -o yaml",
			},
		},
		"rights that could not be taken, of a refused spec": {
			observed: serving(func(o *status.Observed) {
				o.Plan = nil
				o.Err = refused{"InvalidSpec", "No."}
				o.Namespaces.RightsLeft = []string{"shop"}
			}),
			want: answer{
				metav1.ConditionFalse, "RightsNotWithdrawn",
				"The controller still has rights in namespaces that the tenant does not serve: shop. The operator goes on trying to take them; " +
					"to see what keeps them, run: kubectl get rolebindings -n shop -l ingresstenant.io/tenant=blog -o yaml",
			},
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
