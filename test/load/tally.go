// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package load

import (
	"maps"
	"slices"
	"sync"
	"time"
)

// tally counts what comes back, from many requests at once.
type tally struct {
	started time.Time

	mutex  sync.Mutex
	result Result
}

func newTally() *tally {
	return &tally{started: time.Now(), result: Result{errors: map[string]occurrences{}}}
}

// count counts a request that began at a time and ended now.
func (t *tally) count(began time.Time, err error) {
	t.mutex.Lock()
	defer t.mutex.Unlock()

	t.result.Sent++

	if err == nil {
		t.result.took = append(t.result.took, time.Since(began))

		return
	}

	t.result.Failed++

	text := err.Error()
	seen, known := t.result.errors[text]

	if !known && len(t.result.errors) == shown {
		return
	}

	t.result.errors[text] = seen.with(began.Sub(t.started))
}

// soFar returns what came back so far.
func (t *tally) soFar() Result {
	t.mutex.Lock()
	defer t.mutex.Unlock()

	result := t.result
	result.took = slices.Clone(result.took)
	result.errors = maps.Clone(result.errors)

	return result
}
