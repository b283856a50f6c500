// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// isolated says whether the tenant shares neither class binding nor Secrets.
func (v view) isolated() metav1.Condition {
	const conditionType = v1alpha1.ConditionIsolated

	if v.Namespaces != nil && len(v.Namespaces.RightsLeft) > 0 {
		return condition(conditionType, metav1.ConditionFalse, v1alpha1.ReasonRightsNotWithdrawn, fmt.Sprintf(
			"The controller still has rights in namespaces that the tenant does not serve: %s. The operator goes on trying to take them; "+
				"to see what keeps them, run: kubectl get rolebindings -n %s -l ingresstenant.io/tenant=%s -o yaml",
			list(v.Namespaces.RightsLeft), v.Namespaces.RightsLeft[0], v.tenant))
	}

	if v.Plan == nil {
		return v.unplanned(conditionType, "The spec is not accepted, so it is not known what the tenant would share.")
	}

	var shared, readable string
	if v.Plan.Isolation.ClassBinding == v1alpha1.BindingClassName {
		shared = "The controller tells its class by name alone, under a controller value that others of its kind share. " +
			"Choose a provider that takes a controller value of its own, such as Traefik."
	}

	if v.Plan.Isolation.Secrets == v1alpha1.SecretsClusterWide {
		readable = "The controller may read the Secrets of all namespaces. " +
			"Set spec.namespaces to what the tenant needs, and choose a provider that can serve exactly that, such as Traefik."
	}

	switch {
	case shared != "":
		return condition(conditionType, metav1.ConditionFalse, v1alpha1.ReasonSharedControllerValue, sentences(shared, readable))
	case readable != "":
		return condition(conditionType, metav1.ConditionFalse, v1alpha1.ReasonClusterWideSecrets, readable)
	default:
		return condition(conditionType, metav1.ConditionTrue, v1alpha1.ReasonIsolated,
			"The controller value is this tenant's alone, and the controller reads Secrets in the tenant's namespaces only.")
	}
}
