// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build e2e

// Package e2e runs the operator's scenarios on the local cluster: a real API
// server, kubelet and Traefik, and real requests. `make e2e` runs it.
package e2e

import (
	"os"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/format"
	ctrl "sigs.k8s.io/controller-runtime"
)

// How long things may take. They are bounds for a slow machine, not measures.
const (
	// soon bounds what the operator or a controller does on its own.
	soon = 30 * time.Second
	// eventually bounds what needs pods to start or to end.
	eventually = 2 * time.Minute
)

func TestE2E(t *testing.T) {
	RegisterFailHandler(Fail)
	ctrl.SetLogger(GinkgoLogr)
	SetDefaultEventuallyTimeout(soon)
	SetDefaultEventuallyPollingInterval(250 * time.Millisecond)

	format.MaxLength = 0

	c, err := connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}

	// Within one container the specs always run in the same order: by file.
	Describe("The operator", func() {
		BeforeEach(func(ctx SpecContext) { c.awaitOperator(ctx) }, NodeTimeout(eventually))

		describeLab(c)
		describeExposure(c)
		describeAllowLists(c)

		if c.nodes > 1 {
			describeClients(c)
			describeNodes(c)
			describeLiveChanges(c)

			return
		}

		// What is the same on any number of nodes.
		describeSharing(c)
		describeRouting(c)
		describeRewriting(c)
		describeEncryption(c)
		describeExternalNames(c)
		describeNamespaces(c)
		describeIndependence(c)
		describeClouds(c)
		describeNeeds(c)
		describeOverload(c)
		describeSwitchover(c)
		describeServiceAdoption(c)
		describeIngressNGINX(c)
		describeNames(c)
		describeConflicts(c)
		describeDrift(c)
		describeRepairs(c)
		describePolicies(c)
		describeDeletion(c)
		describeFailures(c)
		describeInterruptions(c)
		describeQuiet(c)
	})

	BeforeSuite(func(ctx SpecContext) { c.expectNoTenants(ctx) }, NodeTimeout(soon))
	AfterSuite(func(ctx SpecContext) { c.expectNothingLeft(ctx) }, NodeTimeout(eventually))
	ReportAfterSuite("the table", func(report Report) {
		printTable(c.nodes, report)
		Expect(printMatrix(os.Stdout, c.verdicts, c.nodes, report)).To(Succeed())
	})

	RunSpecs(t, "The scenarios on the local cluster")
}

// bounded ends a spec in time, and says where it was.
const bounded = SpecTimeout(5 * time.Minute)

// figure adds what a spec measured to the table.
func figure(text string) {
	AddReportEntry(figureEntry, text, ReportEntryVisibilityFailureOrVerbose)
}
