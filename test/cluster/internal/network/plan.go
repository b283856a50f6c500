// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package network lays out the cluster's network and builds it out of network
// namespaces. Nothing in it has a way out of the machine: every address below
// exists inside the namespaces only.
package network

import (
	"fmt"
	"net/netip"
)

// MaxNodes is how many nodes the plan has room for.
const MaxNodes = 2

// Machine is a network namespace with one interface on the machines' network:
// a node of the cluster, or a client outside it.
type Machine struct {
	// Name is also the name of the machine's port on the switch.
	Name string
	// Address is the machine's on the machines' network.
	Address netip.Addr
}

// Node is a machine that runs pods.
type Node struct {
	Machine
	// Pods is the range of the node's pod addresses.
	Pods netip.Prefix
}

// Client is a machine outside the cluster whose way to the load-balancer
// addresses is one certain node: what a client sees whose packets a cloud load
// balancer, or a router, hands to that node.
type Client struct {
	Machine
	// Elsewhere is a second address, of another network: for allow lists.
	Elsewhere netip.Addr
	// Via is the address of the node that it sends to.
	Via netip.Addr
}

// Plan is every address of a cluster.
type Plan struct {
	// Machines is the network of nodes and clients; Gateway is its router, behind which lies nothing.
	Machines netip.Prefix
	Gateway  netip.Addr
	// Elsewhere is the network of the clients' second addresses.
	Elsewhere netip.Prefix
	// Pods and Services are the cluster's ranges; DNS is cluster DNS's address among Services.
	Pods     netip.Prefix
	Services netip.Prefix
	DNS      netip.Addr
	// LoadBalancers is what MetalLB assigns addresses from.
	LoadBalancers netip.Prefix

	Nodes   []Node
	Clients []Client
}

// NewPlan returns the addresses of a cluster of that many nodes. It is the same
// for every cluster: namespaces keep clusters apart, not addresses.
func NewPlan(nodes int) (Plan, error) {
	if nodes < 1 || nodes > MaxNodes {
		return Plan{}, fmt.Errorf("a cluster has 1 to %d nodes, not %d", MaxNodes, nodes)
	}
	plan := Plan{
		Machines:      netip.MustParsePrefix("172.18.0.0/24"),
		Gateway:       netip.MustParseAddr("172.18.0.1"),
		Elsewhere:     netip.MustParsePrefix("192.0.2.0/24"),
		Pods:          netip.MustParsePrefix("10.244.0.0/16"),
		Services:      netip.MustParsePrefix("10.96.0.0/16"),
		DNS:           netip.MustParseAddr("10.96.0.10"),
		LoadBalancers: netip.MustParsePrefix("172.19.0.0/16"),
	}
	for i := range nodes {
		number := byte(i + 1)
		node := Node{
			Machine: Machine{Name: fmt.Sprintf("node-%d", number), Address: netip.AddrFrom4([4]byte{172, 18, 0, 10 + number})},
			// A /22 has room for about a thousand pods: more than a kubelet is asked to run.
			Pods: netip.PrefixFrom(netip.AddrFrom4([4]byte{10, 244, 4 * number, 0}), 22),
		}
		plan.Nodes = append(plan.Nodes, node)
		plan.Clients = append(plan.Clients, Client{
			Machine:   Machine{Name: fmt.Sprintf("client-%d", number), Address: netip.AddrFrom4([4]byte{172, 18, 0, 100 + number})},
			Elsewhere: netip.AddrFrom4([4]byte{192, 0, 2, 100 + number}),
			Via:       node.Address,
		})
	}
	return plan, nil
}

// ControlPlane is the node that runs etcd, the API server and the controllers.
func (p Plan) ControlPlane() Node { return p.Nodes[0] }

// KubernetesService is the address of the API server's Service: the first of the range.
func (p Plan) KubernetesService() netip.Addr { return p.Services.Addr().Next() }

// Names are the names of all nodes and clients.
func (p Plan) Names() []string {
	var names []string
	for _, node := range p.Nodes {
		names = append(names, node.Name)
	}
	for _, client := range p.Clients {
		names = append(names, client.Name)
	}
	return names
}
