// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import (
	"cmp"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	corev1ac "k8s.io/client-go/applyconfigurations/core/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/apply"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// The names of the ports of the controller's container and Service.
const (
	portHTTP    = "http"
	portHTTPS   = "https"
	portHealth  = "health"
	portMetrics = "metrics"
)

// services are how clients reach the controller. They outlive the controller's
// provider: their names have nothing of it, and their selector moves to another
// one when that can take over.
func services(in Input) ([]apply.Object, error) {
	all, err := balancers(in)
	if err != nil {
		return nil, err
	}

	// What keeps a load balancer is not replaced by something without.
	own := func(b balancer) bool { return b.name == tenant.Name(in.Tenant) }

	var objects []apply.Object
	if !slices.ContainsFunc(all, own) {
		objects = append(objects, plainService(in))
	}

	for _, b := range all {
		objects = append(objects, balancedService(in, b))
	}

	for _, live := range in.Adopted {
		adopted, err := adoptedService(in, live)
		if err != nil {
			return nil, err
		}

		objects = append(objects, adopted)
	}

	return objects, nil
}

// plainService is a Service without a load balancer.
func plainService(in Input) apply.Object {
	exposure := Exposure(in.Tenant)
	http, https := servicePort(portHTTP, 80, portHTTP), servicePort(portHTTPS, 443, portHTTPS)
	spec := serviceSpec(in, corev1.ServiceType(exposure.Type), exposure.ExternalTrafficPolicy)

	// Clients come by the adopted Service. This one is for those inside the
	// cluster, who may try the controller before that leads to it.
	if AdoptedServiceName(in.Tenant) != "" {
		spec.WithType(corev1.ServiceTypeClusterIP)
	}

	if nodePort := exposure.NodePort; nodePort != nil {
		if nodePort.HTTP != 0 {
			http.WithNodePort(nodePort.HTTP)
		}

		if nodePort.HTTPS != 0 {
			https.WithNodePort(nodePort.HTTPS)
		}
	}

	object := owned(corev1ac.Service(tenant.Name(in.Tenant), tenant.Namespace(in.Tenant)), in.Tenant)

	return seal(object.WithSpec(spec.WithPorts(http, https)))
}

// balancedService is the Service of a load balancer.
func balancedService(in Input, b balancer) apply.Object {
	http, https := servicePort(portHTTP, 80, portHTTP), servicePort(portHTTPS, 443, portHTTPS)
	if b.plain(443) {
		https.WithTargetPort(intstr.FromString(portHTTP))
	}

	spec := serviceSpec(in, corev1.ServiceTypeLoadBalancer, b.policy)
	object := owned(corev1ac.Service(b.name, tenant.Namespace(in.Tenant)), in.Tenant)

	// What keeps something is about that very Service: one that somebody deleted
	// meanwhile is not to be made anew with it.
	if b.keeps() && b.live.UID != "" {
		object.WithUID(b.live.UID)
	}

	if b.settings.Class != "" {
		spec.WithLoadBalancerClass(b.settings.Class)
	}

	if b.settings.LoadBalancerIP != "" {
		spec.WithLoadBalancerIP(b.settings.LoadBalancerIP)
	}

	for _, cidr := range b.ranges {
		spec.WithLoadBalancerSourceRanges(string(cidr))
	}

	if b.settings.Label {
		object.WithLabels(map[string]string{tenant.LabelScope: string(b.settings.Scope)})
	}

	object.WithAnnotations(b.settings.Annotations)

	if b.record != "" {
		object.WithAnnotations(map[string]string{tenant.AnnotationLoadBalancer: b.record})
	}

	return seal(object.WithSpec(spec.WithPorts(http, https)))
}

func serviceSpec(in Input, kind corev1.ServiceType, policy v1alpha1.ExternalTrafficPolicy) *corev1ac.ServiceSpecApplyConfiguration {
	spec := corev1ac.ServiceSpec().
		WithType(kind).
		WithSelector(serving(in))

	if policy != "" {
		spec.WithExternalTrafficPolicy(corev1.ServiceExternalTrafficPolicy(policy))
	}

	return spec
}

// serving selects the pods that clients reach.
func serving(in Input) map[string]string {
	return tenant.WorkloadSelector(in.Tenant, cmp.Or(in.Serve, in.Workload.Provider))
}

func servicePort(name string, port int32, target string) *corev1ac.ServicePortApplyConfiguration {
	return targets(port, intstr.FromString(target)).WithName(name)
}

// Exposure is how the tenant is exposed: what it asks for, or a load balancer.
func Exposure(t *v1alpha1.IngressTenant) v1alpha1.ExposureSpec {
	if t.Spec.Exposure != nil {
		return *t.Spec.Exposure
	}

	return v1alpha1.ExposureSpec{Type: v1alpha1.ExposureLoadBalancer}
}
