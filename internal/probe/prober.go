// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"context"
	"sync"
	"time"

	"k8s.io/client-go/util/workqueue"
)

// workers is how many targets a prober looks at side by side.
const workers = 4

// Question is what a Prober asks of its targets T, and K is what it learns of one.
type Question[T, K any] interface {
	// Delay is when a target is first looked at after it became another.
	Delay() time.Duration
	// Same is whether two targets are the same.
	Same(one, other T) bool
	// Keep is what stays known of a name when its target becomes another.
	Keep(known K) K
	// Ask looks at a target once, given what is known of it. It takes a bounded
	// time, so that no target keeps the others waiting for long.
	Ask(ctx context.Context, target T, known K) Answer[K]
}

// Answer is what came of one look.
type Answer[K any] struct {
	// Known is what is known of the target from now on.
	Known K
	// News is whether somebody has to be told.
	News bool
	// Again is when to look again.
	Again time.Duration
}

// Prober looks at named targets: soon after they change, and then as often as its
// question says. All methods may be called at the same time.
type Prober[T, K any] struct {
	question Question[T, K]
	changed  func(ctx context.Context, name string, known K)
	queue    workqueue.TypedDelayingInterface[string]

	lock     sync.Mutex
	followed map[string]*followed[T, K]
}

// followed is a target that is looked at.
type followed[T, K any] struct {
	target T
	known  K
	// turn counts the targets that the name had: what a look at an earlier one
	// saw is not about this one.
	turn int
	// due is when it is to be looked at, and not before.
	due time.Time
}

// New returns a prober that calls a function, which may wait, with every news.
func New[T, K any](question Question[T, K], changed func(ctx context.Context, name string, known K)) *Prober[T, K] {
	return &Prober[T, K]{
		question: question,
		changed:  changed,
		queue:    workqueue.NewTypedDelayingQueue[string](),
		followed: map[string]*followed[T, K]{},
	}
}

// Start looks at targets until the context ends.
func (p *Prober[T, K]) Start(ctx context.Context) error {
	var running sync.WaitGroup

	for range workers {
		running.Go(func() {
			for p.next(ctx) {
			}
		})
	}

	<-ctx.Done()
	p.queue.ShutDown()
	running.Wait()

	return nil
}

// Follow looks at a target from now on, soon if the name had another one before,
// and returns what is known. Of a target that was not looked at yet that is what
// the question keeps. The target must not be changed afterwards.
func (p *Prober[T, K]) Follow(name string, target T) K {
	p.lock.Lock()
	defer p.lock.Unlock()

	entry, ok := p.followed[name]
	if !ok {
		entry = &followed[T, K]{}
		p.followed[name] = entry
	}

	if !ok || !p.question.Same(entry.target, target) {
		entry.target, entry.known = target, p.question.Keep(entry.known)
		entry.turn++
		p.after(name, entry, p.question.Delay())
	}

	return entry.known
}

// Forget looks at the target of a name no longer, and forgets what is known of it.
func (p *Prober[T, K]) Forget(name string) {
	p.lock.Lock()
	defer p.lock.Unlock()

	delete(p.followed, name)
}

// next looks at the next target whose time has come, and returns false when no
// more come.
func (p *Prober[T, K]) next(ctx context.Context) bool {
	name, end := p.queue.Get()
	if end {
		return false
	}
	defer p.queue.Done(name)

	entry, now := p.now(name)
	if entry == nil {
		return true
	}

	answer := p.question.Ask(ctx, now.target, now.known)
	if ctx.Err() != nil || !p.record(name, entry, now.turn, answer) {
		return true
	}

	if answer.News {
		p.changed(ctx, name, answer.Known)
	}

	return true
}

// after has a target looked at after a time. The caller holds the lock.
func (p *Prober[T, K]) after(name string, entry *followed[T, K], delay time.Duration) {
	entry.due = time.Now().Add(delay)
	p.queue.AddAfter(name, delay)
}

// now returns what is followed under a name, and a copy of it as it is now; nil if
// nothing is, or it is not due. It then is in the queue for when it is.
func (p *Prober[T, K]) now(name string) (*followed[T, K], followed[T, K]) {
	p.lock.Lock()
	defer p.lock.Unlock()

	entry := p.followed[name]
	if entry == nil {
		return nil, followed[T, K]{}
	}

	if early := time.Until(entry.due); early > 0 {
		p.queue.AddAfter(name, early)

		return nil, followed[T, K]{}
	}

	return entry, *entry
}

// record keeps what came of a look, unless its target was replaced or forgotten
// meanwhile: the one in its place is in the queue.
func (p *Prober[T, K]) record(name string, entry *followed[T, K], turn int, answer Answer[K]) bool {
	p.lock.Lock()
	defer p.lock.Unlock()

	if p.followed[name] != entry || entry.turn != turn {
		return false
	}

	entry.known = answer.Known
	p.after(name, entry, answer.Again)

	return true
}
