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
	// APIServerPorts are the ports that the API server answers on, as pods see
	// it before and after its Service's address is translated; sorted.
	APIServerPorts []int32
}
