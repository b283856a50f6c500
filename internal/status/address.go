// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"cmp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// maxAddresses is the API's limit for status.addresses.
const maxAddresses = 16

// recordServices writes where clients reach the tenant. It follows what the
// Services are, not what they shall become: the one works, the other does not
// yet.
func recordServices(s *v1alpha1.IngressTenantStatus, services Services) {
	s.Addresses = nil
	s.NodePorts = nil

	if found := Addresses(services); len(found) > 0 {
		s.Addresses = found[:min(len(found), maxAddresses)]
	}

	if services.Service != nil {
		s.NodePorts = nodePorts(services.Service)
	}
}

// Addresses are where clients reach the Services by an address of their own:
// what load balancers assigned, or the addresses inside the cluster of a Service
// of type ClusterIP. A Service of type NodePort has none.
func Addresses(services Services) []v1alpha1.Address {
	var found []v1alpha1.Address

	for _, service := range services.reaching() {
		switch service {
		case services.Service:
			found = append(found, assignedAddresses(service, scopeOf(services.Scope))...)
			found = append(found, clusterAddresses(service)...)
		case services.Internal:
			found = append(found, assignedAddresses(service, v1alpha1.AddressInternal)...)
		default:
			found = append(found, assignedAddresses(service, scopeOf(services.AdoptedScope))...)
		}
	}

	// Those for external clients come first.
	slices.SortStableFunc(found, func(a, b v1alpha1.Address) int { return cmp.Compare(rankOf(a), rankOf(b)) })

	return found
}

func rankOf(a v1alpha1.Address) int {
	if a.Scope == v1alpha1.AddressInternal {
		return 1
	}

	return 0
}

// clusterAddresses are where a Service of type ClusterIP is reached. Other types
// have such addresses too, but clients have better ones then.
func clusterAddresses(service *corev1.Service) []v1alpha1.Address {
	if service.Spec.Type != corev1.ServiceTypeClusterIP {
		return nil
	}

	ips := service.Spec.ClusterIPs
	if len(ips) == 0 {
		ips = []string{service.Spec.ClusterIP}
	}

	var found []v1alpha1.Address

	for _, ip := range ips {
		if ip != "" && ip != corev1.ClusterIPNone {
			found = append(found, v1alpha1.Address{Type: v1alpha1.AddressClusterIP, Value: ip})
		}
	}

	return found
}

// assignedAddresses are what a load balancer assigned. A Service that is no
// longer of that type may still carry what it had.
func assignedAddresses(service *corev1.Service, scope v1alpha1.AddressScope) []v1alpha1.Address {
	if service.Spec.Type != corev1.ServiceTypeLoadBalancer {
		return nil
	}

	var found []v1alpha1.Address

	for _, ingress := range service.Status.LoadBalancer.Ingress {
		if ingress.IP != "" {
			found = append(found, v1alpha1.Address{Type: v1alpha1.AddressIP, Value: ingress.IP, Scope: scope})
		}

		if ingress.Hostname != "" {
			found = append(found, v1alpha1.Address{Type: v1alpha1.AddressHostname, Value: ingress.Hostname, Scope: scope})
		}
	}

	return found
}

// nodePorts are the ports on every node of a Service of type NodePort, nil until
// both are allocated.
func nodePorts(service *corev1.Service) *v1alpha1.NodePortStatus {
	if service.Spec.Type != corev1.ServiceTypeNodePort {
		return nil
	}

	port := func(name string) int32 {
		at := slices.IndexFunc(service.Spec.Ports, func(p corev1.ServicePort) bool { return p.Name == name })
		if at < 0 {
			return 0
		}

		return service.Spec.Ports[at].NodePort
	}

	ports := v1alpha1.NodePortStatus{HTTP: port(PortHTTP), HTTPS: port(PortHTTPS)}
	if ports.HTTP == 0 || ports.HTTPS == 0 {
		return nil
	}

	return &ports
}

func values(all []v1alpha1.Address) string {
	texts := make([]string, 0, len(all))
	for _, address := range all {
		text := address.Value
		if address.Scope == v1alpha1.AddressInternal {
			text += " (internal)"
		}

		texts = append(texts, text)
	}

	return strings.Join(texts, ", ")
}
