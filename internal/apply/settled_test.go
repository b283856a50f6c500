// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package apply

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// What was found to be as desired is known only of the same version of the same
// object, for the same desired fields.
func TestSettled(t *testing.T) {
	t.Parallel()

	var (
		service = Reference{GroupVersionKind: corev1.SchemeGroupVersion.WithKind("Service")}
		account = Reference{GroupVersionKind: corev1.SchemeGroupVersion.WithKind("ServiceAccount")}
		version = func(v string) *corev1.Service {
			return &corev1.Service{ObjectMeta: metav1.ObjectMeta{ResourceVersion: v}}
		}
	)

	for name, test := range map[string]struct {
		then      func(*settled)
		reference Reference
		version   string
		hash      string
		known     bool
	}{
		"the same":              {nil, service, "7", "a", true},
		"another object":        {nil, account, "7", "a", false},
		"a later version":       {nil, service, "8", "a", false},
		"something else wanted": {nil, service, "7", "b", false},
		"no hash":               {func(m *settled) { m.remember(service, version("7"), "") }, service, "7", "", false},
		"no version":            {func(m *settled) { m.remember(account, version(""), "a") }, account, "", "a", false},
		"deleted":               {func(m *settled) { m.forget(service) }, service, "7", "a", false},
		"found again later":     {func(m *settled) { m.remember(service, version("9"), "a") }, service, "9", "a", true},
		"no longer the first":   {func(m *settled) { m.remember(service, version("9"), "a") }, service, "7", "a", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			var m settled

			m.remember(service, version("7"), "a")

			if test.then != nil {
				test.then(&m)
			}

			if got := m.known(test.reference, version(test.version), test.hash); got != test.known {
				t.Errorf("known: %v, want %v", got, test.known)
			}
		})
	}
}
