// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package status_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/status"
)

func TestLoadBalancerReady(t *testing.T) {
	t.Parallel()

	exposed := func(exposure v1alpha1.ExposureType, s *corev1.Service, changes ...func(*status.Observed)) status.Observed {
		return serving(append(changes, func(o *status.Observed) {
			o.Service = s
			if o.Plan != nil {
				o.Plan.Exposure = exposure
			}
		})...)
	}
	unresolved := func(o *status.Observed) { o.Plan = nil }

	classed := service(corev1.ServiceTypeLoadBalancer)
	classed.Spec.LoadBalancerClass = new("example.com/lb")

	deleted := service(corev1.ServiceTypeLoadBalancer, corev1.LoadBalancerIngress{IP: "203.0.113.10"})
	deleted.DeletionTimestamp = new(yesterday())

	headless := service(corev1.ServiceTypeClusterIP)
	headless.Spec.ClusterIPs = []string{corev1.ClusterIPNone}

	portless := nodePortService(30080, 30443)
	portless.Spec.Ports[0].Name = "web"

	single := service(corev1.ServiceTypeClusterIP)
	single.Spec.ClusterIPs = nil

	const pending = "No load balancer has given an address to Service ingress-blog/traefik yet. Check %s, that it has addresses left, " +
		"and the Service's events: kubectl describe service -n ingress-blog traefik."

	pendingAnywhere := answer{metav1.ConditionFalse, "AddressPending", fmt.Sprintf(pending, "that a load balancer implementation runs in the cluster")}
	many := make([]corev1.LoadBalancerIngress, 20)
	manyAddresses := make([]v1alpha1.Address, 16)
	manyText := ""

	for i := range many {
		many[i].IP = fmt.Sprintf("203.0.113.%d", i)
		if i > 0 {
			manyText += ", "
		}

		manyText += many[i].IP
	}

	for i := range manyAddresses {
		manyAddresses[i] = v1alpha1.Address{Type: v1alpha1.AddressIP, Value: many[i].IP, Scope: v1alpha1.AddressExternal}
	}

	for name, c := range map[string]struct {
		observed  status.Observed
		want      answer
		addresses []v1alpha1.Address
		nodePorts *v1alpha1.NodePortStatus
	}{
		"address and hostname": {
			observed: exposed("LoadBalancer", service(corev1.ServiceTypeLoadBalancer,
				corev1.LoadBalancerIngress{IP: "2001:db8::1"}, corev1.LoadBalancerIngress{Hostname: "lb.example.com"}, corev1.LoadBalancerIngress{})),
			want:      answer{metav1.ConditionTrue, "AddressAssigned", "The load balancer answers at 2001:db8::1, lb.example.com."},
			addresses: []v1alpha1.Address{{Type: "IPAddress", Value: "2001:db8::1", Scope: "External"}, {Type: "Hostname", Value: "lb.example.com", Scope: "External"}},
		},
		"more addresses than the status holds": {
			observed:  exposed("LoadBalancer", service(corev1.ServiceTypeLoadBalancer, many...)),
			want:      answer{metav1.ConditionTrue, "AddressAssigned", "The load balancer answers at " + manyText + "."},
			addresses: manyAddresses,
		},
		"pending": {
			observed: exposed("LoadBalancer", service(corev1.ServiceTypeLoadBalancer)),
			want:     pendingAnywhere,
		},
		"pending with a class": {
			observed: exposed("LoadBalancer", classed),
			want: answer{
				metav1.ConditionFalse, "AddressPending",
				fmt.Sprintf(pending, "that the implementation of load balancer class example.com/lb runs in the cluster"),
			},
		},
		"an entry without an address": {
			observed: exposed("LoadBalancer", service(corev1.ServiceTypeLoadBalancer, corev1.LoadBalancerIngress{})),
			want:     pendingAnywhere,
		},
		"node ports": {
			observed: exposed("NodePort", nodePortService(30080, 30443)),
			want: answer{
				metav1.ConditionTrue, "NotRequired",
				"No load balancer is asked for: every node answers on port 30080 for HTTP and on port 30443 for HTTPS.",
			},
			nodePorts: &v1alpha1.NodePortStatus{HTTP: 30080, HTTPS: 30443},
		},
		"node ports not allocated yet": {
			observed: exposed("NodePort", nodePortService(30080, 0)),
			want:     answer{metav1.ConditionTrue, "NotRequired", "No load balancer is asked for."},
		},
		"node ports of other names": {
			observed: exposed("NodePort", portless),
			want:     answer{metav1.ConditionTrue, "NotRequired", "No load balancer is asked for."},
		},
		"cluster address": {
			observed: exposed("ClusterIP", service(corev1.ServiceTypeClusterIP)),
			want: answer{
				metav1.ConditionTrue, "NotRequired",
				"No load balancer is asked for: the controller answers inside the cluster at 10.96.0.20.",
			},
			addresses: []v1alpha1.Address{{Type: "ClusterIP", Value: "10.96.0.20"}},
		},
		"cluster address, single-stack field": {
			observed: exposed("ClusterIP", single),
			want: answer{
				metav1.ConditionTrue, "NotRequired",
				"No load balancer is asked for: the controller answers inside the cluster at 10.96.0.20.",
			},
			addresses: []v1alpha1.Address{{Type: "ClusterIP", Value: "10.96.0.20"}},
		},
		"no cluster address": {
			observed: exposed("ClusterIP", headless),
			want:     answer{metav1.ConditionTrue, "NotRequired", "No load balancer is asked for."},
		},
		"asked for, but still another type that kept an old address": {
			observed:  exposed("LoadBalancer", service(corev1.ServiceTypeClusterIP, corev1.LoadBalancerIngress{IP: "203.0.113.10"})),
			want:      pendingAnywhere,
			addresses: []v1alpha1.Address{{Type: "ClusterIP", Value: "10.96.0.20"}},
		},
		"no longer asked for, but still there": {
			observed:  exposed("ClusterIP", service(corev1.ServiceTypeLoadBalancer, corev1.LoadBalancerIngress{IP: "203.0.113.10"})),
			want:      answer{metav1.ConditionTrue, "NotRequired", "No load balancer is asked for."},
			addresses: []v1alpha1.Address{{Type: "IPAddress", Value: "203.0.113.10", Scope: "External"}},
		},
		"new spec refused, the old Service serves": {
			observed: exposed("", service(corev1.ServiceTypeLoadBalancer, corev1.LoadBalancerIngress{IP: "203.0.113.10"}), unresolved,
				func(o *status.Observed) { o.Err = refused{"InvalidSpec", "no"} }),
			want:      answer{metav1.ConditionTrue, "AddressAssigned", "The load balancer answers at 203.0.113.10."},
			addresses: []v1alpha1.Address{{Type: "IPAddress", Value: "203.0.113.10", Scope: "External"}},
		},
		"absent": {
			observed: exposed("LoadBalancer", nil),
			want:     answer{metav1.ConditionFalse, "NotDeployed", "There is no Service. It has just been asked for."},
		},
		"being deleted by somebody": {
			observed: exposed("LoadBalancer", deleted),
			want:     answer{metav1.ConditionFalse, "NotDeployed", "There is no Service. It has just been asked for."},
		},
		"absent after a refusal": {
			observed: exposed("LoadBalancer", nil, func(o *status.Observed) { o.Err = refused{"NameConflict", "no"} }),
			want:     answer{metav1.ConditionFalse, "NotDeployed", "There is no Service. The spec is not accepted: see the Accepted condition."},
		},
		"absent after a failure": {
			observed: exposed("LoadBalancer", nil, func(o *status.Observed) { o.Err = errors.New("timeout") }),
			want: answer{
				metav1.ConditionFalse, "NotDeployed",
				"There is no Service. The last attempt to create it failed and is repeated: see the Progressing condition.",
			},
		},
		"gone with the tenant": {
			observed: exposed("LoadBalancer", nil, func(o *status.Observed) { o.Deletion = &status.Deletion{} }),
			want:     answer{metav1.ConditionFalse, "Deleting", "There is no Service. The tenant is being deleted."},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			blog := tenant()
			blog.Status.Addresses = []v1alpha1.Address{{Type: v1alpha1.AddressIP, Value: "198.51.100.1", Scope: v1alpha1.AddressExternal}}
			blog.Status.NodePorts = &v1alpha1.NodePortStatus{HTTP: 1, HTTPS: 2}

			check(t, blog, c.observed, map[string]answer{"LoadBalancerReady": c.want})

			got := compute(t, blog, c.observed)
			if diff := cmp.Diff(c.addresses, got.Addresses); diff != "" {
				t.Errorf("addresses (-want +got):\n%s", diff)
			}

			if diff := cmp.Diff(c.nodePorts, got.NodePorts); diff != "" {
				t.Errorf("nodePorts (-want +got):\n%s", diff)
			}
		})
	}
}
