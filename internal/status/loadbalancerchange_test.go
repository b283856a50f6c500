// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package status_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/status"
)

func TestLoadBalancerChangePending(t *testing.T) {
	t.Parallel()

	change := status.LoadBalancerChange{
		Service:     "ingress-blog/web",
		Differences: []status.Difference{{Key: "spec.loadBalancerClass", Live: "example.com/a"}, {Key: "example.com/scheme", Live: "outer", Asked: "inner"}},
		Billing:     "It costs a month",
		Effect:      "kubectl delete service -n ingress-blog web",
		Revert:      "kubectl patch ingresstenant blog --type=merge -p '{}'",
	}
	long := change
	long.Differences = []status.Difference{{Key: "a", Live: strings.Repeat("x", 201)}}
	long.Billing, long.Revert = "", ""
	removed := status.LoadBalancerChange{Service: "ingress-blog/internal-blog", Removed: true, Effect: "kubectl delete service -n ingress-blog internal-blog", Revert: change.Revert}

	const replace = "To replace it, run: kubectl delete service -n ingress-blog web ; the operator creates it anew, with a new address unless one is adopted, and requests fail until DNS follows. "

	for name, c := range map[string]struct {
		changes []status.LoadBalancerChange
		with    func(*status.Observed)
		want    answer
	}{
		"what differs, what it costs, and both ways on": {
			changes: []status.LoadBalancerChange{change},
			want: answer{metav1.ConditionFalse, "LoadBalancerChangePending", "The load balancer of Service ingress-blog/web stays as it is, for this cannot be changed in place: " +
				"spec.loadBalancerClass: example.com/a → not set; example.com/scheme: outer → inner. " + replace + "It costs a month. " +
				"To take the change back, run: kubectl patch ingresstenant blog --type=merge -p '{}'"},
		},
		"a long value, of a spec that is not known": {
			changes: []status.LoadBalancerChange{long},
			want: answer{metav1.ConditionFalse, "LoadBalancerChangePending", "The load balancer of Service ingress-blog/web stays as it is, for this cannot be changed in place: " +
				"a: " + strings.Repeat("x", 199) + "… → not set. " + replace + "To take the change back, set spec.exposure.loadBalancer to what it was."},
		},
		"no longer asked for": {
			changes: []status.LoadBalancerChange{removed},
			want: answer{metav1.ConditionFalse, "LoadBalancerChangePending", "Service ingress-blog/internal-blog is no longer asked for, and its load balancer goes on serving. " +
				"To remove it, run: kubectl delete service -n ingress-blog internal-blog ; requests to its address fail from then on. " +
				"To take the change back, run: kubectl patch ingresstenant blog --type=merge -p '{}'"},
		},
		"pods come first": {
			changes: []status.LoadBalancerChange{change},
			with:    func(o *status.Observed) { o.Deployment = nil },
			want:    answer{metav1.ConditionTrue, "RollingOut", "The tenant's objects are being created."},
		},
		"a load balancer that never got an address can be replaced": {
			changes: []status.LoadBalancerChange{removed},
			with:    func(o *status.Observed) { o.Service = service(corev1.ServiceTypeLoadBalancer) },
			want: answer{metav1.ConditionFalse, "LoadBalancerChangePending", "Service ingress-blog/internal-blog is no longer asked for, and its load balancer goes on serving. " +
				"To remove it, run: kubectl delete service -n ingress-blog internal-blog ; requests to its address fail from then on. " +
				"To take the change back, run: kubectl patch ingresstenant blog --type=merge -p '{}'"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			o := serving(func(o *status.Observed) { o.Plan.LoadBalancerChanges = c.changes })
			if c.with != nil {
				c.with(&o)
			}

			check(t, tenant(), o, map[string]answer{v1alpha1.ConditionProgressing: c.want})
		})
	}
}

func TestTwoLoadBalancers(t *testing.T) {
	t.Parallel()

	internal := service(corev1.ServiceTypeLoadBalancer, corev1.LoadBalancerIngress{IP: "10.0.0.1"})
	pending := service(corev1.ServiceTypeLoadBalancer)
	pending.Name = "internal-blog"

	external := v1alpha1.Address{Type: v1alpha1.AddressIP, Value: "203.0.113.10", Scope: v1alpha1.AddressExternal}
	inside := v1alpha1.Address{Type: v1alpha1.AddressIP, Value: "10.0.0.1", Scope: v1alpha1.AddressInternal}

	for name, c := range map[string]struct {
		change    func(*status.Observed)
		want      answer
		addresses []v1alpha1.Address
	}{
		"both answer": {
			func(o *status.Observed) { o.Plan.Both, o.Internal = true, internal },
			answer{metav1.ConditionTrue, "AddressAssigned", "The load balancers answer at 203.0.113.10, 10.0.0.1 (internal)."},
			[]v1alpha1.Address{external, inside},
		},
		"the internal one waits": {
			func(o *status.Observed) { o.Plan.Both, o.Internal = true, pending },
			answer{metav1.ConditionFalse, "AddressPending", "No load balancer has given an address to Service ingress-blog/internal-blog yet. " +
				"Check that a load balancer implementation runs in the cluster, that it has addresses left, and the Service's events: kubectl describe service -n ingress-blog internal-blog."},
			[]v1alpha1.Address{external},
		},
		"the internal one is not there yet": {
			func(o *status.Observed) { o.Plan.Both = true },
			answer{metav1.ConditionFalse, "NotDeployed", "There is no Service. It has just been asked for."},
			[]v1alpha1.Address{external},
		},
		"the internal one is no longer asked for and waits": {
			func(o *status.Observed) { o.Internal = pending },
			answer{metav1.ConditionTrue, "AddressAssigned", "The load balancers answer at 203.0.113.10."},
			[]v1alpha1.Address{external},
		},
		"only an internal one": {
			func(o *status.Observed) {
				o.Services = status.Services{Service: internal, Scope: v1alpha1.AddressInternal}
			},
			answer{metav1.ConditionTrue, "AddressAssigned", "The load balancer answers at 10.0.0.1 (internal)."},
			[]v1alpha1.Address{inside},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			o := serving(c.change)
			check(t, tenant(), o, map[string]answer{v1alpha1.ConditionLoadBalancerReady: c.want})

			if diff := cmp.Diff(c.addresses, compute(t, tenant(), o).Addresses); diff != "" {
				t.Errorf("addresses (-want +got):\n%s", diff)
			}
		})
	}
}
