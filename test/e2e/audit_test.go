// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"net/http"
	"os"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	auditv1 "k8s.io/apiserver/pkg/apis/audit/v1"

	"github.com/ingresstenant/ingress-tenant-operator/test/audit"
)

// asked reads the requests of a user from the API server's audit log, from the
// moment that it was opened.
type asked struct {
	user   string
	path   string
	offset int64
}

func openAudit(path, user string) *asked {
	GinkgoHelper()

	info, err := os.Stat(path)
	Expect(err).NotTo(HaveOccurred())

	return &asked{user: user, path: path, offset: info.Size()}
}

// requests returns what the user has asked for, as "verb URI". Watches are no
// requests: they are recorded when they end, as they do every few minutes. Nor are
// the heartbeats of a leader.
func (a *asked) requests() []string {
	return a.events(func(event *auditv1.Event) bool {
		return event.Verb != "watch" && (event.ObjectRef == nil || event.ObjectRef.Resource != "leases")
	})
}

// refused returns what the user has asked for and may not have, as "verb URI".
func (a *asked) refused() []string {
	return a.events(func(event *auditv1.Event) bool {
		return event.ResponseStatus != nil && event.ResponseStatus.Code == http.StatusForbidden
	})
}

// events returns those of the user's requests that are wanted, as "verb URI".
func (a *asked) events(wanted func(*auditv1.Event) bool) []string {
	GinkgoHelper()

	var found []string

	Expect(audit.Read(a.path, a.offset, func(event *auditv1.Event) {
		if event.User.Username == a.user && wanted(event) {
			found = append(found, event.Verb+" "+event.RequestURI)
		}
	})).To(Succeed())

	return found
}
