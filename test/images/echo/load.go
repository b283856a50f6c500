// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"net/url"
	"strconv"
	"time"
)

// The bounds keep one request from holding the server up.
const (
	maxSleep = 30 * time.Second
	maxBytes = 64 << 20
)

// load is what a request asks for beside its echo.
type load struct {
	// sleep is how long to wait before the answer.
	sleep time.Duration
	// sized replaces the answer by a body of exactly bytes bytes.
	sized bool
	bytes int64
}

// loadOf reads the options sleep, a Go duration, and bytes, a number, from a
// request's query.
func loadOf(query url.Values) (load, error) {
	var l load
	if value := query.Get("sleep"); value != "" {
		sleep, err := time.ParseDuration(value)
		if err != nil || sleep < 0 || sleep > maxSleep {
			return load{}, fmt.Errorf("sleep=%s: want a duration from 0s to %s, such as 250ms", value, maxSleep)
		}
		l.sleep = sleep
	}
	if value := query.Get("bytes"); value != "" {
		bytes, err := strconv.ParseInt(value, 10, 64)
		if err != nil || bytes < 0 || bytes > maxBytes {
			return load{}, fmt.Errorf("bytes=%s: want a number from 0 to %d", value, maxBytes)
		}
		l.sized, l.bytes = true, bytes
	}
	return l, nil
}

// filler is an endless source of the letter x.
type filler struct{}

// Read implements io.Reader.
func (filler) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}
