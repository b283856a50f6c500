// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// auditLog is the API server's record of its requests. A request is in it
// before its answer is sent.
type auditLog struct {
	path string
}

// tally counts requests by verb and resource, as in "patch services".
type tally map[string]int

// mark is the end of the log at this moment.
func (l auditLog) mark() (int64, error) {
	info, err := os.Stat(l.path)
	if err != nil {
		return 0, fmt.Errorf("reading the audit log: %w", err)
	}

	return info.Size(), nil
}

// requests counts the requests of a program since a mark, but for watches and
// renewals of leases. Those of the same program before a restart count as its
// own.
func (l auditLog) requests(program string, since int64) (tally, error) {
	file, err := os.Open(l.path)
	if err != nil {
		return nil, fmt.Errorf("reading the audit log: %w", err)
	}
	defer file.Close() //nolint:errcheck // What was read is read.

	if _, err := file.Seek(since, io.SeekStart); err != nil {
		return nil, fmt.Errorf("reading the audit log: %w", err)
	}

	counted := tally{}
	reader := bufio.NewReader(file)

	for {
		line, err := reader.ReadBytes('\n')
		// A line without an end is still being written.
		if err == io.EOF {
			return counted, nil
		}

		if err != nil {
			return nil, fmt.Errorf("reading the audit log: %w", err)
		}

		var event auditEvent
		if err := json.Unmarshal(bytes.TrimSpace(line), &event); err != nil {
			return nil, fmt.Errorf("reading a line of the audit log: %w", err)
		}

		if strings.HasPrefix(event.UserAgent, program+"/") && event.Verb != "watch" && event.ObjectRef.Resource != "leases" {
			counted[event.request()]++
		}
	}
}

// auditEvent is what the benchmark reads of an audit.k8s.io/v1 Event.
type auditEvent struct {
	Verb       string `json:"verb"`
	UserAgent  string `json:"userAgent"`
	RequestURI string `json:"requestURI"`
	ObjectRef  struct {
		Resource    string `json:"resource"`
		Subresource string `json:"subresource"`
	} `json:"objectRef"`
}

func (e auditEvent) request() string {
	if e.ObjectRef.Resource == "" {
		return e.Verb + " (discovery)"
	}

	if e.ObjectRef.Subresource != "" {
		return e.Verb + " " + e.ObjectRef.Resource + "/" + e.ObjectRef.Subresource
	}

	return e.Verb + " " + e.ObjectRef.Resource
}

// total is the number of requests.
func (t tally) total() int {
	return t.reads() + t.writes()
}

// reads is the number of requests that change nothing.
func (t tally) reads() int {
	return t.sum(func(verb string) bool { return verb == "get" || verb == "list" })
}

// writes is the number of requests that change something.
func (t tally) writes() int {
	return t.sum(func(verb string) bool { return verb != "get" && verb != "list" })
}

func (t tally) sum(counts func(verb string) bool) int {
	sum := 0

	for request, number := range t {
		if verb, _, _ := strings.Cut(request, " "); counts(verb) {
			sum += number
		}
	}

	return sum
}

// kinds are the kinds of request in any of the tallies, sorted.
func kinds(tallies ...tally) []string {
	var all []string

	for _, t := range tallies {
		for request := range t {
			all = append(all, request)
		}
	}

	slices.Sort(all)

	return slices.Compact(all)
}
