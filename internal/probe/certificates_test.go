// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package probe_test

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ingresstenant/ingress-tenant-operator/internal/probe"
)

// servers are servers by address, and who was looked at and told of.
type servers struct {
	t *testing.T

	lock   sync.Mutex
	shown  map[string]*x509.Certificate
	looks  []string
	news   []string
	atOnce int
	most   int
	// slow is how long each takes to answer.
	slow time.Duration
}

func (s *servers) show(address string, certificate *x509.Certificate) {
	s.lock.Lock()
	defer s.lock.Unlock()

	s.shown[address] = certificate
}

// read is a probe.ReadFunc.
func (s *servers) read(ctx context.Context, address string, proxyProtocol bool) (*x509.Certificate, error) {
	s.lock.Lock()
	s.looks = append(s.looks, fmt.Sprint(address, " ", proxyProtocol))
	s.atOnce++
	s.most = max(s.most, s.atOnce)
	shown, slow := s.shown[address], s.slow
	s.lock.Unlock()

	defer func() {
		s.lock.Lock()
		defer s.lock.Unlock()

		s.atOnce--
	}()

	select {
	case <-time.After(slow):
	case <-ctx.Done():
		return nil, ctx.Err()
	}

	if shown == nil {
		return nil, errors.New("connection refused")
	}

	return shown, nil
}

func (s *servers) changed(_ context.Context, name string, seen probe.Seen) {
	s.lock.Lock()
	defer s.lock.Unlock()

	certificate := "none"
	if seen.Certificate != nil {
		certificate = string(seen.Certificate.Raw)
	}

	if seen.Err != nil {
		certificate += " before " + seen.Err.Error()
	}

	s.news = append(s.news, name+": "+certificate)
}

// take returns who was looked at and told of since it was last asked.
func (s *servers) take() (looks, news []string) {
	synctest.Wait()
	s.lock.Lock()
	defer s.lock.Unlock()

	looks, news = s.looks, s.news
	s.looks, s.news = nil, nil

	return looks, news
}

func (s *servers) expect(when string, wantLooks, wantNews []string) {
	s.t.Helper()

	looks, news := s.take()
	if !slices.Equal(looks, wantLooks) {
		s.t.Errorf("%s it looks at %q, want %q", when, looks, wantLooks)
	}

	if !slices.Equal(news, wantNews) {
		s.t.Errorf("%s it tells %q, want %q", when, news, wantNews)
	}
}

// pass lets time pass.
func (s *servers) pass(while time.Duration) {
	time.Sleep(while) //nolint:forbidigo // simulated time
}

func certificate(raw string) *x509.Certificate { return &x509.Certificate{Raw: []byte(raw)} }

// probing runs a test with a prober whose clock runs as fast as nothing happens.
func probing(t *testing.T, test func(s *servers, p *probe.Certificates)) {
	t.Helper()

	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		s := &servers{t: t, shown: map[string]*x509.Certificate{}}
		p := probe.NewCertificates(s.read, probe.CertificateInterval, s.changed)

		var ended atomic.Bool

		go func() {
			if err := p.Start(ctx); err != nil {
				t.Error(err)
			}

			ended.Store(true)
		}()

		test(s, p)
		cancel()
		synctest.Wait()

		if !ended.Load() {
			t.Error("it goes on after its context ended")
		}
	})
}

func TestProberLooksNowAndThen(t *testing.T) {
	t.Parallel()

	probing(t, func(s *servers, p *probe.Certificates) {
		s.show("a:443", certificate("one"))

		blog := probe.Server{Addresses: []string{"a:443"}}
		if seen := p.Follow("blog", blog); seen.Certificate != nil {
			s.t.Errorf("before the first look it knows %v", seen)
		}

		s.expect("at first", []string{"a:443 false"}, []string{"blog: one"})

		// To follow what is followed already is no reason to look.
		if seen := p.Follow("blog", blog); seen.Certificate == nil || !seen.UnreachableSince.IsZero() {
			s.t.Errorf("after the first look it knows %v", seen)
		}

		s.expect("where nothing changes", nil, nil)

		s.pass(probe.CertificateInterval)
		s.expect("after a while", []string{"a:443 false"}, nil)

		s.show("a:443", certificate("two"))
		s.pass(probe.CertificateInterval)
		s.expect("after another", []string{"a:443 false"}, []string{"blog: two"})

		p.Forget("blog")
		s.pass(10 * probe.CertificateInterval)
		s.expect("when forgotten", nil, nil)

		if seen := p.Follow("blog", blog); seen.Certificate != nil {
			s.t.Errorf("followed again it knows %v", seen)
		}
	})
}

func TestProberLooksAtOnceWhenTheServerIsAnother(t *testing.T) {
	t.Parallel()

	probing(t, func(s *servers, p *probe.Certificates) {
		s.show("a:443", certificate("one"))
		s.show("b:443", certificate("two"))

		p.Follow("blog", probe.Server{Addresses: []string{"a:443", "b:443"}})
		s.expect("at first", []string{"a:443 false"}, []string{"blog: one"})

		p.Follow("blog", probe.Server{Addresses: []string{"b:443"}})
		s.expect("with another pod", []string{"b:443 false"}, []string{"blog: two"})

		p.Follow("blog", probe.Server{Addresses: []string{"b:443"}, ProxyProtocol: true})
		s.expect("with another protocol", []string{"b:443 true"}, nil)

		s.pass(probe.CertificateInterval)
		s.expect("after a while", []string{"b:443 true"}, nil)
	})
}

func TestProberTellsOfServersThatStayAway(t *testing.T) {
	t.Parallel()

	probing(t, func(s *servers, p *probe.Certificates) {
		const refused = "connection refused"

		target := probe.Server{Addresses: []string{"a:443", "b:443"}}
		both := []string{"a:443 false", "b:443 false"}

		s.show("b:443", certificate("one"))
		p.Follow("blog", target)
		s.expect("where the first address does not answer", both, []string{"blog: one"})

		// Once or twice is nothing.
		s.pass(probe.CertificateInterval - time.Second)
		s.show("b:443", nil)
		s.pass(time.Second)
		s.expect("when none answers", both, nil)

		since := time.Now()

		s.pass(30 * time.Second)
		s.expect("when none answers again", both, nil)

		s.pass(30 * time.Second)
		s.expect("when none answers for the third time", both, []string{"blog: one before " + refused})

		if seen := p.Follow("blog", target); !seen.UnreachableSince.Equal(since) || seen.Certificate == nil {
			s.t.Errorf("it knows %+v, want what it saw, and that nobody answers since %s", seen, since)
		}

		s.pass(probe.CertificateInterval)
		s.expect("when none answers still", both, nil)

		s.show("a:443", certificate("one"))
		s.pass(probe.CertificateInterval)
		s.expect("when it is back", both[:1], []string{"blog: one"})

		if seen := p.Follow("blog", target); !seen.UnreachableSince.IsZero() {
			s.t.Errorf("it knows %+v, want that it is back", seen)
		}

		// No address at all is as good as none that answers.
		p.Follow("blog", probe.Server{})
		s.pass(time.Minute)
		s.expect("without addresses", nil, []string{"blog: one before no pod is ready"})
	})
}

// One that does not answer must not keep the others waiting for ever.
func TestProberLooksAtFewAtOnceAndNotForEver(t *testing.T) {
	t.Parallel()

	probing(t, func(s *servers, p *probe.Certificates) {
		s.slow = time.Hour

		for i := range 20 {
			p.Follow(fmt.Sprint("tenant-", i), probe.Server{Addresses: []string{fmt.Sprint("a:", i)}})
		}

		s.pass(26 * time.Second)

		looks, _ := s.take()
		if len(looks) != 20 || s.most > 4 {
			s.t.Errorf("after 25 seconds it looked %d times, %d at once; want 20 and 4", len(looks), s.most)
		}
	})
}
