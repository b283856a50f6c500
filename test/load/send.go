// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package load

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"
)

// send starts a request at each tick, whether or not the ones before it are
// answered.
func (r *Run) send(ctx context.Context) {
	defer close(r.ended)
	defer r.cancel()

	ticker := time.NewTicker(time.Second / time.Duration(r.options.Rate))
	defer ticker.Stop()

	var waiting sync.WaitGroup
	defer waiting.Wait()

	for sent := 0; r.options.Count == 0 || sent < r.options.Count; sent++ {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}

		select {
		case r.room <- struct{}{}:
		default:
			r.tally.count(time.Now(), errNoRoom)

			continue
		}

		// What was sent is waited for, so that the end of the load makes no
		// failures of its own.
		request := context.WithoutCancel(ctx)

		waiting.Go(func() {
			defer func() { <-r.room }()

			began := time.Now()
			r.tally.count(began, r.ask(request))
		})
	}
}

func (r *Run) ask(ctx context.Context) error {
	path := r.target.Path
	if path == "" {
		path = "/"
	}

	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+r.target.Endpoint+path, nil)
	if err != nil {
		return fmt.Errorf("making the request: %w", err)
	}

	request.Host = r.target.Host

	response, err := r.client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()

	if err := r.options.Check(response); err != nil {
		return err
	}

	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		return fmt.Errorf("reading the answer: %w", err)
	}

	return nil
}
