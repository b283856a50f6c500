// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package probe_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	networkingv1 "k8s.io/api/networking/v1"

	"github.com/ingresstenant/ingress-tenant-operator/internal/probe"
	"github.com/ingresstenant/ingress-tenant-operator/internal/switchover"
)

// controllers are two controllers, and what a prober does about them.
type controllers struct {
	t *testing.T

	lock   sync.Mutex
	found  switchover.Comparison
	err    error
	looks  []string
	news   []string
	atOnce int
	most   int
	// slow is how long a comparison takes.
	slow time.Duration
}

func (c *controllers) answer(found switchover.Comparison, err error) {
	c.lock.Lock()
	defer c.lock.Unlock()

	c.found, c.err = found, err
}

// ingresses is a probe.IngressesFunc.
func (c *controllers) ingresses(_ context.Context, class string, namespaces []string) ([]networkingv1.Ingress, error) {
	c.lock.Lock()
	defer c.lock.Unlock()

	c.looks = append(c.looks, fmt.Sprint(class, " in ", namespaces))

	return make([]networkingv1.Ingress, 2), c.err
}

// compare is a probe.CompareFunc.
func (c *controllers) compare(ctx context.Context, _, _ probe.Endpoint, _ []switchover.Request) switchover.Comparison {
	c.lock.Lock()
	c.atOnce++
	c.most = max(c.most, c.atOnce)
	found, slow := c.found, c.slow
	c.lock.Unlock()

	select {
	case <-time.After(slow):
	case <-ctx.Done():
	}

	c.lock.Lock()
	defer c.lock.Unlock()

	c.atOnce--

	return found
}

func (c *controllers) changed(_ context.Context, name string, known probe.Compared) {
	c.lock.Lock()
	defer c.lock.Unlock()

	c.news = append(c.news, fmt.Sprint(name, ": ", known.Comparison.Outcome(), " ", known.Err))
}

// expect compares how often it looked, and what it told of, since the last time.
func (c *controllers) expect(when string, wantLooks int, wantNews ...string) {
	c.t.Helper()
	synctest.Wait()
	c.lock.Lock()
	defer c.lock.Unlock()

	if len(c.looks) != wantLooks {
		c.t.Errorf("%s it looks %d times, want %d", when, len(c.looks), wantLooks)
	}

	if !slices.Equal(c.news, wantNews) {
		c.t.Errorf("%s it tells %q, want %q", when, c.news, wantNews)
	}

	c.looks, c.news = nil, nil
}

func (c *controllers) pass(while time.Duration) {
	time.Sleep(while) //nolint:forbidigo // simulated time
}

// comparing runs a test with a prober whose clock runs as fast as nothing happens.
func comparing(t *testing.T, test func(c *controllers, p *probe.Comparisons)) {
	t.Helper()

	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		c := &controllers{t: t}
		p := probe.NewComparisons(c.ingresses, c.compare, probe.ComparisonDelay, c.changed)

		var ended atomic.Bool

		go func() {
			if err := p.Start(ctx); err != nil {
				t.Error(err)
			}

			ended.Store(true)
		}()

		test(c, p)
		cancel()
		synctest.Wait()

		if !ended.Load() {
			t.Error("it goes on after its context ended")
		}
	})
}

func pair(revision string) probe.Pair {
	return probe.Pair{
		Before: probe.Endpoint{Address: "192.0.2.1"}, After: probe.Endpoint{Address: "192.0.2.2"},
		Class: "blog", Namespaces: []string{"apps"}, Revision: revision,
	}
}

func alike() switchover.Comparison {
	return switchover.Comparison{Alike: []switchover.Request{unknown()}}
}

func differing() switchover.Comparison {
	return switchover.Comparison{Differences: []switchover.Difference{{Request: unknown(), Old: "200", New: "404"}}}
}

func TestComparisonsBackOff(t *testing.T) {
	t.Parallel()

	comparing(t, func(c *controllers, p *probe.Comparisons) {
		c.answer(differing(), nil)

		if known := p.Follow("blog", pair("1")); known.Done {
			c.t.Errorf("before the first look it knows %+v", known)
		}

		c.pass(probe.ComparisonDelay - time.Millisecond)
		c.expect("before controllers had their time", 0)
		c.pass(time.Millisecond)
		c.expect("at first", 1, "blog: Differs <nil>")

		if known := p.Follow("blog", pair("1")); !known.Done || known.Ingresses != 2 || known.Comparison.Outcome() != switchover.OutcomeDiffers {
			c.t.Errorf("after the first look it knows %+v", known)
		}

		for _, seconds := range []int{15, 30, 60, 120, 240, 300, 300} {
			c.pass(time.Duration(seconds)*time.Second - time.Millisecond)
			c.expect(fmt.Sprint("before ", seconds, " seconds have passed"), 0)
			c.pass(time.Millisecond)
			c.expect(fmt.Sprint("after ", seconds, " seconds"), 1)
		}

		c.answer(alike(), nil)
		c.pass(5 * time.Minute)
		c.expect("when they answer alike", 1, "blog: Alike <nil>")
	})
}

// What was seen of others is not said of these.
func TestComparisonsKnowOnlyOfWhatTheyLookedAt(t *testing.T) {
	t.Parallel()

	comparing(t, func(c *controllers, p *probe.Comparisons) {
		c.answer(alike(), nil)
		p.Follow("blog", pair("1"))
		c.pass(probe.ComparisonDelay - time.Millisecond)
		c.expect("before controllers had their time", 0)
		c.pass(time.Millisecond)
		c.expect("at first", 1, "blog: Alike <nil>")

		c.answer(differing(), nil)

		if known := p.Follow("blog", pair("2")); known.Done {
			c.t.Errorf("of changed Ingresses it knows %+v", known)
		}

		c.pass(probe.ComparisonDelay)
		c.expect("with changed Ingresses, soon", 1, "blog: Differs <nil>")

		for name, change := range map[string]func(*probe.Pair){
			"the one":    func(p *probe.Pair) { p.Before.HTTP.Number++ },
			"the other":  func(p *probe.Pair) { p.After.Address = "192.0.2.3" },
			"namespaces": func(p *probe.Pair) { p.Namespaces = []string{""} },
			"the class":  func(p *probe.Pair) { p.Class = "shop" },
		} {
			changed := pair("2")
			change(&changed)

			if known := p.Follow("blog", changed); known.Done {
				c.t.Errorf("with another %s it knows %+v", name, known)
			}

			c.pass(probe.ComparisonDelay)
			c.expect("with another "+name, 1, "blog: Differs <nil>")
			p.Follow("blog", pair("2"))
			c.pass(probe.ComparisonDelay)
			c.expect("back again", 1, "blog: Differs <nil>")
		}
	})
}

// A look that is under way when its target changes is not about the new one.
func TestComparisonsThrowAwayWhatComesTooLate(t *testing.T) {
	t.Parallel()

	comparing(t, func(c *controllers, p *probe.Comparisons) {
		c.slow = 10 * time.Second
		c.answer(alike(), nil)
		p.Follow("blog", pair("1"))
		c.pass(probe.ComparisonDelay + 5*time.Second)
		p.Follow("blog", pair("2"))
		c.answer(differing(), nil)
		c.pass(6 * time.Second)
		c.expect("when the first look ends", 2)

		if known := p.Follow("blog", pair("2")); known.Done {
			c.t.Errorf("it knows %+v", known)
		}

		c.pass(10 * time.Second)
		c.expect("when the second ends", 0, "blog: Differs <nil>")

		p.Forget("blog")
		p.Follow("blog", pair("2"))
		c.pass(probe.ComparisonDelay + time.Second)
		p.Forget("blog")
		c.pass(10 * time.Minute)
		c.expect("when it is forgotten meanwhile", 1)
	})
}

func TestComparisonsTellWhatKeepsThem(t *testing.T) {
	t.Parallel()

	comparing(t, func(c *controllers, p *probe.Comparisons) {
		c.answer(alike(), errors.New("forbidden"))
		p.Follow("blog", pair("1"))
		c.pass(probe.ComparisonDelay - time.Millisecond)
		c.expect("before controllers had their time", 0)
		c.pass(time.Millisecond)
		c.expect("at first", 1, "blog: Unknown forbidden")

		if known := p.Follow("blog", pair("1")); known.Err == nil {
			c.t.Errorf("it knows %+v", known)
		}

		c.pass(15 * time.Second)
		c.expect("again", 1)
		c.answer(alike(), nil)
		c.pass(30 * time.Second)
		c.expect("when it may", 1, "blog: Alike <nil>")
	})
}

func TestComparisonsAreFewAtOnce(t *testing.T) {
	t.Parallel()

	comparing(t, func(c *controllers, p *probe.Comparisons) {
		c.slow = 30 * time.Second

		for i := range 12 {
			p.Follow(fmt.Sprint("tenant-", i), pair("1"))
		}

		c.pass(probe.ComparisonDelay + 85*time.Second)
		synctest.Wait()

		if len(c.looks) != 12 || c.most != 4 {
			c.t.Errorf("it looked %d times, %d at once; want 12 and 4", len(c.looks), c.most)
		}
	})
}
