// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	. "github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
)

// verdict is what the specs of one scenario said about one implementation.
type verdict struct {
	// Passed and Failed count specs.
	Passed, Failed int
	// Lacks is what the implementation declares not to have.
	Lacks []string
}

// String is a cell of the matrix.
func (v verdict) String() string {
	declared := ""
	if len(v.Lacks) > 0 {
		declared = "not supported (declared: " + strings.Join(v.Lacks, ", ") + ")"
	}

	switch {
	case v.Failed > 0:
		return "FAIL"
	case v.Passed > 0 && declared != "":
		return "pass; " + declared
	case v.Passed > 0:
		return "pass"
	case declared != "":
		return declared
	default:
		return "did not run"
	}
}

func (v verdict) and(other verdict) verdict {
	lacks := slices.Concat(v.Lacks, other.Lacks)
	slices.Sort(lacks)

	return verdict{Passed: v.Passed + other.Passed, Failed: v.Failed + other.Failed, Lacks: slices.Compact(lacks)}
}

// matrix are the verdicts by scenario and implementation.
type matrix map[string]map[string]verdict

func (m matrix) add(scenario, implementation string, v verdict) {
	if m[scenario] == nil {
		m[scenario] = map[string]verdict{}
	}

	m[scenario][implementation] = m[scenario][implementation].and(v)
}

// matrixOf reads the labels of specs: the scenario's, and the implementation's.
func matrixOf(report Report) matrix {
	found := matrix{}

	for i := range report.SpecReports {
		spec := &report.SpecReports[i]

		labels := spec.Labels()
		if spec.LeafNodeType != types.NodeTypeIt || len(labels) != 2 || spec.State.Is(types.SpecStateSkipped|types.SpecStatePending) {
			continue
		}

		var v verdict

		lacks := entries(spec, unsupportedEntry)

		switch {
		case !spec.State.Is(types.SpecStatePassed):
			v.Failed = 1
		case len(lacks) > 0:
			v.Lacks = lacks
		default:
			v.Passed = 1
		}

		found.add(labels[0], labels[1], v)
	}

	return found
}

// printMatrix prints the scenarios and the implementations, with the verdicts of
// this run and of those before it with other numbers of nodes.
func printMatrix(out io.Writer, folder string, nodes int, report Report) error {
	own, err := json.Marshal(matrixOf(report))
	if err != nil {
		return fmt.Errorf("keeping the verdicts: %w", err)
	}

	if err := os.MkdirAll(folder, 0o755); err != nil {
		return fmt.Errorf("keeping the verdicts: %w", err)
	}

	if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("nodes-%d.json", nodes)), own, 0o600); err != nil {
		return fmt.Errorf("keeping the verdicts: %w", err)
	}

	runs, err := filepath.Glob(filepath.Join(folder, "nodes-*.json"))
	if err != nil {
		return fmt.Errorf("reading the verdicts: %w", err)
	}

	all := matrix{}

	for _, run := range runs {
		if err := all.read(run); err != nil {
			return err
		}
	}

	return all.print(out, len(runs))
}

func (m matrix) read(path string) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("reading the verdicts: %w", err)
	}

	var run matrix
	if err := json.Unmarshal(content, &run); err != nil {
		return fmt.Errorf("reading the verdicts of %s: %w", path, err)
	}

	for scenario, verdicts := range run {
		for implementation, v := range verdicts {
			m.add(scenario, implementation, v)
		}
	}

	return nil
}

func (m matrix) print(out io.Writer, runs int) error {
	columns := map[string]bool{}

	for _, verdicts := range m {
		for implementation := range verdicts {
			columns[implementation] = true
		}
	}

	// Traefik, the default, comes last by name.
	names := slices.Sorted(maps.Keys(columns))
	slices.Reverse(names)

	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "\nSCENARIO\t%s\n", strings.Join(names, "\t"))

	for _, scenario := range slices.SortedFunc(maps.Keys(m), func(a, b string) int { return number(a) - number(b) }) {
		cells := []string{scenario}
		for _, name := range names {
			cells = append(cells, m[scenario][name].String())
		}

		fmt.Fprintln(table, strings.Join(cells, "\t"))
	}

	fmt.Fprintf(table, "\nof %d run(s), one for each number of nodes; \"live\" are the changes without a failed request\n", runs)

	if err := table.Flush(); err != nil {
		return fmt.Errorf("printing the matrix: %w", err)
	}

	return nil
}

// number orders scenarios: S2 before S10, and what has no number last.
func number(scenario string) int {
	found := regexp.MustCompile(`^S(\d+)$`).FindStringSubmatch(scenario)
	if found == nil {
		return 100
	}

	n, err := strconv.Atoi(found[1])
	if err != nil {
		return 100
	}

	return n
}
