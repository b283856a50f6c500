// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package desired_test

import (
	"fmt"
	"slices"
	"testing"

	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// mutant is a policy with one thing changed for the worse.
type mutant struct {
	what   string
	policy *networkingv1.NetworkPolicy
}

// mutants are a policy without any one part of it: a direction, a rule, a peer, a
// port, an exception, a requirement of a selector. To leave out all peers or ports of
// a rule is to open it. A policy that is gone is nil.
func mutants(policy *networkingv1.NetworkPolicy) []mutant {
	m := mutator{original: policy}
	m.made = append(m.made, mutant{"without the policy", nil})

	for i, direction := range policy.Spec.PolicyTypes {
		if len(policy.Spec.PolicyTypes) == 1 {
			break
		}

		m.change(fmt.Sprintf("without %s", direction), func(spec *networkingv1.NetworkPolicySpec) {
			spec.PolicyTypes = slices.Delete(spec.PolicyTypes, i, i+1)
		})
	}

	m.change("for pods of no tenant", func(spec *networkingv1.NetworkPolicySpec) {
		spec.PodSelector = metav1.LabelSelector{MatchLabels: map[string]string{"app": "nobody"}}
	})

	for i, rule := range policy.Spec.Ingress {
		m.change(fmt.Sprintf("without ingress[%d]", i), func(spec *networkingv1.NetworkPolicySpec) {
			spec.Ingress = slices.Delete(spec.Ingress, i, i+1)
		})
		m.peers(fmt.Sprintf("ingress[%d]", i), rule.From, func(spec *networkingv1.NetworkPolicySpec) *[]networkingv1.NetworkPolicyPeer {
			return &spec.Ingress[i].From
		})
		m.ports(fmt.Sprintf("ingress[%d]", i), rule.Ports, func(spec *networkingv1.NetworkPolicySpec) *[]networkingv1.NetworkPolicyPort {
			return &spec.Ingress[i].Ports
		})
	}

	for i, rule := range policy.Spec.Egress {
		m.change(fmt.Sprintf("without egress[%d]", i), func(spec *networkingv1.NetworkPolicySpec) {
			spec.Egress = slices.Delete(spec.Egress, i, i+1)
		})
		m.peers(fmt.Sprintf("egress[%d]", i), rule.To, func(spec *networkingv1.NetworkPolicySpec) *[]networkingv1.NetworkPolicyPeer {
			return &spec.Egress[i].To
		})
		m.ports(fmt.Sprintf("egress[%d]", i), rule.Ports, func(spec *networkingv1.NetworkPolicySpec) *[]networkingv1.NetworkPolicyPort {
			return &spec.Egress[i].Ports
		})
	}

	return m.made
}

type mutator struct {
	original *networkingv1.NetworkPolicy
	made     []mutant
}

func (m *mutator) change(what string, change func(*networkingv1.NetworkPolicySpec)) {
	policy := m.original.DeepCopy()
	change(&policy.Spec)
	m.made = append(m.made, mutant{what, policy})
}

func (m *mutator) ports(rule string, ports []networkingv1.NetworkPolicyPort, of func(*networkingv1.NetworkPolicySpec) *[]networkingv1.NetworkPolicyPort) {
	if len(ports) == 0 {
		return
	}

	m.change(rule+" at all ports", func(spec *networkingv1.NetworkPolicySpec) { *of(spec) = nil })

	for i := range ports {
		if len(ports) > 1 {
			m.change(fmt.Sprintf("%s without ports[%d]", rule, i), func(spec *networkingv1.NetworkPolicySpec) {
				*of(spec) = slices.Delete(*of(spec), i, i+1)
			})
		}
	}
}

func (m *mutator) peers(rule string, peers []networkingv1.NetworkPolicyPeer, of func(*networkingv1.NetworkPolicySpec) *[]networkingv1.NetworkPolicyPeer) {
	if len(peers) == 0 {
		return
	}

	m.change(rule+" for everybody", func(spec *networkingv1.NetworkPolicySpec) { *of(spec) = nil })

	for i, peer := range peers {
		if len(peers) > 1 {
			m.change(fmt.Sprintf("%s without peer %d", rule, i), func(spec *networkingv1.NetworkPolicySpec) {
				*of(spec) = slices.Delete(*of(spec), i, i+1)
			})
		}

		m.peer(fmt.Sprintf("%s peer %d", rule, i), peer, func(spec *networkingv1.NetworkPolicySpec) *networkingv1.NetworkPolicyPeer { return &(*of(spec))[i] })
	}
}

func (m *mutator) peer(at string, peer networkingv1.NetworkPolicyPeer, of func(*networkingv1.NetworkPolicySpec) *networkingv1.NetworkPolicyPeer) {
	if peer.IPBlock != nil {
		for i := range peer.IPBlock.Except {
			m.change(fmt.Sprintf("%s without except[%d]", at, i), func(spec *networkingv1.NetworkPolicySpec) {
				block := of(spec).IPBlock
				block.Except = slices.Delete(block.Except, i, i+1)
			})
		}

		return
	}

	for i, expression := range peer.NamespaceSelector.MatchExpressions {
		m.change(fmt.Sprintf("%s without requirement %d", at, i), func(spec *networkingv1.NetworkPolicySpec) {
			selector := of(spec).NamespaceSelector
			selector.MatchExpressions = slices.Delete(selector.MatchExpressions, i, i+1)
		})

		for j := range expression.Values {
			if len(expression.Values) > 1 {
				m.change(fmt.Sprintf("%s without %s", at, expression.Values[j]), func(spec *networkingv1.NetworkPolicySpec) {
					values := &of(spec).NamespaceSelector.MatchExpressions[i].Values
					*values = slices.Delete(*values, j, j+1)
				})
			}
		}
	}
}

// TestTheProofCanFail leaves out every single part of every policy in turn, and sees
// a verdict change that is not wanted. So nothing in the policies is idle, and nothing
// that they do goes unnoticed.
func TestTheProofCanFail(t *testing.T) {
	t.Parallel()

	f := newFleet(t, told())
	connections := map[string][]connection{}

	for _, c := range f.connections() {
		for _, namespace := range []string{c.from.namespace, c.to.namespace} {
			connections[namespace] = append(connections[namespace], c)
		}
	}

	tried := 0

	for i, policy := range f.policies {
		t.Run(policy.Namespace, func(t *testing.T) {
			for _, mutant := range mutants(policy) {
				changed := slices.Clone(f.policies)
				if mutant.policy == nil {
					changed = slices.Delete(changed, i, i+1)
				} else {
					changed[i] = mutant.policy
				}

				tried++

				seen := len(f.wrong(newEvaluator(t, changed), connections[policy.Namespace])) > 0
				if implied := f.implied(policy.Namespace, mutant.what); seen == implied {
					t.Errorf("%s: a verdict changes: %v, want %v", mutant.what, seen, !implied)
				}
			}
		})
	}

	t.Logf("%d changes of %d policies", tried, len(f.policies))
}

// implied is whether another rule lets through what a change takes away: kube-system
// is one of all namespaces, and the API server one of all hosts.
func (f *fleet) implied(namespace, change string) bool {
	at := slices.IndexFunc(f.members, func(m *member) bool { return "ingress-"+m.name == namespace })
	if at < 0 {
		return false
	}

	m := f.members[at]

	return m.all && change == "egress[0] without peer 0" ||
		m.externalNames && (change == "without egress[1]" || change == "egress[1] at all ports")
}

// What the policies let through before they were narrowed is seen, too: ports for
// probes and metrics open to everybody, the API server's Service port at any address,
// all namespaces with other controllers' among them, and everything at all.
func TestTheProofSeesWiderPolicies(t *testing.T) {
	t.Parallel()

	for name, widen := range map[string]func(*networkingv1.NetworkPolicySpec){
		"everybody at every port": func(spec *networkingv1.NetworkPolicySpec) {
			spec.Ingress = []networkingv1.NetworkPolicyIngressRule{{}}
		},
		"everybody at the port for metrics": func(spec *networkingv1.NetworkPolicySpec) {
			spec.Ingress[0].Ports = append(spec.Ingress[0].Ports, spec.Ingress[1].Ports...)
		},
		"out to everything": func(spec *networkingv1.NetworkPolicySpec) {
			spec.Egress = append(spec.Egress, networkingv1.NetworkPolicyEgressRule{})
		},
		"out to all namespaces": func(spec *networkingv1.NetworkPolicySpec) {
			spec.Egress = append(spec.Egress, networkingv1.NetworkPolicyEgressRule{To: []networkingv1.NetworkPolicyPeer{{NamespaceSelector: &metav1.LabelSelector{}}}})
		},
		"out to its own namespace": func(spec *networkingv1.NetworkPolicySpec) {
			spec.Egress = append(spec.Egress, networkingv1.NetworkPolicyEgressRule{To: []networkingv1.NetworkPolicyPeer{{PodSelector: &metav1.LabelSelector{}}}})
		},
		"out to the Service's port anywhere": func(spec *networkingv1.NetworkPolicySpec) {
			spec.Egress[2].To = nil
		},
		"all pods of the namespace": func(spec *networkingv1.NetworkPolicySpec) {
			spec.PodSelector = metav1.LabelSelector{}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			f := newFleet(t, selfManaged())
			for _, policy := range f.policies {
				if policy.Namespace != "ingress-tenant-operator" {
					widen(&policy.Spec)
				}
			}

			if len(f.wrong(newEvaluator(t, f.policies), f.connections())) == 0 {
				t.Error("every verdict is as wanted")
			}
		})
	}
}
