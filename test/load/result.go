// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package load

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// shown is how many different errors a result tells of.
const shown = 5

// Result is what came back.
type Result struct {
	// Sent is how many requests there were.
	Sent int
	// Failed is how many of them were not answered, in time and as expected.
	Failed int

	took   []time.Duration
	errors map[string]occurrences
}

// Percentile returns the time that the given share of the answered requests,
// 0 to 100 percent, took at most; 0 if none was answered.
func (r Result) Percentile(percent int) time.Duration {
	if len(r.took) == 0 {
		return 0
	}

	sorted := slices.Sorted(slices.Values(r.took))

	return sorted[(len(sorted)-1)*min(max(percent, 0), 100)/100]
}

// Errors returns the first few different errors, each with how often it came,
// and when.
func (r Result) Errors() []string {
	var texts []string

	for _, text := range slices.Sorted(maps.Keys(r.errors)) {
		texts = append(texts, fmt.Sprintf("%s: %s", r.errors[text], text))
	}

	return texts
}

// String is the result on one line, or on several if requests failed.
func (r Result) String() string {
	line := fmt.Sprintf("%d requests, %d failed", r.Sent, r.Failed)
	if r.Failed == 0 {
		return line
	}

	return line + "\n  " + strings.Join(r.Errors(), "\n  ")
}
