// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package differential_test compares tenants that ought to be the same: one that was
// changed and one that was made so, one whose objects others changed and one whose
// objects nobody touched, one whose operator died and one whose did not. The whole
// operator runs against a real API server, with many tenants side by side.
//
// Nothing here says what is right: that is for the other tests. A field, an object or a
// write that is added is in these by itself.
package differential_test

import (
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
)

func TestDifferential(t *testing.T) {
	RegisterFailHandler(Fail)
	EnforceDefaultTimeoutsWhenUsingContexts()
	SetDefaultEventuallyTimeout(time.Minute)
	SetDefaultEventuallyPollingInterval(20 * time.Millisecond)
	ctrl.SetLogger(zap.New(zap.WriteTo(GinkgoWriter)))

	describeFields()
	describeForeignChanges()
	describeKills()

	RunSpecs(t, "Differential")
}
