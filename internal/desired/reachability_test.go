// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package desired_test

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"sigs.k8s.io/yaml"

	"github.com/ingresstenant/ingress-tenant-operator/internal/platform"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// selfManaged is a cluster whose API server listens on another port than its Service
// does.
func selfManaged() platform.Facts {
	return cluster{}.facts()
}

// managed is a cluster whose API server listens on 443 itself, as it does in many
// clouds.
func managed() platform.Facts {
	facts := selfManaged()
	facts.APIServerPorts = []int32{443}

	return facts
}

// told is a cluster of which the operator knows all that it can be told.
func told() platform.Facts {
	facts := managed()
	facts.Network.APIServerCIDRs = []string{"192.0.2.10/32"}
	facts.Network.ClusterCIDRs = []string{"10.244.0.0/16", "10.96.0.0/12", "fd00::/8"}

	return facts
}

// want is what is to become of a connection, in words of specs and roles.
func (f *fleet) want(c connection) verdict {
	return verdict{leaves: f.wantLeaves(c), enters: f.wantEnters(c)}
}

// wantLeaves is whether a connection may be opened: by others than controllers, any.
func (f *fleet) wantLeaves(c connection) bool {
	if c.from.is != roleController {
		return true
	}

	return f.asksDNS(c) || f.asksAPIServer(c) || serves(c.from.of, c.to) || f.followsExternalName(c)
}

func (f *fleet) asksDNS(c connection) bool {
	// kube-system is not known by more than its name.
	return c.port == 53 && (c.to.namespace == "kube-system" || c.to.is == roleLinkLocal)
}

func (f *fleet) asksAPIServer(c connection) bool {
	if c.protocol != corev1.ProtocolTCP {
		return false
	}

	if c.to.is == roleAPIService && slices.Contains(f.facts.APIServerService.Ports, c.port) {
		return true
	}

	known := len(f.facts.Network.APIServerCIDRs) > 0

	return slices.Contains(f.facts.APIServerPorts, c.port) && (!known || c.to.is == roleAPIServer)
}

func serves(m *member, to *end) bool {
	if !to.pod {
		return false
	}

	if m.all {
		return to.is != roleOperator && to.namespaceLabels[tenant.LabelTenant] == ""
	}

	return slices.Contains(m.serves, to.namespace)
}

func (f *fleet) followsExternalName(c connection) bool {
	if !c.from.of.externalNames || c.to.is == roleLinkLocal || c.to.is == roleNeighbour {
		return false
	}

	for _, cidr := range f.facts.Network.ClusterCIDRs {
		if netip.MustParsePrefix(cidr).Contains(netip.MustParseAddr(c.to.ip)) {
			return false
		}
	}

	return true
}

// wantEnters is whether a connection is let in: controllers and the operator alone
// are choosy.
func (f *fleet) wantEnters(c connection) bool {
	tcp := c.protocol == corev1.ProtocolTCP

	switch c.to.is {
	case roleController:
		scrapes := c.from.is == roleScraper && slices.Contains(c.to.of.metrics, c.port)

		return tcp && (slices.Contains(c.to.of.traffic, c.port) || scrapes)
	case roleOperator:
		return tcp && c.from.is == roleScraper && c.to.ports[c.port] == "metrics"
	default:
		return true
	}
}

// wrong are the connections of which the policies say something else than is wanted,
// with what they say.
func (f *fleet) wrong(e evaluator, connections []connection) []string {
	var found []string

	for _, c := range connections {
		if got, want := e.verdict(c), f.want(c); got != want {
			found = append(found, fmt.Sprintf("%s: %s, want %s", c, got, want))
		}
	}

	return found
}

// Every connection from everything to every port of everything, in both directions,
// with the policies of all namespaces at once.
func TestEveryConnection(t *testing.T) {
	t.Parallel()

	for name, facts := range map[string]platform.Facts{"self-managed": selfManaged(), "managed": managed(), "told": told()} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			f := newFleet(t, facts)
			connections := f.connections()

			if wrong := f.wrong(newEvaluator(t, f.policies), connections); len(wrong) > 0 {
				t.Errorf("%d of %d connections:\n%s", len(wrong), len(connections), strings.Join(wrong[:min(len(wrong), 20)], "\n"))
			}

			t.Logf("%d connections between %d ends, under %d policies", len(connections), len(f.ends), len(f.policies))
		})
	}
}

// What the policies are for, without the words of wantLeaves and wantEnters: which
// controllers get through to other tenants' controllers, and where.
func TestNoControllerReachesAnother(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		facts platform.Facts
		// want are the ports of others, by whether the tenant has ExternalNames.
		names, others []int32
	}{
		// An ExternalName may be any pod where the cluster's addresses are not known.
		"self-managed": {selfManaged(), []int32{80, 443, 8000, 8080, 8443}, nil},
		// The API server's port is open at any address where its own are not known,
		// and some controllers take their clients there.
		"managed": {managed(), []int32{80, 443, 8000, 8080, 8443}, []int32{443}},
		"told":    {told(), nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			f := newFleet(t, test.facts)
			e := newEvaluator(t, f.policies)
			reached := map[bool]map[int32]bool{true: {}, false: {}}
			pairs := 0

			for _, c := range f.connections() {
				if c.from.of == nil || c.to.of == nil || c.from.of == c.to.of {
					continue
				}

				pairs++

				if v := e.verdict(c); v.leaves && v.enters {
					reached[c.from.of.externalNames][c.port] = true
				}
			}

			for externalNames, want := range map[bool][]int32{true: test.names, false: test.others} {
				if diff := cmp.Diff(want, slices.Sorted(maps.Keys(reached[externalNames]))); diff != "" {
					t.Errorf("of %d connections, those of tenants with external names (%v) get through at (-want +got):\n%s", pairs, externalNames, diff)
				}
			}
		})
	}
}

// While a tenant changes its implementation, a port that answers probes in the one is
// one for clients in the other.
func TestProbesAreSeenByNobodyElse(t *testing.T) {
	t.Parallel()

	f := newFleet(t, selfManaged())
	e := newEvaluator(t, f.policies)
	open := map[string]bool{}

	for _, c := range f.connections() {
		if c.to.is == roleController && c.to.ports[c.port] == "health" {
			if v := e.verdict(c); v.enters {
				open[fmt.Sprintf("%s:%d for %s", c.to.name, c.port, c.from.is)] = true
			}
		}
	}

	for at := range open {
		// ingress-nginx has one port for probes and metrics.
		if strings.Contains(at, "/ingress-nginx:10254 for scraper") {
			delete(open, at)
		}

		if strings.HasPrefix(at, "ingress-moving/traefik:8080 ") {
			delete(open, at)
		}
	}

	if len(open) > 0 {
		t.Errorf("ports for probes are open: %v", slices.Sorted(maps.Keys(open)))
	}
}

// policyOf is a policy of a namespace, from what YAML says of its spec.
func policyOf(t *testing.T, namespace, spec string) *networkingv1.NetworkPolicy {
	t.Helper()

	policy := &networkingv1.NetworkPolicy{}
	policy.Name, policy.Namespace = "policy", namespace

	if err := yaml.UnmarshalStrict([]byte("{"+spec+"}"), &policy.Spec); err != nil {
		t.Fatal(err)
	}

	return policy
}
