// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
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

	file, err := os.Open(a.path)
	Expect(err).NotTo(HaveOccurred())

	defer func() { Expect(file.Close()).To(Succeed()) }()

	_, err = file.Seek(a.offset, io.SeekStart)
	Expect(err).NotTo(HaveOccurred())

	var found []string

	lines := bufio.NewReader(file)

	for {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return found // A last line without an end is still being written.
		}

		Expect(err).NotTo(HaveOccurred())

		var event struct {
			Verb, RequestURI string
			User             struct{ Username string }
		}
		Expect(json.Unmarshal(line, &event)).To(Succeed())

		if event.User.Username == a.user && event.Verb != "watch" {
			found = append(found, event.Verb+" "+event.RequestURI)
		}
	}
}
