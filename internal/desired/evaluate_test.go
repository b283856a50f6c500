// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package desired_test

import (
	"fmt"
	"testing"

	"github.com/mattfenwick/cyclonus/pkg/matcher"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// end is one end of a connection: a pod, or an address outside the cluster.
type end struct {
	// name tells ends apart.
	name string
	// ip is its address.
	ip string
	// pod is whether network policies see labels; the rest is empty if not.
	pod                     bool
	namespace               string
	namespaceLabels, labels map[string]string
	// ports are the names of a pod's ports.
	ports map[int32]string
	// is what it is, for what is expected of it.
	is role
	// of is the tenant whose controller it is, nil if of none.
	of *member
}

func (e *end) peer() *matcher.TrafficPeer {
	if !e.pod {
		return &matcher.TrafficPeer{IP: e.ip}
	}

	return &matcher.TrafficPeer{IP: e.ip, Internal: &matcher.InternalPeer{
		PodLabels: e.labels, NamespaceLabels: e.namespaceLabels, Namespace: e.namespace,
	}}
}

// connection is what one end opens to a port of another.
type connection struct {
	from, to *end
	port     int32
	protocol corev1.Protocol
}

func (c connection) String() string {
	return fmt.Sprintf("%s -> %s:%d/%s", c.from.name, c.to.name, c.port, c.protocol)
}

// verdict is what the policies of either end say to a connection, which is made
// where both let it pass.
type verdict struct{ leaves, enters bool }

func (v verdict) String() string {
	return fmt.Sprintf("leaves=%v enters=%v", v.leaves, v.enters)
}

// evaluator says what network policies do, all of a cluster at once.
type evaluator struct{ policy *matcher.Policy }

// newEvaluator refuses what the library understands otherwise than Kubernetes: that
// takes a namespace without the label for one that is NotIn.
func newEvaluator(t *testing.T, policies []*networkingv1.NetworkPolicy) evaluator {
	t.Helper()

	for _, policy := range policies {
		for _, selector := range selectorsOf(policy) {
			for _, expression := range selector.MatchExpressions {
				if expression.Operator == metav1.LabelSelectorOpNotIn {
					t.Fatalf("%s selects by NotIn, of which the evaluator does not say what Kubernetes does", name(policy))
				}
			}
		}
	}

	return evaluator{matcher.BuildNetworkPolicies(false, policies)}
}

func (e evaluator) verdict(c connection) verdict {
	result := e.policy.IsTrafficAllowed(&matcher.Traffic{
		Source:           c.from.peer(),
		Destination:      c.to.peer(),
		ResolvedPort:     int(c.port),
		ResolvedPortName: c.to.ports[c.port],
		Protocol:         c.protocol,
	})

	return verdict{leaves: result.Egress.IsAllowed(), enters: result.Ingress.IsAllowed()}
}

// selectorsOf are all selectors of a policy.
func selectorsOf(policy *networkingv1.NetworkPolicy) []*metav1.LabelSelector {
	selectors := []*metav1.LabelSelector{&policy.Spec.PodSelector}

	for _, peer := range peersOf(policy) {
		for _, selector := range []*metav1.LabelSelector{peer.NamespaceSelector, peer.PodSelector} {
			if selector != nil {
				selectors = append(selectors, selector)
			}
		}
	}

	return selectors
}

func peersOf(policy *networkingv1.NetworkPolicy) []networkingv1.NetworkPolicyPeer {
	var peers []networkingv1.NetworkPolicyPeer
	for _, rule := range policy.Spec.Ingress {
		peers = append(peers, rule.From...)
	}

	for _, rule := range policy.Spec.Egress {
		peers = append(peers, rule.To...)
	}

	return peers
}

// What the library says is what Kubernetes documents, in the cases that the proof
// hangs on: https://kubernetes.io/docs/concepts/services-networking/network-policies/.
func TestEvaluator(t *testing.T) {
	t.Parallel()

	here := &end{name: "here", ip: "10.244.0.1", pod: true, namespace: "a", namespaceLabels: map[string]string{"team": "a"}, labels: map[string]string{"app": "x"}}
	there := &end{name: "there", ip: "10.244.0.2", pod: true, namespace: "b", namespaceLabels: map[string]string{"team": "b", "marked": ""}, labels: map[string]string{"app": "x"}, ports: map[int32]string{80: "http"}}
	away := &end{name: "away", ip: "198.51.100.1"}

	const egress = `policyTypes: [Egress], podSelector: {}`

	for name, test := range map[string]struct {
		spec string
		to   *end
		want bool
	}{
		"no rule is nothing":                       {egress, there, false},
		"an empty rule is everything":              {egress + `, egress: [{}]`, away, true},
		"no peer is everybody, outside too":        {egress + `, egress: [{ports: [{protocol: TCP, port: 80}]}]`, away, true},
		"another port is not meant":                {egress + `, egress: [{ports: [{protocol: TCP, port: 81}]}]`, away, false},
		"another protocol is not meant":            {egress + `, egress: [{ports: [{protocol: UDP, port: 80}]}]`, away, false},
		"a port by its name":                       {egress + `, egress: [{ports: [{protocol: TCP, port: http}]}]`, there, true},
		"a selector of all namespaces is all pods": {egress + `, egress: [{to: [{namespaceSelector: {}}]}]`, there, true},
		"and nothing outside":                      {egress + `, egress: [{to: [{namespaceSelector: {}}]}]`, away, false},
		"a pod selector is of the own namespace":   {egress + `, egress: [{to: [{podSelector: {}}]}]`, there, false},
		"one of some values":                       {egress + `, egress: [{to: [{namespaceSelector: {matchExpressions: [{key: team, operator: In, values: [b]}]}}]}]`, there, true},
		"none of some values":                      {egress + `, egress: [{to: [{namespaceSelector: {matchExpressions: [{key: team, operator: In, values: [c]}]}}]}]`, there, false},
		"a label that is not to be there":          {egress + `, egress: [{to: [{namespaceSelector: {matchExpressions: [{key: marked, operator: DoesNotExist}]}}]}]`, there, false},
		"a label that is not there":                {egress + `, egress: [{to: [{namespaceSelector: {matchExpressions: [{key: other, operator: DoesNotExist}]}}]}]`, there, true},
		"all expressions count":                    {egress + `, egress: [{to: [{namespaceSelector: {matchExpressions: [{key: team, operator: In, values: [b]}, {key: marked, operator: DoesNotExist}]}}]}]`, there, false},
		"a block of addresses":                     {egress + `, egress: [{to: [{ipBlock: {cidr: 198.51.100.0/24}}]}]`, away, true},
		"but for some":                             {egress + `, egress: [{to: [{ipBlock: {cidr: 198.51.100.0/24, except: [198.51.100.0/30]}}]}]`, away, false},
		"a block of addresses is of pods too":      {egress + `, egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0}}]}]`, there, true},
		"other pods are not governed":              {`policyTypes: [Egress], podSelector: {matchLabels: {app: y}}`, there, true},
		"the other direction is not governed":      {`policyTypes: [Ingress], podSelector: {}`, there, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			policy := policyOf(t, "a", test.spec)
			if got := newEvaluator(t, []*networkingv1.NetworkPolicy{policy}).verdict(connection{here, test.to, 80, corev1.ProtocolTCP}); got.leaves != test.want {
				t.Errorf("leaves: %v, want %v", got.leaves, test.want)
			}
		})
	}
}
