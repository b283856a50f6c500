// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package cloud_test

import (
	"strings"
	"testing"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/platform/cloud"
)

// What the status says of a platform must agree with what its profile says.
func TestKeepsClientAddress(t *testing.T) {
	t.Parallel()

	for _, profile := range cloud.Profiles() {
		if profile.Platform == v1alpha1.PlatformNone {
			continue
		}

		usual := strings.HasPrefix(profile.ClientAddress, "with externalTrafficPolicy Local") ||
			strings.HasPrefix(profile.ClientAddress, "with instance targets (the default) and externalTrafficPolicy Local")
		if got := cloud.KeepsClientAddress(profile.Platform); got != usual {
			t.Errorf("%s keeps clients' addresses: %v, and its profile says %q", profile.Platform, got, profile.ClientAddress)
		}
	}

	if !cloud.KeepsClientAddress("") || !cloud.KeepsClientAddress(v1alpha1.PlatformNone) {
		t.Error("without a platform the common case is assumed")
	}
}
