// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package desired_test

import (
	"slices"

	"github.com/google/go-cmp/cmp"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"pgregory.net/rapid"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/desired"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// checkIngress holds the ports that are open to those who need them. Which ports
// these are is the provider's affair, but none of them serves both clients and probes
// or scrapers: to open it for the one would open it for the other.
func checkIngress(t rapid.TB, in desired.Input, objects []client.Object) {
	t.Helper()

	ports := in.Workload.Ports
	traffic := []int32{ports.HTTP, ports.HTTPS}

	if slices.Contains(traffic, ports.Health) || slices.Contains(traffic, ports.Metrics) {
		t.Errorf("of the ports %+v, one serves both clients and probes or scrapers", ports)
	}

	for _, policy := range every[*networkingv1.NetworkPolicy](objects) {
		if len(policy.Spec.Ingress) != 2 {
			t.Fatalf("%s has %d rules for what comes in, want one for clients and one for scrapers", name(policy), len(policy.Spec.Ingress))
		}

		clients, scrapers := policy.Spec.Ingress[0], policy.Spec.Ingress[1]

		if got := numbers(clients.Ports); len(clients.From) > 0 || !slices.Equal(got, traffic) {
			t.Errorf("%s lets %v in at ports %v, want everybody at %v", name(policy), clients.From, got, traffic)
		}

		from := []networkingv1.NetworkPolicyPeer{{NamespaceSelector: oneOf("kubernetes.io/metadata.name", "monitoring")}}
		if diff := cmp.Diff(from, scrapers.From); diff != "" || !slices.Equal(numbers(scrapers.Ports), []int32{ports.Metrics}) {
			t.Errorf("%s lets scrapers in at ports %v, want %d (-want +got):\n%s", name(policy), numbers(scrapers.Ports), ports.Metrics, diff)
		}
	}
}

// checkEgress looks where a controller may connect to: DNS, the API server, and the
// pods of the namespaces that it serves. Who writes EndpointSlices by hand could lead
// it anywhere.
func checkEgress(t rapid.TB, in desired.Input, objects []client.Object) {
	t.Helper()

	dns := []networkingv1.NetworkPolicyPeer{
		{NamespaceSelector: oneOf("kubernetes.io/metadata.name", "kube-system")},
		{IPBlock: &networkingv1.IPBlock{CIDR: "169.254.0.0/16"}},
	}
	service := []networkingv1.NetworkPolicyPeer{{IPBlock: &networkingv1.IPBlock{CIDR: "10.96.0.1/32"}}}

	for _, policy := range every[*networkingv1.NetworkPolicy](objects) {
		if len(policy.Spec.PolicyTypes) != 2 {
			t.Errorf("%s governs %v, want both directions", name(policy), policy.Spec.PolicyTypes)
		}

		want := []outgoing{
			{dns, []int32{53, 53}},
			{nil, []int32{6443}},
			{service, []int32{443}},
		}

		switch {
		case in.Namespaces.All:
			want = append(want, outgoing{[]networkingv1.NetworkPolicyPeer{{NamespaceSelector: &metav1.LabelSelector{
				MatchExpressions: []metav1.LabelSelectorRequirement{
					{Key: tenant.LabelTenant, Operator: metav1.LabelSelectorOpDoesNotExist},
					{Key: tenant.LabelOperator, Operator: metav1.LabelSelectorOpDoesNotExist},
				},
			}}}, nil})
		case len(in.Namespaces.Names) > 0:
			want = append(want, outgoing{[]networkingv1.NetworkPolicyPeer{
				{NamespaceSelector: oneOf("kubernetes.io/metadata.name", in.Namespaces.Names...)},
			}, nil})
		}

		if in.Tenant.Spec.Policy != nil && in.Tenant.Spec.Policy.ExternalNameServices == v1alpha1.Allow {
			want = append(want, outgoing{[]networkingv1.NetworkPolicyPeer{
				{IPBlock: &networkingv1.IPBlock{CIDR: "0.0.0.0/0", Except: []string{"169.254.0.0/16"}}},
				{IPBlock: &networkingv1.IPBlock{CIDR: "::/0", Except: []string{"fe80::/10"}}},
			}, nil})
		}

		if diff := cmp.Diff(want, outgoings(policy), cmp.AllowUnexported(outgoing{})); diff != "" {
			t.Errorf("%s lets other connections out than those that are needed (-want +got):\n%s", name(policy), diff)
		}
	}
}

// outgoing is a rule for what goes out.
type outgoing struct {
	to    []networkingv1.NetworkPolicyPeer
	ports []int32
}

func outgoings(policy *networkingv1.NetworkPolicy) []outgoing {
	var rules []outgoing
	for _, rule := range policy.Spec.Egress {
		rules = append(rules, outgoing{rule.To, numbers(rule.Ports)})
	}

	return rules
}

func numbers(ports []networkingv1.NetworkPolicyPort) []int32 {
	var found []int32
	for _, port := range ports {
		found = append(found, port.Port.IntVal)
	}

	return found
}

// oneOf selects what has the label with one of the values.
func oneOf(label string, values ...string) *metav1.LabelSelector {
	return &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{
		{Key: label, Operator: metav1.LabelSelectorOpIn, Values: values},
	}}
}
