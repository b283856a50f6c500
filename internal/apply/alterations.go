// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package apply

import (
	"sync"
	"time"
)

// askAgain is when an object is applied again that the API server stored
// otherwise than asked: nobody says when the policy that does it has changed.
const askAgain = time.Minute

// alterations remember which objects the API server stored otherwise than asked.
// The zero value remembers none.
type alterations struct {
	mutex sync.Mutex
	found map[Reference]alteration
}

// alteration is what was asked for, what became of it, and when.
type alteration struct {
	asked, difference string
	at                time.Time
}

// known is whether to carry out the step is of no use: it was done a moment ago,
// and left the same difference.
func (a *alterations) known(s step) bool {
	a.mutex.Lock()
	defer a.mutex.Unlock()

	last, ok := a.found[s.reference]

	return ok && time.Since(last.at) < askAgain && last.asked == s.asked() && last.difference == s.difference.key()
}

func (a *alterations) remember(s step, left *difference) {
	a.mutex.Lock()
	defer a.mutex.Unlock()

	if a.found == nil {
		a.found = map[Reference]alteration{}
	}

	a.found[s.reference] = alteration{asked: s.asked(), difference: left.key(), at: time.Now()}
}

func (a *alterations) forget(reference Reference) {
	a.mutex.Lock()
	defer a.mutex.Unlock()

	delete(a.found, reference)
}

// asked tells one desired object from another.
func (s step) asked() string {
	encoded, err := s.desired.MarshalJSON()
	if err != nil {
		return ""
	}

	return string(encoded)
}
