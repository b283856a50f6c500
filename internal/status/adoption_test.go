// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package status_test

import (
	"testing"

	appsv1 "k8s.io/api/apps/v1"
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
		unknown = "Service ingress-blog/edge stays as it is: whether the controller answers as it does now is not known, for of 7 requests, neither answered 7. " +
			"Let the operator reach the pods of both: run it in the cluster, and see whether a network policy or the CNI keeps it from them. " +
			"Or set spec.controller.switchover to Force."
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
			adoption: status.Adoption{State: status.AdoptionDiffers, Comparison: status.Comparison{Requests: 7, Differences: []string{"a", "b", "c", "d", "e", "f"}}},
			want:     pending(metav1.ConditionFalse, "AnswersDiffer", differs),
		},
		"nobody answers": {
			adoption: status.Adoption{State: status.AdoptionUnknown, Comparison: status.Comparison{Requests: 7, Silent: 7, Open: true}},
			want:     pending(metav1.ConditionUnknown, "ComparisonImpossible", unknown),
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

func TestAdoptedServiceWhoseRecordIsDamaged(t *testing.T) {
	t.Parallel()

	o := serving(func(o *status.Observed) {
		o.Adopted = []*corev1.Service{adopted(corev1.LoadBalancerIngress{IP: "203.0.113.7"})}
		o.Plan.Adoption = &status.Adoption{Service: "ingress-blog/edge", State: status.AdoptionDone, Taken: true}
		o.Plan.Damaged = []status.Damaged{{Service: "ingress-blog/edge", Annotation: "ingresstenant.io/adopted", Forget: "kubectl annotate it-"}}
	})

	check(t, tenant(), o, map[string]answer{
		v1alpha1.ConditionReady:    {metav1.ConditionTrue, "Ready", "Ingresses of class blog are served."},
		v1alpha1.ConditionAccepted: {metav1.ConditionTrue, "Accepted", "The spec is carried out. 1 of 1 namespace is served."},
		v1alpha1.ConditionProgressing: {
			metav1.ConditionFalse, "Stalled",
			"Service ingress-blog/edge goes on leading to the controller, and can neither follow it nor be given back: its annotation ingresstenant.io/adopted is not what the operator wrote. " +
				"Put its text back as it was; or remove it, to leave the Service as it is: kubectl annotate it-",
		},
	})
}

// A Service that clients use and that leads to nobody is no load balancer that is
// ready, whatever else runs.
func TestServiceWithoutEndpoints(t *testing.T) {
	t.Parallel()

	selecting := func(s *corev1.Service, provider string) *corev1.Service {
		s.Spec.Selector = map[string]string{"tenant": "blog", "provider": provider}

		return s
	}
	running := func(provider string, available int32) *appsv1.Deployment {
		d := deployment(2, 2, available, available, corev1.ConditionTrue, "NewReplicaSetAvailable")
		d.Spec.Template.Labels = map[string]string{"tenant": "blog", "provider": provider, "more": "labels"}

		return d
	}
	assigned := corev1.LoadBalancerIngress{IP: "203.0.113.7"}
	nowhere := func(name string) answer {
		return answer{
			metav1.ConditionFalse, "NoEndpoints", "Clients that come by Service ingress-blog/" + name + " get no answer: no pod that it selects serves. " +
				"The Progressing condition says whether somebody has to act. See kubectl get pods -n ingress-blog -l provider=old,tenant=blog",
		}
	}
	answers := answer{metav1.ConditionTrue, "AddressAssigned", "The load balancer answers at 203.0.113.7."}

	for name, c := range map[string]struct {
		change func(*status.Observed)
		want   answer
	}{
		"it leads to the controller": {func(o *status.Observed) {
			o.Service = selecting(service(corev1.ServiceTypeLoadBalancer, assigned), "new")
		}, answers},
		"it leads to one beside it": {func(o *status.Observed) {
			o.Service = selecting(service(corev1.ServiceTypeLoadBalancer, assigned), "old")
			o.Beside = []*appsv1.Deployment{running("old", 1)}
		}, answers},
		"the one beside it has no pods": {func(o *status.Observed) {
			o.Service = selecting(service(corev1.ServiceTypeLoadBalancer, assigned), "old")
			o.Beside = []*appsv1.Deployment{running("old", 0), running("third", 1)}
		}, nowhere("traefik")},
		"whatever the exposure": {func(o *status.Observed) {
			o.Plan.Exposure = v1alpha1.ExposureClusterIP
			o.Service = selecting(service(corev1.ServiceTypeClusterIP), "old")
		}, nowhere("traefik")},
		"an adopted one leads to one that is gone": {func(o *status.Observed) {
			o.Service = selecting(service(corev1.ServiceTypeClusterIP), "new")
			o.Adopted = []*corev1.Service{selecting(adopted(assigned), "old")}
			o.Plan.Adoption = &status.Adoption{State: status.AdoptionForbidden, Taken: true}
		}, nowhere("edge")},
		"the spec was refused": {func(o *status.Observed) {
			o.Plan, o.Err = nil, refused{"NameConflict", "no"}
			o.Service = selecting(service(corev1.ServiceTypeLoadBalancer, assigned), "old")
		}, nowhere("traefik")},
		"the controller's pods do not run, as Available says": {func(o *status.Observed) {
			o.Service = selecting(service(corev1.ServiceTypeLoadBalancer, assigned), "new")
			o.Deployment = running("new", 0)
		}, answers},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			o := serving(func(o *status.Observed) { o.Deployment = running("new", 2) }, c.change)
			check(t, tenant(), o, map[string]answer{v1alpha1.ConditionLoadBalancerReady: c.want})

			if ready := compute(t, tenant(), o).Conditions[0]; c.want.Status != metav1.ConditionTrue && ready.Status == metav1.ConditionTrue {
				t.Error("the tenant is ready")
			}
		})
	}
}

// adopted is a Service of somebody else, which keeps clients' addresses.
func adopted(addresses ...corev1.LoadBalancerIngress) *corev1.Service {
	s := service(corev1.ServiceTypeLoadBalancer, addresses...)
	s.Name = "edge"
	s.Spec.ExternalTrafficPolicy = corev1.ServiceExternalTrafficPolicyLocal

	return s
}
