// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package network_test

import (
	"net/netip"
	"testing"

	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/network"
)

func TestPlanRefusesOtherCounts(t *testing.T) {
	for _, nodes := range []int{-1, 0, network.MaxNodes + 1} {
		if _, err := network.NewPlan(nodes); err == nil {
			t.Errorf("a plan for %d nodes was made", nodes)
		}
	}
}

func TestRangesDoNotOverlap(t *testing.T) {
	plan, err := network.NewPlan(network.MaxNodes)
	if err != nil {
		t.Fatal(err)
	}
	ranges := []netip.Prefix{plan.Machines, plan.Elsewhere, plan.Pods, plan.Services, plan.LoadBalancers}
	for i, first := range ranges {
		for _, second := range ranges[i+1:] {
			if first.Overlaps(second) {
				t.Errorf("%v overlaps %v", first, second)
			}
		}
	}
}

func TestEveryAddressIsInItsRange(t *testing.T) {
	plan, err := network.NewPlan(network.MaxNodes)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[netip.Addr]bool{plan.Gateway: true}
	unique := func(address netip.Addr, within netip.Prefix) {
		t.Helper()
		if !within.Contains(address) {
			t.Errorf("%v is not in %v", address, within)
		}
		if seen[address] {
			t.Errorf("%v is used twice", address)
		}
		seen[address] = true
	}
	for i, node := range plan.Nodes {
		unique(node.Address, plan.Machines)
		if !plan.Pods.Contains(node.Pods.Addr()) || node.Pods != node.Pods.Masked() {
			t.Errorf("%s has the pods %v, not a proper part of %v", node.Name, node.Pods, plan.Pods)
		}
		for _, other := range plan.Nodes[i+1:] {
			if node.Pods.Overlaps(other.Pods) {
				t.Errorf("%s and %s share pod addresses", node.Name, other.Name)
			}
		}
	}
	for _, client := range plan.Clients {
		unique(client.Address, plan.Machines)
		unique(client.Elsewhere, plan.Elsewhere)
	}
	unique(plan.DNS, plan.Services)
	unique(plan.KubernetesService(), plan.Services)
}
