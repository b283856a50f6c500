// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package status_test

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/status"
)

func TestAdoption(t *testing.T) {
	t.Parallel()

	const (
		missing = "spec.exposure.loadBalancer.adopt.serviceName: there is no Service ingress-blog/edge. " +
			"The controller runs in namespace ingress-blog and can only be reached by a Service there: create it, or name another."
		forbidden = "spec.exposure.loadBalancer.adopt.serviceName: Service ingress-blog/edge does not permit it. " +
			"Whoever may change that Service permits it by: kubectl annotate it"
		unfit    = "spec.exposure.loadBalancer.adopt.serviceName: Service ingress-blog/edge stays as it is, for it has neither port 80 nor port 443."
		starting = "Service ingress-blog/edge leads to the controller as soon as all its pods are ready and answer as it does now."
		empty    = "Service ingress-blog/edge stays as it is: no Ingress names the tenant's class yet, so the controller would answer 404 to everybody. " +
			"Copy the Ingresses that are served there, with the tenant's class; or set spec.controller.switchover to Force."
		differs = "Service ingress-blog/edge stays as it is: of 7 requests, the controller answers 6 differently: a; b; c; d; e; and 1 more. " +
			"Change the Ingresses so that both answer alike, or set spec.controller.switchover to Force."
		withdrawn = "Service ingress-blog/edge no longer permits that it leads to the tenant, and still does. " +
			"To give it back what it led to before, remove spec.exposure.loadBalancer.adopt.serviceName; to keep it, run: kubectl annotate it"
	)

	// pending is both conditions while the Service leads elsewhere.
	pending := func(progressing metav1.ConditionStatus, reason, message string) map[string]answer {
		return map[string]answer{
			v1alpha1.ConditionLoadBalancerReady: {metav1.ConditionFalse, "AdoptionPending", message},
			v1alpha1.ConditionProgressing:       {progressing, reason, message},
		}
	}
	assigned := map[string]answer{
		v1alpha1.ConditionLoadBalancerReady: {metav1.ConditionTrue, "AddressAssigned", "The load balancer answers at 203.0.113.7."},
		v1alpha1.ConditionProgressing:       {metav1.ConditionFalse, "UpToDate", "Everything is as asked for."},
		v1alpha1.ConditionSourceIPPreserved: {metav1.ConditionTrue, "LocalTraffic", "Only nodes with a controller pod answer, and they keep the client's address (externalTrafficPolicy Local). A load balancer that ends connections itself has to tell it by the PROXY protocol."},
		v1alpha1.ConditionReady:             {metav1.ConditionTrue, "Ready", "Ingresses of class blog are served."},
	}

	for name, c := range map[string]struct {
		adoption status.Adoption
		adopted  *corev1.Service
		want     map[string]answer
	}{
		"there is no such Service":       {adoption: status.Adoption{State: status.AdoptionMissing}, want: pending(metav1.ConditionFalse, "Stalled", missing)},
		"it does not permit it":          {adoption: status.Adoption{State: status.AdoptionForbidden}, want: pending(metav1.ConditionFalse, "Stalled", forbidden)},
		"it cannot lead there":           {adoption: status.Adoption{State: status.AdoptionUnfit, Unfit: "it has neither port 80 nor port 443"}, want: pending(metav1.ConditionFalse, "Stalled", unfit)},
		"pods are starting":              {adoption: status.Adoption{State: status.AdoptionStarting}, want: pending(metav1.ConditionTrue, "AdoptingService", starting)},
		"there is nothing to compare by": {adoption: status.Adoption{State: status.AdoptionNoIngresses}, want: pending(metav1.ConditionFalse, "Stalled", empty)},
		"answers differ": {
			adoption: status.Adoption{State: status.AdoptionDiffers, Compared: 7, Differences: []string{"a", "b", "c", "d", "e", "f"}},
			want:     pending(metav1.ConditionFalse, "AnswersDiffer", differs),
		},
		"it leads to the controller": {
			adoption: status.Adoption{State: status.AdoptionDone, Taken: true},
			adopted:  adopted(corev1.LoadBalancerIngress{IP: "203.0.113.7"}),
			want:     assigned,
		},
		"it has no address": {
			adoption: status.Adoption{State: status.AdoptionDone, Taken: true},
			adopted:  adopted(),
			want: map[string]answer{v1alpha1.ConditionLoadBalancerReady: {
				metav1.ConditionFalse, "AddressPending",
				"No load balancer has given an address to Service ingress-blog/edge yet. Check that a load balancer implementation runs in the cluster, " +
					"that it has addresses left, and the Service's events: kubectl describe service -n ingress-blog edge.",
			}},
		},
		"consent is withdrawn": {
			adoption: status.Adoption{State: status.AdoptionForbidden, Taken: true},
			adopted:  adopted(corev1.LoadBalancerIngress{IP: "203.0.113.7"}),
			want: map[string]answer{
				v1alpha1.ConditionLoadBalancerReady: assigned[v1alpha1.ConditionLoadBalancerReady],
				v1alpha1.ConditionProgressing:       {metav1.ConditionFalse, "Stalled", withdrawn},
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			c.adoption.Service, c.adoption.Permit = "ingress-blog/edge", "kubectl annotate it"
			o := serving(func(o *status.Observed) {
				o.Plan.Adoption = &c.adoption
				o.Service = service(corev1.ServiceTypeClusterIP)

				if c.adopted != nil {
					o.Adopted = []*corev1.Service{c.adopted}
				}
			})

			check(t, tenant(), o, c.want)
		})
	}
}

func TestAdoptedServiceThatIsNoLongerAskedFor(t *testing.T) {
	t.Parallel()

	o := serving(func(o *status.Observed) {
		o.Adopted = []*corev1.Service{adopted(corev1.LoadBalancerIngress{IP: "203.0.113.7"})}
		o.Plan.LoadBalancerChanges = []status.LoadBalancerChange{{Service: "ingress-blog/edge", Returned: true, Effect: "kubectl annotate it"}}
	})

	check(t, tenant(), o, map[string]answer{
		v1alpha1.ConditionLoadBalancerReady: {metav1.ConditionTrue, "AddressAssigned", "The load balancers answer at 203.0.113.10, 203.0.113.7."},
		v1alpha1.ConditionProgressing: {
			metav1.ConditionFalse, "LoadBalancerChangePending",
			"Service ingress-blog/edge is no longer asked for, and goes on leading to the tenant. To give it back, run: kubectl annotate it ; " +
				"it then leads to what it led to before. To take the change back, set spec.exposure.loadBalancer to what it was.",
		},
	})
}

// adopted is a Service of somebody else, which keeps clients' addresses.
func adopted(addresses ...corev1.LoadBalancerIngress) *corev1.Service {
	s := service(corev1.ServiceTypeLoadBalancer, addresses...)
	s.Name = "edge"
	s.Spec.ExternalTrafficPolicy = corev1.ServiceExternalTrafficPolicyLocal

	return s
}
