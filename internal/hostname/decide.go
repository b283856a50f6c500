// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package hostname

import (
	"container/heap"
	"iter"
	"maps"
	"slices"
	"time"
)

// decision is one change of the index under way. It follows what the change frees
// or takes from claim to claim, in order, and looks at no other claim.
type decision struct {
	root *node
	// queue is those that may win now, touched those whose verdict may be another.
	queue   queue
	touched []*entry
}

// add takes in a claim.
func (d *decision) add(e *entry) {
	d.root.insert(e)
	d.touch(e)
	d.enqueue(e)
}

// remove takes out a claim.
func (d *decision) remove(e *entry) {
	if e.held {
		d.release(e)
	}

	e.remove()
}

// renew puts down what the record says of a claim by now. It moves nothing: no
// holder overlaps another, and no one else comes before a holder. But where
// several win over a claim, another may be the first.
func (d *decision) renew(e *entry, isRecorded bool, since time.Time) {
	before := *e

	if e.held && isRecorded {
		e.rank = recorded
	}

	if e.since.Equal(since) {
		return
	}

	if !e.held {
		e.since = since

		return
	}

	e.release()
	e.since = since
	e.hold()

	later := before.leads(e)

	for other := range d.losers(e) {
		if other.winner == e && later || other.winner != nil && e.leads(other.winner) {
			d.touch(other)
		}
	}
}

// settle decides on all that may win. It returns the tenants, but for one, of which
// a verdict is another than before, in order of their names.
func (d *decision) settle(but string) []string {
	for len(d.queue) > 0 {
		e, _ := heap.Pop(&d.queue).(*entry)
		e.queued = false

		if e.at != nil && !e.held && !d.blocked(e) {
			d.take(e)
		}
	}

	changed := map[string]bool{}

	for _, e := range d.touched {
		e.touched = false

		if e.at != nil && d.conclude(e) && e.tenant.name != but {
			changed[e.tenant.name] = true
		}
	}

	return slices.Sorted(maps.Keys(changed))
}

// blocked is whether a claim conflicts with one before it that holds. All before
// it are decided.
func (d *decision) blocked(e *entry) bool {
	for holder := range d.root.holding(e.hostname) {
		if holder.tenant != e.tenant && holder.precedes(e) {
			return true
		}
	}

	return false
}

// take gives a claim its hostname, and takes it from those that come later.
func (d *decision) take(e *entry) {
	for _, holder := range slices.Collect(d.root.holding(e.hostname)) {
		if holder.tenant != e.tenant {
			d.release(holder)
		}
	}

	e.hold()
	d.touch(e)

	for other := range d.losers(e) {
		if other.winner == nil || e.leads(other.winner) {
			d.touch(other)
		}
	}
}

// release takes a claim its hostname, which others may win now.
func (d *decision) release(e *entry) {
	e.release()
	d.touch(e)

	for other := range d.losers(e) {
		// Who lost to another as well is told when that one goes.
		if other.winner == e {
			d.touch(other)
			d.enqueue(other)
		}
	}
}

// losers are the claims of other tenants that overlap and do not hold.
func (d *decision) losers(e *entry) iter.Seq[*entry] {
	return func(yield func(*entry) bool) {
		for at := range d.root.overlapping(e.hostname) {
			for _, other := range at.entries {
				if other.tenant != e.tenant && !other.held && !yield(other) {
					return
				}
			}
		}
	}
}

// conclude is whether a claim's verdict is another than before. From here on a
// holder is one, and who lost has no record to go by.
func (d *decision) conclude(e *entry) bool {
	verdict := Verdict{Hostname: e.hostname, Held: e.held}
	e.winner = nil

	switch {
	case !e.held:
		e.rank = waiting
		e.winner = d.winner(e)
		verdict.Winner, verdict.WinningHostname = e.winner.tenant.name, e.winner.hostname
	case e.rank == waiting:
		e.rank = holding
	}

	before := e.verdict
	e.verdict = verdict

	return verdict != before
}

// winner is the first of those that hold and conflict with a claim that lost.
func (d *decision) winner(e *entry) *entry {
	var found *entry

	for at := range d.root.covering(e.hostname) {
		found = first(found, at.holder, e.tenant)
	}

	if e.hostname.isWildcard() {
		found = e.at.firstBelow(found, e.tenant)
	}

	return found
}

func (d *decision) enqueue(e *entry) {
	if !e.queued {
		e.queued = true
		heap.Push(&d.queue, e)
	}
}

func (d *decision) touch(e *entry) {
	if !e.touched {
		e.touched = true
		d.touched = append(d.touched, e)
	}
}

// queue is a heap of claims, the first in order on top.
type queue []*entry

// Len implements [heap.Interface].
func (q *queue) Len() int { return len(*q) }

// Less implements [heap.Interface].
func (q *queue) Less(i, j int) bool { return (*q)[i].precedes((*q)[j]) }

// Swap implements [heap.Interface].
func (q *queue) Swap(i, j int) { (*q)[i], (*q)[j] = (*q)[j], (*q)[i] }

// Push implements [heap.Interface].
func (q *queue) Push(e any) { *q = append(*q, e.(*entry)) }

// Pop implements [heap.Interface].
func (q *queue) Pop() any {
	last := len(*q) - 1
	e := (*q)[last]
	*q = (*q)[:last]

	return e
}
