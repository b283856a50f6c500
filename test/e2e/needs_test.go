// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// What the strict tenant of S13 wants; the other one has the implementation's
// own limits.
const (
	strictBytes   = 2048
	strictSeconds = 1
	// smallBody passes both, largeBody one of them.
	smallBody, largeBody = 1024, 4096
	// slow is a request that takes longer than strictSeconds.
	slow = "/?sleep=2500ms"
)

func describeNeeds(c *cluster) {
	c.forEach("S13", "needs that conflict", func(d dialect) {
		if d.configuredForAll {
			c.lacks(d, "configuration where it serves some namespaces", "spec.controller.config", func(name string) v1alpha1.IngressTenantSpec {
				spec := d.small(name)
				spec.Controller.Config = d.limiting(strictBytes)

				return spec
			})
		}

		It("each hold for their own tenant: body size, timeout, log format", func(ctx SpecContext) {
			strict, lax := d.called("s13-strict"), d.called("s13-lax")
			config := d.limiting(strictBytes)
			config[d.timeout] = v1alpha1.ConfigValue(strconv.Itoa(strictSeconds) + d.timeoutUnit)
			config[d.logFormat[0]] = v1alpha1.ConfigValue(d.logFormat[1])

			spec := d.configured(strict, config)
			spec.Controller.AccessLog = v1alpha1.Enabled

			c.route(ctx, strict)
			c.route(ctx, lax)

			demanding := c.create(ctx, strict, spec)

			spec = d.configured(lax, nil)
			spec.Controller.AccessLog = v1alpha1.Enabled
			easy := c.create(ctx, lax, spec)

			endpoints := map[string]string{}

			for _, name := range []string{strict, lax} {
				endpoints[name] = c.publish(ctx, name, addressOf(c.awaitReady(ctx, name)), 80)
				awaitAnswer(ctx, endpoints[name], hostOf(name), name)
				Expect(post(ctx, endpoints[name], hostOf(name), "/", smallBody)).To(answeredBy(name), "a small body")
			}

			Expect(post(ctx, endpoints[strict], hostOf(strict), "/", largeBody)).To(HaveField("Status", http.StatusRequestEntityTooLarge))
			Expect(post(ctx, endpoints[lax], hostOf(lax), "/", largeBody)).To(answeredBy(lax))

			Expect(ask(ctx, endpoints[strict], hostOf(strict), slow)).To(HaveField("Status", http.StatusGatewayTimeout))
			Expect(ask(ctx, endpoints[lax], hostOf(lax), slow)).To(answeredBy(lax))

			own := ContainElement(ContainSubstring(d.logLine))
			usual := ContainElement(ContainSubstring(`"GET / HTTP/1.1"`))

			Eventually(func() []string { return c.logOf(ctx, demanding) }).WithContext(ctx).Should(And(own, Not(usual)))
			Eventually(func() []string { return c.logOf(ctx, easy) }).WithContext(ctx).Should(And(usual, Not(own)))

			figure(fmt.Sprintf("%d bytes: 413 and 200; an answer after 2.5s: 504 and 200; log lines in 2 formats", largeBody))
		}, bounded)
	})
}

// logOf is what a tenant's controllers have logged.
func (c *cluster) logOf(ctx context.Context, t *v1alpha1.IngressTenant) []string {
	GinkgoHelper()

	var lines []string

	for _, pod := range c.podsOf(ctx, t) {
		log, err := c.clientset.CoreV1().Pods(tenant.Namespace(t)).GetLogs(pod.Name, &corev1.PodLogOptions{}).DoRaw(ctx)
		Expect(err).NotTo(HaveOccurred())

		scanner := bufio.NewScanner(bytes.NewReader(log))
		for scanner.Scan() {
			lines = append(lines, strings.TrimSpace(scanner.Text()))
		}

		Expect(scanner.Err()).NotTo(HaveOccurred())
	}

	return lines
}
