// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package handshake

import (
	"context"
	"crypto/x509"
	"errors"
	"slices"
	"sync"
	"time"

	"k8s.io/client-go/util/workqueue"
)

const (
	// Interval is how often a server is looked at where nothing changes.
	Interval = 5 * time.Minute

	// retry is when a server is looked at again that did not answer, and tries is
	// how often it may not answer before that is told: pods come and go.
	retry = 30 * time.Second
	tries = 3

	// timeout bounds one look at one address.
	timeout = 5 * time.Second

	// workers is how many servers are looked at side by side.
	workers = 4
)

// errNoAddress is why nothing is seen of a server without addresses.
var errNoAddress = errors.New("no pod is ready")

// Target is a server that may run several times.
type Target struct {
	// Addresses are where it listens, as host:port; the first that answers
	// counts. Without any it is unreachable.
	Addresses []string
	// ProxyProtocol is whether it may insist on the PROXY protocol.
	ProxyProtocol bool
}

func (t Target) equal(other Target) bool {
	return t.ProxyProtocol == other.ProxyProtocol && slices.Equal(t.Addresses, other.Addresses)
}

// Seen is what is known of a server.
type Seen struct {
	// Certificate is the last that it showed; nil if it was never seen.
	Certificate *x509.Certificate
	// UnreachableSince is since when it does not answer; zero while it does.
	UnreachableSince time.Time
	// Err is why it does not.
	Err error
}

// Prober looks at servers now and then, and when they change. All methods may be
// called at the same time.
type Prober struct {
	read     ReadFunc
	interval time.Duration
	changed  func(ctx context.Context, name string, seen Seen)
	queue    workqueue.TypedDelayingInterface[string]

	lock     sync.Mutex
	followed map[string]*followed
}

// followed is a server that is looked at.
type followed struct {
	target Target
	seen   Seen
	// failures counts the looks in a row that failed, the first of them at
	// failing.
	failures int
	failing  time.Time
}

// NewProber returns a prober that reads by a function and tells another, which may
// wait, whenever it sees something else of a server than before.
func NewProber(read ReadFunc, interval time.Duration, changed func(ctx context.Context, name string, seen Seen)) *Prober {
	return &Prober{
		read:     read,
		interval: interval,
		changed:  changed,
		queue:    workqueue.NewTypedDelayingQueue[string](),
		followed: map[string]*followed{},
	}
}

// Start looks at servers until the context ends.
func (p *Prober) Start(ctx context.Context) error {
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

// Follow looks at a server from now on, soon if it is another than before, and
// returns what is known of it.
func (p *Prober) Follow(name string, target Target) Seen {
	p.lock.Lock()
	defer p.lock.Unlock()

	known, ok := p.followed[name]
	if !ok {
		known = &followed{}
		p.followed[name] = known
	}

	if !ok || !known.target.equal(target) {
		known.target = Target{Addresses: slices.Clone(target.Addresses), ProxyProtocol: target.ProxyProtocol}
		p.queue.Add(name)
	}

	return known.seen
}

// Forget looks at a server no longer.
func (p *Prober) Forget(name string) {
	p.lock.Lock()
	defer p.lock.Unlock()

	delete(p.followed, name)
}

// next looks at the next server whose time has come, and returns false when no
// more come.
func (p *Prober) next(ctx context.Context) bool {
	name, end := p.queue.Get()
	if end {
		return false
	}
	defer p.queue.Done(name)

	target, ok := p.target(name)
	if !ok {
		return true
	}

	shown, err := p.look(ctx, target)
	if ctx.Err() != nil {
		return true
	}

	seen, news, again := p.record(name, shown, err)
	if again != 0 {
		p.queue.AddAfter(name, again)
	}

	if news {
		p.changed(ctx, name, seen)
	}

	return true
}

func (p *Prober) target(name string) (Target, bool) {
	p.lock.Lock()
	defer p.lock.Unlock()

	known, ok := p.followed[name]
	if !ok {
		return Target{}, false
	}

	return known.target, true
}

// look returns the certificate at the first address that answers.
func (p *Prober) look(ctx context.Context, target Target) (*x509.Certificate, error) {
	failed := errNoAddress

	for _, address := range target.Addresses {
		limited, cancel := context.WithTimeout(ctx, timeout)
		shown, err := p.read(limited, address, target.ProxyProtocol)

		cancel()

		if err == nil {
			return shown, nil
		}

		failed = err
	}

	return nil, failed
}

// record keeps what was seen of a server. It returns what is known now, whether
// that is news, and when to look again; 0 for never.
func (p *Prober) record(name string, shown *x509.Certificate, err error) (seen Seen, news bool, again time.Duration) {
	p.lock.Lock()
	defer p.lock.Unlock()

	known, ok := p.followed[name]
	if !ok {
		return Seen{}, false, 0
	}

	if err == nil {
		news = !shown.Equal(known.seen.Certificate) || known.seen.Err != nil
		known.seen = Seen{Certificate: shown}
		known.failures = 0

		return known.seen, news, p.interval
	}

	known.failures++
	if known.failures == 1 {
		known.failing = time.Now()
	}

	if known.failures < tries {
		return known.seen, false, retry
	}

	news = known.seen.Err == nil
	known.seen.UnreachableSince, known.seen.Err = known.failing, err

	return known.seen, news, p.interval
}
