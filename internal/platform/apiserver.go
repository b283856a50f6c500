// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package platform

import (
	"context"
	"errors"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// apiServer finds the Service that every pod finds the API server by, and the
// ports that it leads to. Network policies match a connection after its address was
// translated, or before: that depends on the network plugin.
func apiServer(ctx context.Context, reader client.Reader) (ServiceAddress, []int32, error) {
	service := &corev1.Service{}
	if err := reader.Get(ctx, client.ObjectKey{Namespace: "default", Name: "kubernetes"}, service); err != nil {
		return ServiceAddress{}, nil, fmt.Errorf("reading Service default/kubernetes for the API server's port: %w", err)
	}

	endpoints := &discoveryv1.EndpointSliceList{}
	if err := reader.List(ctx, endpoints, client.InNamespace("default"), client.MatchingLabels{discoveryv1.LabelServiceName: "kubernetes"}); err != nil {
		return ServiceAddress{}, nil, fmt.Errorf("listing the EndpointSlices of Service default/kubernetes for the API server's port: %w", err)
	}

	address := addressOf(service)

	ports := portsOf(endpoints.Items)
	if len(ports) == 0 {
		ports = address.Ports
	}

	// A rule of a network policy that names no port opens all of them.
	if len(ports) == 0 {
		return ServiceAddress{}, nil, errors.New("the API server's port is not known, for Service default/kubernetes and its EndpointSlices name none: the tenants' network policies need it; put the Service right and start the operator again")
	}

	return address, ports, nil
}

func addressOf(service *corev1.Service) ServiceAddress {
	var address ServiceAddress

	for _, ip := range service.Spec.ClusterIPs {
		if ip != corev1.ClusterIPNone {
			address.IPs = append(address.IPs, ip)
		}
	}

	for _, port := range service.Spec.Ports {
		address.Ports = append(address.Ports, port.Port)
	}

	address.Ports = unique(address.Ports)

	return address
}

func portsOf(endpoints []discoveryv1.EndpointSlice) []int32 {
	var ports []int32

	for _, slice := range endpoints {
		for _, port := range slice.Ports {
			if port.Port != nil {
				ports = append(ports, *port.Port)
			}
		}
	}

	return unique(ports)
}

func unique(ports []int32) []int32 {
	slices.Sort(ports)

	return slices.Compact(ports)
}
