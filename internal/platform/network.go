// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package platform

// Network is what the operator is told of the cluster's network, and cannot find
// out: no API says it for every cluster.
type Network struct {
	// MetricsNamespaces hold what may scrape the controllers' metrics; none means
	// that nobody may.
	MetricsNamespaces []string
	// APIServerCIDRs are the addresses of the API server, as pods see them; none
	// means that they are not known.
	APIServerCIDRs []string
	// DNSServers answer what pods ask; none means that controllers ask nobody.
	DNSServers []DNSServer
	// ClusterCIDRs are the addresses of pods and Services, which are not the
	// outside world; none means that they are not known.
	ClusterCIDRs []string
}

// DNSServer is where DNS answers, over UDP and TCP.
type DNSServer struct {
	// Namespace holds the pods that answer; empty where CIDR says it.
	Namespace string
	// CIDR are the addresses that answer; empty where Namespace says it.
	CIDR string
	// Port is the port of the pods, or at the addresses.
	Port int32
}

// DefaultNetwork returns what holds for most clusters.
func DefaultNetwork() Network {
	return Network{
		// Where the usual installations of Prometheus put it.
		MetricsNamespaces: []string{"monitoring"},
		DNSServers: []DNSServer{
			{Namespace: "kube-system", Port: 53},
			// A cache on the node, or the cloud's own resolver. No pod has an
			// address of this sort.
			{CIDR: LinkLocal, Port: 53},
		},
	}
}

// LinkLocal are the IPv4 addresses that lead no further than the node, or the
// cloud that it runs in.
const LinkLocal = "169.254.0.0/16"

// LinkLocal6 are the IPv6 addresses that lead no further than the node.
const LinkLocal6 = "fe80::/10"
