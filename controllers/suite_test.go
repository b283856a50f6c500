// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"io"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/gbytes"
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

	log := gbytes.NewBuffer()
	ctrl.SetLogger(zap.New(zap.WriteTo(io.MultiWriter(GinkgoWriter, log))))

	cluster := &cluster{log: log}

	BeforeSuite(func(ctx SpecContext) { cluster.start(ctx, nil) })

	AfterEach(func() {
		Expect(string(log.Contents())).NotTo(ContainSubstring("is not cached"), "every start reads what it watches, and nothing else")
		Expect(log.Clear()).To(Succeed())
	})

	describeCreation(cluster)
	describeQuiet(cluster)
	describeDrift(cluster)
	describeStored(cluster)
	describeWithdrawal(cluster)
	describeConflicts(cluster)
	describeAdoption(cluster)
	describeNeighbours(cluster)
	describeDefaultClass(cluster)
	describeNamespaces(cluster)
	describeHostnames(cluster)
	describeAdmission(cluster)
	describeViolations(cluster)
	describeRefusals(cluster)
	describeSwitchover(cluster)
	describeServiceAdoption(cluster)
	describeAutoscaling(cluster)
	describePods(cluster)
	describeExposure(cluster)
	describeClientAddresses(cluster)
	describeCertificates(cluster)
	describeReports(cluster)
	describeDeletion(cluster)
	describeProcesses(cluster)
	describePlatforms()

	RunSpecs(t, "Operator")
}
