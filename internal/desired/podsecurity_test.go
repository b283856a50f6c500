// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package desired_test

import (
	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
	"pgregory.net/rapid"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/internal/desired"
)

// checkPodSecurity asks what the API server asks when it admits a pod to a
// namespace of the restricted level.
func checkPodSecurity(t rapid.TB, _ desired.Input, objects []client.Object) {
	t.Helper()

	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		t.Fatal(err)
	}

	template := one[*appsv1.Deployment](t, objects).Spec.Template
	restricted := api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}

	answer := policy.AggregateCheckResults(evaluator.EvaluatePod(restricted, &template.ObjectMeta, &template.Spec))
	if !answer.Allowed {
		t.Errorf("the restricted level forbids the pod: %s", answer.ForbiddenDetail())
	}
}
