// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/client-go/rest"

	"github.com/ingresstenant/ingress-tenant-operator/internal/manager"
)

func describeProcesses(c *cluster) {
	// Finalizer, objects, status.
	const writes = usualChildren + 2

	Describe("A process of the operator that dies", func() {
		for count := range writes {
			It(fmt.Sprintf("after write %d of a creation leaves nothing that the next one does not finish", count), func(ctx SpecContext) {
				connection, died := dyingAfter(c.Operator, count)
				dying := c.startOperatorWith(ctx, connection, manager.Options{})

				t := c.newTenant(ctx)
				Expect(c.Create(ctx, t)).To(Succeed())
				Eventually(ctx, died).Should(BeTrue())
				dying.stop()

				next := c.startOperator(ctx)
				Eventually(ctx, c.now(ctx, t)).Should(beAccepted())
				Expect(c.children(ctx, t)).To(HaveLen(usualChildren))
				next.expectQuiet(ctx)
			})
		}

		for count := range usualChildren + 1 {
			It(fmt.Sprintf("after write %d of a deletion leaves nothing that the next one does not finish", count), func(ctx SpecContext) {
				first := c.startOperator(ctx)

				t := c.newTenant(ctx)
				c.create(ctx, t)
				first.expectQuiet(ctx)
				first.stop()

				connection, died := dyingAfter(c.Operator, count)
				dying := c.startOperatorWith(ctx, connection, manager.Options{})
				Expect(c.Delete(ctx, t)).To(Succeed())
				Eventually(ctx, func() bool { c.play(ctx, t); return died() }).Should(BeTrue())
				dying.stop()

				c.startOperator(ctx)
				Eventually(ctx, func() bool { c.play(ctx, t); return c.gone(ctx, t)() }).Should(BeTrue())
				Expect(c.children(ctx, t)).To(BeEmpty())
			})
		}
	})

	Describe("Several processes of the operator", func() {
		It("act one at a time, and the next takes over", func(ctx SpecContext) {
			elected := manager.Options{LeaderElection: true, LeaderElectionNamespace: "ingress-tenant-operator"}
			first := c.startOperatorWith(ctx, c.Operator, elected)
			Eventually(ctx, first.elected).Should(BeClosed())

			second := c.startOperatorWith(ctx, c.Operator, elected)
			t := c.newTenant(ctx)
			c.create(ctx, t)
			Expect(second.elected).NotTo(BeClosed())
			Expect(second.requests.Writes()).To(BeEmpty())

			first.stop()
			Eventually(ctx, second.elected).Should(BeClosed())

			after := c.newTenant(ctx)
			c.create(ctx, after)
		})
	})
}

// dyingAfter is a connection that is cut after some writes, and whether it is.
func dyingAfter(connection *rest.Config, writes int) (*rest.Config, func() bool) {
	var (
		sent atomic.Int32
		cut  atomic.Bool
	)

	connection = rest.CopyConfig(connection)
	connection.Wrap(func(next http.RoundTripper) http.RoundTripper {
		return transport(func(request *http.Request) (*http.Response, error) {
			write := request.Method != http.MethodGet
			if cut.Load() || write && int(sent.Add(1)) > writes {
				cut.Store(true)

				return nil, errors.New("the process is dead")
			}

			return next.RoundTrip(request)
		})
	})

	return connection, cut.Load
}

type transport func(*http.Request) (*http.Response, error)

// RoundTrip implements http.RoundTripper.
func (t transport) RoundTrip(request *http.Request) (*http.Response, error) {
	return t(request)
}
