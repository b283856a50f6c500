// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import (
	"cmp"

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

// service is how clients reach the controller. It outlives the controller's
// provider: its name has nothing of it, and its selector moves to another one
// when that can take over.
func service(in Input) apply.Object {
	exposure := Exposure(in.Tenant)
	http, https := servicePort(portHTTP, 80), servicePort(portHTTPS, 443)
	spec := corev1ac.ServiceSpec().
		WithType(corev1.ServiceType(exposure.Type)).
		WithSelector(tenant.WorkloadSelector(in.Tenant, cmp.Or(in.Serve, in.Workload.Provider)))

	if exposure.ExternalTrafficPolicy != "" {
		spec.WithExternalTrafficPolicy(corev1.ServiceExternalTrafficPolicy(exposure.ExternalTrafficPolicy))
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

	if balancer := exposure.LoadBalancer; balancer != nil {
		addLoadBalancer(object, spec, balancer)
	}

	return seal(object.WithSpec(spec.WithPorts(http, https)))
}

func addLoadBalancer(object *corev1ac.ServiceApplyConfiguration, spec *corev1ac.ServiceSpecApplyConfiguration, balancer *v1alpha1.LoadBalancerExposure) {
	if balancer.Class != "" {
		spec.WithLoadBalancerClass(balancer.Class)
	}

	for _, cidr := range balancer.AllowedSourceRanges {
		spec.WithLoadBalancerSourceRanges(string(cidr))
	}

	for key, value := range balancer.Annotations {
		object.WithAnnotations(map[string]string{key: string(value)})
	}
}

func servicePort(name string, port int32) *corev1ac.ServicePortApplyConfiguration {
	return corev1ac.ServicePort().
		WithName(name).
		WithProtocol(corev1.ProtocolTCP).
		WithPort(port).
		WithTargetPort(intstr.FromString(name))
}

// Exposure is how the tenant is exposed: what it asks for, or a load balancer.
func Exposure(t *v1alpha1.IngressTenant) v1alpha1.ExposureSpec {
	if t.Spec.Exposure != nil {
		return *t.Spec.Exposure
	}

	return v1alpha1.ExposureSpec{Type: v1alpha1.ExposureLoadBalancer}
}
