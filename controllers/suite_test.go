// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
)

// TestOperator runs the whole operator against a real API server, with the
// rights that it is installed with. What is not there, from kubelets to the
// garbage collector, the specs play by hand.
func TestOperator(t *testing.T) {
	RegisterFailHandler(Fail)
	EnforceDefaultTimeoutsWhenUsingContexts()
	SetDefaultEventuallyTimeout(30 * time.Second)
	SetDefaultEventuallyPollingInterval(20 * time.Millisecond)
	SetDefaultConsistentlyPollingInterval(20 * time.Millisecond)
	ctrl.SetLogger(zap.New(zap.WriteTo(GinkgoWriter)))

	cluster := &cluster{}

	BeforeSuite(func(ctx SpecContext) { cluster.start(ctx, nil) })

	describeCreation(cluster)
	describeQuiet(cluster)
	describeDrift(cluster)
	describeConflicts(cluster)
	describeAdoption(cluster)
	describeNeighbours(cluster)
	describeDefaultClass(cluster)
	describeNamespaces(cluster)
	describeRefusals(cluster)
	describeRollover(cluster)
	describeAutoscaling(cluster)
	describePods(cluster)
	describeExposure(cluster)
	describeReports(cluster)
	describeDeletion(cluster)
	describeProcesses(cluster)
	describePlatforms()

	RunSpecs(t, "Operator")
}
