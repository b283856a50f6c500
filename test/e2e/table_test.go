// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	. "github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
)

// figureEntry is the name of the report entries that go into the table.
const figureEntry = "figure"

// printTable prints a line for each spec: what it showed, on how many nodes,
// and what it measured.
func printTable(nodes int, report Report) {
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprint(table, "\nSCENARIO\tNODES\tVERDICT\tTIME\tFIGURE\n")

	for i := range report.SpecReports {
		spec := &report.SpecReports[i]
		if spec.LeafNodeType != types.NodeTypeIt || spec.State.Is(types.SpecStatePending) {
			continue
		}

		// The first container is the whole suite.
		name := strings.Join(append(spec.ContainerHierarchyTexts[1:], spec.LeafNodeText), " ")
		fmt.Fprintf(table, "%s\t%d\t%s\t%s\t%s\n", name, nodes, spec.State, spec.RunTime.Round(time.Second/10), strings.Join(entries(spec, figureEntry), "; "))
	}

	fmt.Fprintf(table, "\n%d of %d specs ran, in %s\t\t\t\t\n", report.PreRunStats.SpecsThatWillRun, report.PreRunStats.TotalSpecs, report.RunTime.Round(time.Second))

	if err := table.Flush(); err != nil {
		GinkgoWriter.Println("printing the table:", err)
	}
}

// entries are a spec's report entries of a name.
func entries(spec *types.SpecReport, name string) []string {
	var texts []string

	for _, entry := range spec.ReportEntries {
		if entry.Name == name {
			texts = append(texts, entry.StringRepresentation())
		}
	}

	return texts
}
