// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// audit reads the requests of a user from the API server's audit log, from the
// moment that it was opened. The log has no heartbeats of leaders and no events.
type audit struct {
	user   string
	path   string
	offset int64
}

func openAudit(path, user string) *audit {
	GinkgoHelper()

	info, err := os.Stat(path)
	Expect(err).NotTo(HaveOccurred())

	return &audit{user: user, path: path, offset: info.Size()}
}

// requests returns what the user has asked for, as "verb URI". Watches are no
// requests: they are recorded when they end, as they do every few minutes.
func (a *audit) requests() []string {
	GinkgoHelper()

	var found []string

	for _, event := range a.events() {
		if event.Verb != "watch" {
			found = append(found, event.String())
		}
	}

	return found
}

// refused returns what the user has asked for and may not have, as "verb URI".
func (a *audit) refused() []string {
	GinkgoHelper()

	var found []string

	for _, event := range a.events() {
		if event.ResponseStatus.Code == http.StatusForbidden {
			found = append(found, event.String())
		}
	}

	return found
}

// auditEvent is a request, as the API server records it.
type auditEvent struct {
	Verb, RequestURI string
	User             struct{ Username string }
	ResponseStatus   struct{ Code int }
}

// String is the request as "verb URI".
func (e auditEvent) String() string {
	return e.Verb + " " + e.RequestURI
}

// events returns the user's requests.
func (a *audit) events() []auditEvent {
	GinkgoHelper()

	file, err := os.Open(a.path)
	Expect(err).NotTo(HaveOccurred())

	defer func() { Expect(file.Close()).To(Succeed()) }()

	_, err = file.Seek(a.offset, io.SeekStart)
	Expect(err).NotTo(HaveOccurred())

	var found []auditEvent

	lines := bufio.NewReader(file)

	for {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return found // A last line without an end is still being written.
		}

		Expect(err).NotTo(HaveOccurred())

		var event auditEvent
		Expect(json.Unmarshal(line, &event)).To(Succeed())

		if event.User.Username == a.user {
			found = append(found, event)
		}
	}
}
