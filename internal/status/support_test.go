// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package status_test

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/status"
)

func TestProviderSupported(t *testing.T) {
	t.Parallel()

	running := func(name v1alpha1.ProviderName, version string, support *v1alpha1.SupportStatus, overridden bool) status.Observed {
		return serving(func(o *status.Observed) {
			o.Plan.Provider = v1alpha1.ProviderStatus{Name: name, Version: version, Image: image, Support: support}
			o.Plan.ImageOverridden = overridden
		})
	}
	support := func(phase v1alpha1.SupportPhase, end string) *v1alpha1.SupportStatus {
		return &v1alpha1.SupportStatus{Phase: phase, EndOfLife: end}
	}

	const unknownVersion = "Image " + image + " is the tenant's own, so its version is not known. " +
		"Set spec.controller.version to the version that it holds."

	for name, c := range map[string]struct {
		last     []metav1.Condition
		observed status.Observed
		want     answer
	}{
		"supported": {
			observed: running("Traefik", "v3.7.20", support("Supported", ""), false),
			want:     answer{metav1.ConditionTrue, "Supported", "Traefik v3.7.20 gets fixes."},
		},
		"supported until a day": {
			observed: running("Traefik", "v3.6.9", support("Supported", "2026-12-31"), false),
			want:     answer{metav1.ConditionTrue, "Supported", "Traefik v3.6.9 gets fixes until 2026-12-31."},
		},
		"never run": {
			observed: running("HAProxy", "v3.2.15", support("Unverified", "2027-01-31"), false),
			want: answer{metav1.ConditionUnknown, "Unverified", "HAProxy v3.2.15 gets fixes until 2027-01-31. " +
				"But this operator's settings for it were written from its source and documentation, and have never been run: " +
				"try it with requests and rights like yours before clients depend on it."},
		},
		"end of life": {
			observed: running("Traefik", "v2.11.0", support("EndOfLife", "2026-02-01"), false),
			want: answer{metav1.ConditionFalse, "EndOfLife", "Traefik v2.11.0 has had no fixes since 2026-02-01, not for security either. " +
				"Set spec.controller.version to a version that gets fixes, or remove it to follow the operator's default."},
		},
		"end of life without a day, as of a patch release that a later one replaced": {
			observed: running("Traefik", "v3.7.13", support("EndOfLife", ""), false),
			want: answer{metav1.ConditionFalse, "EndOfLife", "Traefik v3.7.13 gets no fixes any more, not for security either. " +
				"Set spec.controller.version to a version that gets fixes, or remove it to follow the operator's default."},
		},
		"retired": {
			observed: running("IngressNGINX", "v1.15.1", support("EndOfLife", "2026-03-31"), false),
			want: answer{metav1.ConditionFalse, "EndOfLife", "IngressNGINX v1.15.1 has had no fixes since 2026-03-31, not for security either. " +
				"The project is retired, and no later version will come: " +
				"set spec.controller.provider to Traefik, which reads the annotations of ingress-nginx."},
		},
		"own image of unknown version": {
			observed: running("Traefik", "", support("Supported", ""), true),
			want:     answer{metav1.ConditionUnknown, "ImageOverridden", unknownVersion},
		},
		"own image of known version": {
			observed: running("Traefik", "v3.7.20", support("Supported", ""), true),
			want:     answer{metav1.ConditionTrue, "Supported", "Traefik v3.7.20 gets fixes."},
		},
		"support not known": {
			observed: running("Traefik", "", nil, true),
			want:     answer{metav1.ConditionUnknown, "ImageOverridden", unknownVersion},
		},
		"no plan yet": {
			observed: status.Observed{},
			want: answer{
				metav1.ConditionUnknown, "NotAccepted",
				"The spec is not accepted, so it is not known which version would run.",
			},
		},
		"no plan any more": {
			last:     []metav1.Condition{was("ProviderSupported", metav1.ConditionTrue, "Supported", "As before.")},
			observed: status.Observed{},
			want:     answer{metav1.ConditionTrue, "Supported", "As before."},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, tenant(c.last...), c.observed, map[string]answer{"ProviderSupported": c.want})
		})
	}
}
