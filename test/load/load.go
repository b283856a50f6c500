// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package load sends requests at a constant rate and counts the answers that
// are not the expected ones. The rate does not follow the server: a slow answer
// delays no other request, so that an interruption is seen in full.
package load

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// Target is what requests are sent to.
type Target struct {
	// Endpoint is where connections are opened, as host:port.
	Endpoint string
	// Host is the requests' Host header; Endpoint if empty.
	Host string
	// Path is the requests' path and query; "/" if empty.
	Path string
}

// Options say how many requests are sent and what counts as an answer.
type Options struct {
	// Rate is the number of requests a second; 20 if 0.
	Rate int
	// Count is how many requests are sent at most; no limit if 0. Without it
	// the load ends with Stop or with its context.
	Count int
	// Timeout is how long each request may take, connection included; 5 seconds
	// if 0.
	Timeout time.Duration
	// MaxInFlight is how many requests may wait for their answers at once; 200
	// if 0. One that finds no room is not sent, and counts as failed.
	MaxInFlight int
	// KeepAlive reuses connections. Without it each request opens one, which is
	// what shows whether new clients are served.
	KeepAlive bool
	// Check judges an answer, whose body it need not read; the status must be
	// 200 if nil.
	Check func(*http.Response) error
}

const (
	defaultRate        = 20
	defaultTimeout     = 5 * time.Second
	defaultMaxInFlight = 200
)

// errNoRoom is the failure of a request that was not sent, because too many
// others still waited for their answers.
var errNoRoom = errors.New("not sent: too many requests wait for their answers")

// Run is a load that is being sent.
type Run struct {
	target  Target
	options Options
	client  *http.Client
	room    chan struct{}
	cancel  context.CancelFunc
	ended   chan struct{}
	tally   *tally
}

// Start begins to send requests, until the context ends, Stop is called or
// options.Count requests are sent.
func Start(ctx context.Context, target Target, options Options) *Run {
	options = withDefaults(options)
	sending, cancel := context.WithCancel(ctx)
	run := &Run{
		target:  target,
		options: options,
		client:  newClient(options),
		room:    make(chan struct{}, options.MaxInFlight),
		cancel:  cancel,
		ended:   make(chan struct{}),
		tally:   newTally(),
	}

	go run.send(sending)

	return run
}

// Stop ends the sending, waits for the answers that are still to come, and
// returns what came back. It may be called more than once.
func (r *Run) Stop() Result {
	r.cancel()

	return r.Wait()
}

// Wait waits for the last answer, and returns what came back. Without
// Options.Count it waits until the context of Start ends.
func (r *Run) Wait() Result {
	<-r.ended

	return r.Result()
}

// Result returns what came back so far.
func (r *Run) Result() Result {
	return r.tally.soFar()
}

func withDefaults(options Options) Options {
	if options.Rate <= 0 {
		options.Rate = defaultRate
	}

	if options.Timeout <= 0 {
		options.Timeout = defaultTimeout
	}

	if options.MaxInFlight <= 0 {
		options.MaxInFlight = defaultMaxInFlight
	}

	if options.Check == nil {
		options.Check = isOK
	}

	return options
}

func isOK(response *http.Response) error {
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("status %d", response.StatusCode)
	}

	return nil
}

func newClient(options Options) *http.Client {
	return &http.Client{
		Timeout: options.Timeout,
		Transport: &http.Transport{
			DialContext:         (&net.Dialer{Timeout: options.Timeout}).DialContext,
			DisableKeepAlives:   !options.KeepAlive,
			MaxIdleConnsPerHost: options.MaxInFlight,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}
