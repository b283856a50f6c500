// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package manager

import (
	"flag"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/ingresstenant/ingress-tenant-operator/internal/platform"
)

// portDNS is where DNS answers where nothing else is said.
const portDNS = 53

// bindNetwork declares the flags about the cluster's network. Each is a list with
// commas that replaces its default; an empty one is a list of nothing.
func bindNetwork(network *platform.Network, flags *flag.FlagSet) {
	*network = platform.DefaultNetwork()

	flags.Func("metrics-namespaces", "The namespaces whose pods may scrape the metrics of tenants' controllers, with commas; monitoring if not given.", func(value string) error {
		names, err := list(value, parseNamespace)
		network.MetricsNamespaces = names

		return err
	})
	flags.Func("dns-servers", "NAMESPACE or CIDR, each with :PORT where it is not 53, that tenants' controllers may ask, with commas; kube-system,169.254.0.0/16 if not given.", func(value string) error {
		servers, err := list(value, parseDNSServer)
		network.DNSServers = servers

		return err
	})
	flags.Func("api-server-cidrs", "The addresses of the API server as pods see them, CIDRs with commas. Without them its ports are open to tenants' controllers at any address.", func(value string) error {
		cidrs, err := list(value, parseCIDR)
		network.APIServerCIDRs = cidrs

		return err
	})
	flags.Func("cluster-cidrs", "The addresses of pods and Services, CIDRs with commas, which tenants with ExternalName Services do not reach. Without them such tenants may reach any pod.", func(value string) error {
		cidrs, err := list(value, parseCIDR)
		network.ClusterCIDRs = cidrs

		return err
	})
}

// list parses what is between the commas.
func list[T any](value string, parse func(string) (T, error)) ([]T, error) {
	if value == "" {
		return nil, nil
	}

	var parsed []T

	for part := range strings.SplitSeq(value, ",") {
		one, err := parse(strings.TrimSpace(part))
		if err != nil {
			return nil, err
		}

		parsed = append(parsed, one)
	}

	return parsed, nil
}

func parseNamespace(value string) (string, error) {
	if problems := validation.IsDNS1123Label(value); len(problems) > 0 {
		return "", fmt.Errorf("%q is no name of a namespace: %s", value, strings.Join(problems, "; "))
	}

	return value, nil
}

// parseCIDR takes what a network policy takes. One that holds every address says
// nothing, and the API server refuses to take it out of all of them.
func parseCIDR(value string) (string, error) {
	prefix, err := netip.ParsePrefix(value)
	if err != nil || prefix != prefix.Masked() || prefix.Bits() == 0 || prefix.Addr().Is4In6() {
		return "", fmt.Errorf("%q is no range of addresses: want a CIDR without bits of a single address, such as 10.96.0.0/12 or 192.0.2.1/32", value)
	}

	return prefix.String(), nil
}

// parseDNSServer takes NAMESPACE, CIDR, NAMESPACE:PORT or CIDR:PORT.
func parseDNSServer(value string) (platform.DNSServer, error) {
	server := platform.DNSServer{Port: portDNS}

	// The address of a CIDR has colons too, and its length has none.
	address, length, isCIDR := strings.Cut(value, "/")

	rest := value
	if isCIDR {
		rest = length
	}

	rest, number, hasPort := strings.Cut(rest, ":")
	if hasPort {
		port, err := strconv.ParseUint(number, 10, 16)
		if err != nil || port == 0 {
			return server, fmt.Errorf("%q is no DNS server: %q is no port", value, number)
		}

		server.Port = int32(port)
	}

	var err error
	if isCIDR {
		server.CIDR, err = parseCIDR(address + "/" + rest)
	} else {
		server.Namespace, err = parseNamespace(rest)
	}

	return server, err
}
