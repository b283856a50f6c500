// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package platform finds out, once at start, what the cluster offers.
package platform

// Facts are what the operator knows of the cluster. They do not change while
// it runs.
type Facts struct {
	// HorizontalPodAutoscaler is whether autoscaling/v2 is served.
	HorizontalPodAutoscaler bool
	// PodDisruptionBudget is whether policy/v1 has PodDisruptionBudgets.
	PodDisruptionBudget bool
	// NetworkPolicy is whether networking.k8s.io/v1 has NetworkPolicies.
	NetworkPolicy bool
	// APIServerPorts are the ports that the API server itself answers on, where a
	// connection to its Service ends; sorted.
	APIServerPorts []int32
	// APIServerService is where pods look for the API server.
	APIServerService ServiceAddress
	// Network is what the operator was told of the cluster's network.
	Network Network
}

// ServiceAddress is where a Service answers. Neither part changes as long as the
// Service exists.
type ServiceAddress struct {
	// IPs are its cluster IPs, at most one of each family.
	IPs []string
	// Ports are its own ports, not those that it leads to; sorted.
	Ports []int32
}
