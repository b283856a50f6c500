// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"slices"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func TestTLSAddresses(t *testing.T) {
	t.Parallel()

	deployment := &appsv1.Deployment{}
	deployment.Spec.Template.Spec.Containers = []corev1.Container{{Ports: []corev1.ContainerPort{
		{Name: "http", ContainerPort: 8000}, {Name: "https", ContainerPort: 8443},
	}}}

	pod := func(name, address string, ready corev1.ConditionStatus, changes ...func(*corev1.Pod)) corev1.Pod {
		made := corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: name}, Status: corev1.PodStatus{
			PodIP: address, Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: ready}},
		}}
		for _, change := range changes {
			change(&made)
		}

		return made
	}

	leaving := func(p *corev1.Pod) { p.DeletionTimestamp = new(metav1.Now()) }

	for name, test := range map[string]struct {
		pods []corev1.Pod
		want []string
	}{
		"no pod":            {},
		"pods by name":      {[]corev1.Pod{pod("b", "192.0.2.2", corev1.ConditionTrue), pod("a", "192.0.2.1", corev1.ConditionTrue)}, []string{"192.0.2.1:8443", "192.0.2.2:8443"}},
		"of a newer family": {[]corev1.Pod{pod("a", "2001:db8::1", corev1.ConditionTrue)}, []string{"[2001:db8::1]:8443"}},
		"those that serve": {[]corev1.Pod{
			pod("a", "192.0.2.1", corev1.ConditionFalse), pod("b", "", corev1.ConditionTrue),
			pod("c", "192.0.2.3", corev1.ConditionTrue, leaving), pod("d", "192.0.2.4", corev1.ConditionTrue),
		}, []string{"192.0.2.4:8443"}},
		"not more than three": {[]corev1.Pod{
			pod("d", "192.0.2.4", corev1.ConditionTrue), pod("c", "192.0.2.3", corev1.ConditionTrue),
			pod("b", "192.0.2.2", corev1.ConditionTrue), pod("a", "192.0.2.1", corev1.ConditionTrue),
		}, []string{"192.0.2.1:8443", "192.0.2.2:8443", "192.0.2.3:8443"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			before := slices.Clone(test.pods)

			if got := tlsAddresses(deployment, test.pods); !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}

			for i := range before {
				if before[i].Name != test.pods[i].Name {
					t.Error("it changed the order of the pods")
				}
			}
		})
	}
}
