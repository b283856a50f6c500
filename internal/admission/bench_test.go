// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package admission_test

import (
	"fmt"
	"testing"
)

// BenchmarkIngress is what the policies cost an Ingress of two hosts and a
// certificate, but for the API server's own work around them.
func BenchmarkIngress(b *testing.B) {
	for _, tenants := range []int{10, 300, 1000} {
		b.Run(fmt.Sprintf("%d tenants", tenants), func(b *testing.B) {
			entries := many(tenants)
			entries[0].Claim.LimitHostnames = true
			entries[0].Claim.Namespaces = []string{"home"}

			evaluator := newEvaluator(b, entries)
			hosts := entries[0].Hostnames
			asked := request{object: secured(ingress(entries[0].Class, hosts[0], hosts[1]), hosts[0]), namespace: namespace("home")}

			if refusals := evaluator.refusals(b, asked); len(refusals) > 0 {
				b.Fatal(refusals)
			}

			for b.Loop() {
				evaluator.refusals(b, asked)
			}
		})
	}
}

// BenchmarkCompile is what the API server does when a page changes, each time that it
// compiles the page's policy.
func BenchmarkCompile(b *testing.B) {
	policy := policies(many(300))[2].Policy
	for b.Loop() {
		compile(b, policy)
	}
}
