// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// figures are what the benchmark found.
type figures struct {
	Conditions conditions `json:"conditions"`
	// Operator and Baseline are the creations of the fleet, in their order.
	Operator []creation `json:"operator"`
	Baseline []creation `json:"baseline"`
	Memory   struct {
		// Empty is without tenants, Settled with the fleet, after the quiet
		// time, and Restarted after a start with the fleet there.
		Empty     memory `json:"empty"`
		Settled   memory `json:"settled"`
		Restarted memory `json:"restarted"`
	} `json:"memory"`
	Quiet   quiet   `json:"quiet"`
	Restart restart `json:"restart"`
	Healing healing `json:"healing"`
}

// conditions are under which the figures were found.
type conditions struct {
	Started    time.Time `json:"started"`
	CPUs       int       `json:"cpus"`
	Kubernetes string    `json:"kubernetes"`
	// Load is the machine's load average before the benchmark.
	Load        float64 `json:"load"`
	Tenants     int     `json:"tenants"`
	Concurrency int     `json:"concurrency"`
}

// creation is one creation of the fleet.
type creation struct {
	// Seconds is from before the first tenant's creation until the last object
	// was there.
	Seconds float64 `json:"seconds"`
	// SettledSeconds is until the program had nothing left to do: statuses and
	// events are written as well.
	SettledSeconds float64 `json:"settledSeconds"`
	// Objects is how many there are.
	Objects int `json:"objects"`
	// Requests are what the program sent until it had settled.
	Requests tally `json:"requests"`
	// Processor is who used the processors during those seconds.
	Processor processorTime `json:"processorSeconds"`
}

// memory is what the operator takes, in bytes.
type memory struct {
	// Resident is in memory now, Peak the most since the process started.
	Resident int64 `json:"resident"`
	Peak     int64 `json:"peak"`
	// Heap is the Go heap in use, garbage included.
	Heap int64 `json:"heap"`
}

// quiet is a time in which nothing happened.
type quiet struct {
	Seconds  float64 `json:"seconds"`
	Requests tally   `json:"requests"`
}

// restart is a start with the fleet there.
type restart struct {
	// ReadySeconds is until the readiness check passed, ReconciledSeconds until
	// every tenant had been looked at.
	ReadySeconds      float64 `json:"readySeconds"`
	ReconciledSeconds float64 `json:"reconciledSeconds"`
	Requests          tally   `json:"requests"`
}

// healing is how long deleted Deployments were gone.
type healing struct {
	Deletions    int     `json:"deletions"`
	MedianMillis float64 `json:"medianMillis"`
	P99Millis    float64 `json:"p99Millis"`
	MaxMillis    float64 `json:"maxMillis"`
	Requests     tally   `json:"requests"`
}

// fastest is the least seconds of the creations.
func fastest(creations []creation) float64 {
	least := creations[0].Seconds
	for _, c := range creations {
		least = min(least, c.Seconds)
	}

	return least
}

// work is the median processor time that the creations took of the program,
// the API server and etcd, the greater of two.
func work(creations []creation) float64 {
	times := make([]float64, len(creations))
	for i, c := range creations {
		times[i] = c.Processor.Program + c.Processor.APIServer + c.Processor.Etcd
	}

	slices.Sort(times)

	return times[len(times)/2]
}

// disturbance is the greatest share of the machine's processors that processes
// without a part in the benchmark had during a creation.
func (f *figures) disturbance() float64 {
	share := 0.0
	for _, c := range slices.Concat(f.Operator, f.Baseline) {
		share = max(share, c.Processor.others()/(c.Seconds*float64(f.Conditions.CPUs)))
	}

	return share
}

// middle is the creation of median duration, the slower of two.
func middle(creations []creation) creation {
	sorted := slices.SortedFunc(slices.Values(creations), func(a, b creation) int {
		return int((a.Seconds - b.Seconds) * 1e6)
	})

	return sorted[len(sorted)/2]
}

// save writes the figures as JSON.
func (f *figures) save(path string) error {
	encoded, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return fmt.Errorf("encoding the figures: %w", err)
	}

	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("saving the figures: %w", err)
	}

	if err := os.WriteFile(path, append(encoded, '\n'), 0o644); err != nil {
		return fmt.Errorf("saving the figures: %w", err)
	}

	return nil
}
