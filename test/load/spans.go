// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package load

import (
	"fmt"
	"strings"
	"time"
)

// apart is how long nothing fails between two spans.
const apart = time.Second

// span is a time in which requests failed, again and again. Both ends are
// counted from the load's start.
type span struct {
	first, last time.Duration
}

func (s span) near(at time.Duration) bool {
	return at > s.first-apart && at < s.last+apart
}

func (s span) String() string {
	if s.first == s.last {
		return "at " + s.first.Round(time.Millisecond).String()
	}

	return s.first.Round(time.Millisecond).String() + " to " + s.last.Round(time.Millisecond).String()
}

// occurrences are when requests failed in the same way. One that fails at the
// load's beginning and again at its end says something else than one that fails
// all the time.
type occurrences struct {
	count int
	spans []span
}

// with adds a request that began at a time.
func (o occurrences) with(at time.Duration) occurrences {
	added := occurrences{count: o.count + 1}
	whole := span{first: at, last: at}

	for _, other := range o.spans {
		if !other.near(at) {
			added.spans = append(added.spans, other)

			continue
		}

		whole.first, whole.last = min(whole.first, other.first), max(whole.last, other.last)
	}

	added.spans = append(added.spans, whole)

	return added
}

func (o occurrences) String() string {
	texts := make([]string, len(o.spans))
	for i, s := range o.spans {
		texts[i] = s.String()
	}

	return fmt.Sprintf("%d times, %s after the start", o.count, strings.Join(texts, ", "))
}
