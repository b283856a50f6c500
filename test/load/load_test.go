// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package load_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ingresstenant/ingress-tenant-operator/test/load"
)

// serve answers the nth request, counted from 1, with status(n).
func serve(t *testing.T, status func(n int64) int) load.Target {
	t.Helper()

	var asked atomic.Int64

	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status(asked.Add(1)))
	}))
	t.Cleanup(server.Close)

	return load.Target{Endpoint: strings.TrimPrefix(server.URL, "http://")}
}

func TestCountsWhatFailed(t *testing.T) {
	t.Parallel()

	target := serve(t, func(n int64) int {
		if n%4 == 0 {
			return http.StatusBadGateway
		}

		return http.StatusOK
	})

	got := load.Start(t.Context(), target, load.Options{Rate: 500, Count: 40}).Wait()

	if got.Sent != 40 || got.Failed != 10 {
		t.Errorf("got %s, want 40 requests of which 10 failed", got)
	}

	if all := got.Errors(); len(all) != 1 || !strings.HasPrefix(all[0], "10 times, ") || !strings.HasSuffix(all[0], ": status 502") {
		t.Errorf("errors are %q, want one that came 10 times: status 502", all)
	}
}

func TestSendsHostAndPath(t *testing.T) {
	t.Parallel()

	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Seen", r.Host+r.RequestURI)
	}))
	t.Cleanup(server.Close)

	got := load.Start(t.Context(), load.Target{
		Endpoint: strings.TrimPrefix(server.URL, "http://"),
		Host:     "blog.example.com",
		Path:     "/a?b=c",
	}, load.Options{Rate: 100, Count: 1, Check: func(response *http.Response) error {
		if seen := response.Header.Get("Seen"); seen != "blog.example.com/a?b=c" {
			return fmt.Errorf("the server saw %s", seen)
		}

		return nil
	}}).Wait()

	if got.Sent != 1 || got.Failed != 0 {
		t.Error(got)
	}
}

func TestStopWaitsForAnswersAndLosesNone(t *testing.T) {
	t.Parallel()

	begun, answered := make(chan struct{}, 1), atomic.Int64{}
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case begun <- struct{}{}:
		default:
		}

		select {
		case <-time.After(200 * time.Millisecond):
			answered.Add(1)
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(server.Close)

	run := load.Start(t.Context(), load.Target{Endpoint: strings.TrimPrefix(server.URL, "http://")}, load.Options{Rate: 50})
	<-begun

	got := run.Stop()
	if got.Sent == 0 || got.Failed != 0 || int64(got.Sent) != answered.Load() {
		t.Errorf("got %s, and %d were answered; want all of them answered", got, answered.Load())
	}

	if again := run.Stop(); again.Sent != got.Sent {
		t.Errorf("a second Stop says %s, the first said %s", again, got)
	}
}

// A server that does not answer must not slow the load down.
func TestASlowServerDoesNotSlowTheLoad(t *testing.T) {
	t.Parallel()

	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	t.Cleanup(server.Close)

	got := load.Start(t.Context(), load.Target{Endpoint: strings.TrimPrefix(server.URL, "http://")},
		load.Options{Rate: 200, Count: 20, MaxInFlight: 5, Timeout: 2 * time.Second}).Wait()

	if got.Sent != 20 || got.Failed != 20 {
		t.Errorf("got %s, want all 20 failed", got)
	}

	if all := strings.Join(got.Errors(), "\n"); !strings.Contains(all, "15 times, ") {
		t.Errorf("errors are\n%s\nwant 15 that were not sent", all)
	}
}

func TestNobodyListens(t *testing.T) {
	t.Parallel()

	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()

	got := load.Start(t.Context(), load.Target{Endpoint: strings.TrimPrefix(server.URL, "http://")},
		load.Options{Rate: 200, Count: 10}).Wait()

	if got.Failed != 10 || got.Percentile(99) != 0 {
		t.Errorf("got %s with a 99th percentile of %s, want all failed and 0", got, got.Percentile(99))
	}
}

func TestPercentile(t *testing.T) {
	t.Parallel()

	got := load.Start(t.Context(), serve(t, func(int64) int { return http.StatusOK }), load.Options{Rate: 200, Count: 10, KeepAlive: true}).Wait()

	if p0, p50, p100 := got.Percentile(0), got.Percentile(50), got.Percentile(100); p0 <= 0 || p50 < p0 || p100 < p50 {
		t.Errorf("percentiles 0, 50 and 100 are %s, %s and %s, want them positive and ascending", p0, p50, p100)
	}
}
