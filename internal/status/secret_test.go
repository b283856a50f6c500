// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package status_test

import (
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ingresstenant/ingress-tenant-operator/internal/status"
)

// Pods that wait for a Secret say only that they are being created.
func TestSecretIsNamedWherePodsMayWaitForIt(t *testing.T) {
	t.Parallel()

	const waitsFor = " Pods wait for Secret wildcard in namespace ingress-blog as long as it does not exist " +
		"or lacks tls.crt or tls.key (spec.tls.defaultCertificate)."

	mounting := func(secret string, d *appsv1.Deployment, containers ...corev1.ContainerStatus) status.Observed {
		return serving(func(o *status.Observed) {
			o.Plan.CertificateSecret = secret
			o.Deployment = d
			o.Pods = []corev1.Pod{pod("a", corev1.PodPending, corev1.ConditionFalse, containers...)}
		})
	}

	creating := waiting("ContainerCreating", "")

	for name, c := range map[string]struct {
		observed status.Observed
		want     answer
	}{
		"a pod is being created": {
			observed: mounting("wildcard", starting(), creating),
			want:     answer{metav1.ConditionFalse, "Starting", "0 of 2 pods are ready. The pods are being created and started." + waitsFor},
		},
		"a pod was being created for too long": {
			observed: mounting("wildcard", overdue(corev1.ConditionFalse), creating),
			want: answer{
				metav1.ConditionFalse, "PodsNotReady", "0 of 2 pods are ready. Pods did not become ready in time. " +
					"See kubectl describe pods -n ingress-blog and kubectl logs -n ingress-blog deployment/traefik." + waitsFor,
			},
		},
		"a pod runs": {
			observed: mounting("wildcard", starting(), running()),
			want:     answer{metav1.ConditionFalse, "Starting", "0 of 2 pods are ready. The pods are being created and started."},
		},
		"a pod has another trouble": {
			observed: mounting("wildcard", starting(), creating, waiting("ErrImagePull", "not found")),
			want: answer{
				metav1.ConditionFalse, "ImagePullFailed", "0 of 2 pods are ready. A node cannot pull image registry.example/traefik:v3.7.20: not found. " +
					"Check the name and tag in spec.controller.image or spec.controller.version, and that the nodes reach the registry and may read from it.",
			},
		},
		"no Secret is mounted": {
			observed: mounting("", starting(), creating),
			want:     answer{metav1.ConditionFalse, "Starting", "0 of 2 pods are ready. The pods are being created and started."},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, tenant(), c.observed, map[string]answer{"Available": c.want})
		})
	}
}
