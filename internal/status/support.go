// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// providerSupported says whether the implementation still gets fixes.
func (v view) providerSupported() metav1.Condition {
	const conditionType = v1alpha1.ConditionProviderSupported

	if v.Plan == nil {
		return v.unplanned(conditionType, "The spec is not accepted, so it is not known which version would run.")
	}

	provider := v.Plan.Provider
	if provider.Support == nil || (v.Plan.ImageOverridden && provider.Version == "") {
		return condition(conditionType, metav1.ConditionUnknown, v1alpha1.ReasonImageOverridden,
			fmt.Sprintf("Image %s is the tenant's own, so its version is not known. "+
				"Set spec.controller.version to the version that it holds.", provider.Image))
	}

	switch provider.Support.Phase {
	case v1alpha1.SupportEndOfLife:
		return condition(conditionType, metav1.ConditionFalse, v1alpha1.ReasonEndOfLife, endOfLife(provider))
	case v1alpha1.SupportUnverified:
		return condition(conditionType, metav1.ConditionUnknown, v1alpha1.ReasonUnverified, sentences(supported(provider),
			"But this operator's settings for it were written from its source and documentation, and have never been run: "+
				"try it with requests and rights like yours before clients depend on it."))
	case v1alpha1.SupportSupported:
	}

	return condition(conditionType, metav1.ConditionTrue, v1alpha1.ReasonSupported, supported(provider))
}

func supported(p v1alpha1.ProviderStatus) string {
	if p.Support.EndOfLife == "" {
		return fmt.Sprintf("%s %s gets fixes.", p.Name, p.Version)
	}

	return fmt.Sprintf("%s %s gets fixes until %s.", p.Name, p.Version, p.Support.EndOfLife)
}

func endOfLife(p v1alpha1.ProviderStatus) string {
	what := fmt.Sprintf("%s %s gets no fixes any more, not for security either.", p.Name, p.Version)
	if p.Support.EndOfLife != "" {
		what = fmt.Sprintf("%s %s has had no fixes since %s, not for security either.", p.Name, p.Version, p.Support.EndOfLife)
	}

	todo := "Set spec.controller.version to a version that gets fixes, or remove it to follow the operator's default."
	if p.Name == v1alpha1.ProviderIngressNGINX {
		todo = "The project is retired, and no later version will come: " +
			"set spec.controller.provider to Traefik, which reads the annotations of ingress-nginx."
	}

	return sentences(what, todo)
}
