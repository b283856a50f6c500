// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// table writes the figures for a person.
func (f *figures) table(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)

	fmt.Fprintf(w, "%d tenants of %d objects each, %d at once; API server %s; %d CPUs, load %.1f before\n",
		f.Conditions.Tenants, f.Operator[0].Objects/f.Conditions.Tenants, f.Conditions.Concurrency,
		f.Conditions.Kubernetes, f.Conditions.CPUs, f.Conditions.Load)
	f.creations(w)
	f.requests(w)
	f.rest(w)

	return w.Flush()
}

func (f *figures) creations(w io.Writer) {
	operator, baseline := middle(f.Operator), middle(f.Baseline)

	fmt.Fprintf(w, "\nCREATION\toperator\tbaseline\tratio\n")
	fmt.Fprintf(w, "all objects there, median\t%.2f s\t%.2f s\t%.2f\n", operator.Seconds, baseline.Seconds, operator.Seconds/baseline.Seconds)
	fmt.Fprintf(w, "fastest\t%.2f s\t%.2f s\t%.2f\n", fastest(f.Operator), fastest(f.Baseline), fastest(f.Operator)/fastest(f.Baseline))
	fmt.Fprintf(w, "each round\t%s\t%s\t\n", seconds(f.Operator), seconds(f.Baseline))

	fmt.Fprintf(w, "nothing left to do\t%.2f s\t%.2f s\t\n", operator.SettledSeconds, baseline.SettledSeconds)

	fmt.Fprintf(w, "processor time, median\t%.2f s\t%.2f s\t%.2f\n", work(f.Operator), work(f.Baseline), work(f.Operator)/work(f.Baseline))

	for _, row := range []struct {
		name string
		of   func(processorTime) float64
	}{
		{"  program", func(t processorTime) float64 { return t.Program }},
		{"  API server", func(t processorTime) float64 { return t.APIServer }},
		{"  etcd", func(t processorTime) float64 { return t.Etcd }},
		{"beside it: the benchmark itself", func(t processorTime) float64 { return t.Bench }},
		{"beside it: others on the machine", processorTime.others},
	} {
		fmt.Fprintf(w, "%s\t%.2f s\t%.2f s\t\n", row.name, row.of(operator.Processor), row.of(baseline.Processor))
	}

	if share := f.disturbance(); share > tolerable {
		fmt.Fprintf(w, "Others had up to %.0f %% of the processors in a round: the ratio of processor time says more than that of seconds.\n", share*100)
	}
}

// tolerable is the share of the processors that others may have before the
// seconds of two programs cannot be compared.
const tolerable = 0.1

func (f *figures) requests(w io.Writer) {
	operator, baseline := middle(f.Operator), middle(f.Baseline)
	tenants := float64(f.Conditions.Tenants)

	fmt.Fprintf(w, "\nREQUESTS PER TENANT\toperator\tbaseline\n")

	for _, kind := range kinds(operator.Requests, baseline.Requests) {
		fmt.Fprintf(w, "%s\t%.2f\t%.2f\n", kind, float64(operator.Requests[kind])/tenants, float64(baseline.Requests[kind])/tenants)
	}

	fmt.Fprintf(w, "all\t%.2f\t%.2f\n", float64(operator.Requests.total())/tenants, float64(baseline.Requests.total())/tenants)
}

func (f *figures) rest(w io.Writer) {
	fmt.Fprintf(w, "\nMEMORY\tresident\tpeak\tGo heap in use\n")
	memoryRow(w, "no tenants", f.Memory.Empty)
	memoryRow(w, fmt.Sprintf("%d tenants, settled", f.Conditions.Tenants), f.Memory.Settled)
	memoryRow(w, "the same after a restart", f.Memory.Restarted)

	fmt.Fprintf(w, "\nTRAFFIC\twrites\treads\n")
	fmt.Fprintf(w, "in %.0f s without a change\t%d\t%d\n", f.Quiet.Seconds, f.Quiet.Requests.writes(), f.Quiet.Requests.reads())
	fmt.Fprintf(w, "on a restart\t%d\t%d\n", f.Restart.Requests.writes(), f.Restart.Requests.reads())

	deletions := float64(f.Healing.Deletions)
	fmt.Fprintf(w, "per healed deletion\t%.2f\t%.2f\n", float64(f.Healing.Requests.writes())/deletions, float64(f.Healing.Requests.reads())/deletions)

	fmt.Fprintf(w, "\nRESTART\n")
	fmt.Fprintf(w, "ready\t%.2f s\n", f.Restart.ReadySeconds)
	fmt.Fprintf(w, "every tenant reconciled\t%.2f s\n", f.Restart.ReconciledSeconds)

	fmt.Fprintf(w, "\nHEALING\tmedian\tp99\tslowest\n")
	fmt.Fprintf(w, "%d deleted Deployments\t%.1f ms\t%.1f ms\t%.1f ms\n", f.Healing.Deletions, f.Healing.MedianMillis, f.Healing.P99Millis, f.Healing.MaxMillis)
}

func memoryRow(w io.Writer, name string, m memory) {
	const mebibyte = 1 << 20

	fmt.Fprintf(w, "%s\t%d MiB\t%d MiB\t%d MiB\n", name, m.Resident/mebibyte, m.Peak/mebibyte, m.Heap/mebibyte)
}

func seconds(creations []creation) string {
	each := make([]string, len(creations))
	for i, c := range creations {
		each[i] = fmt.Sprintf("%.2f", c.Seconds)
	}

	return strings.Join(each, " ") + " s"
}
