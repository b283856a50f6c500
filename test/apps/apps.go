// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package apps describes the small web applications that the demo and the
// end-to-end tests put behind tenants. Each answers with its own name.
package apps

import (
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"
	appsv1ac "k8s.io/client-go/applyconfigurations/apps/v1"
	corev1ac "k8s.io/client-go/applyconfigurations/core/v1"
	metav1ac "k8s.io/client-go/applyconfigurations/meta/v1"
	networkingv1ac "k8s.io/client-go/applyconfigurations/networking/v1"
	policyv1ac "k8s.io/client-go/applyconfigurations/policy/v1"
)

// Image is the application's image, as test/images builds it.
const Image = "ingresstenant.io/echo:dev"

const (
	// port is the application's port.
	port = 8080
	// user is the image's user.
	user = 65532
)

// App is one application.
type App struct {
	// Namespace is where it runs.
	Namespace string
	// Name names its objects, and is what it answers with.
	Name string
	// Replicas is its number of pods; 1 if 0.
	Replicas int32
}

// Namespace returns the namespace of applications, with labels for tenants'
// selectors.
func Namespace(name string, labels map[string]string) *corev1ac.NamespaceApplyConfiguration {
	return corev1ac.Namespace(name).WithLabels(labels)
}

// Objects returns the application's Deployment and Service.
func (a App) Objects() []runtime.ApplyConfiguration {
	labels := a.labels()

	return []runtime.ApplyConfiguration{
		appsv1ac.Deployment(a.Name, a.Namespace).WithSpec(appsv1ac.DeploymentSpec().
			WithReplicas(max(a.Replicas, 1)).
			WithSelector(metav1ac.LabelSelector().WithMatchLabels(labels)).
			WithTemplate(corev1ac.PodTemplateSpec().WithLabels(labels).WithSpec(a.pod()))),
		corev1ac.Service(a.Name, a.Namespace).WithSpec(corev1ac.ServiceSpec().
			WithSelector(labels).
			WithPorts(corev1ac.ServicePort().
				WithName("http").
				WithPort(80).
				WithTargetPort(intstr.FromInt32(port)))),
	}
}

func (a App) labels() map[string]string {
	return map[string]string{"app.kubernetes.io/name": a.Name}
}

func (a App) pod() *corev1ac.PodSpecApplyConfiguration {
	return corev1ac.PodSpec().
		WithAutomountServiceAccountToken(false).
		WithTerminationGracePeriodSeconds(15).
		WithSecurityContext(corev1ac.PodSecurityContext().
			WithRunAsNonRoot(true).
			WithRunAsUser(user).
			WithSeccompProfile(corev1ac.SeccompProfile().WithType(corev1.SeccompProfileTypeRuntimeDefault))).
		WithContainers(corev1ac.Container().
			WithName("echo").
			WithImage(Image).
			WithEnv(
				corev1ac.EnvVar().WithName("APP_NAME").WithValue(a.Name),
				corev1ac.EnvVar().WithName("POD_NAME").WithValueFrom(corev1ac.EnvVarSource().
					WithFieldRef(corev1ac.ObjectFieldSelector().WithFieldPath("metadata.name")))).
			// Without a request it would get no processor while others start.
			WithResources(corev1ac.ResourceRequirements().WithRequests(corev1.ResourceList{
				corev1.ResourceCPU:    resource.MustParse("20m"),
				corev1.ResourceMemory: resource.MustParse("16Mi"),
			})).
			WithPorts(corev1ac.ContainerPort().WithContainerPort(port)).
			WithReadinessProbe(corev1ac.Probe().
				WithPeriodSeconds(1).
				WithHTTPGet(corev1ac.HTTPGetAction().WithPath("/healthz").WithPort(intstr.FromInt32(port)))).
			WithSecurityContext(corev1ac.SecurityContext().
				WithAllowPrivilegeEscalation(false).
				WithReadOnlyRootFilesystem(true).
				WithCapabilities(corev1ac.Capabilities().WithDrop("ALL"))))
}

// Budget returns a PodDisruptionBudget that lets one of the application's pods be
// evicted at a time.
func (a App) Budget() *policyv1ac.PodDisruptionBudgetApplyConfiguration {
	return policyv1ac.PodDisruptionBudget(a.Name, a.Namespace).WithSpec(policyv1ac.PodDisruptionBudgetSpec().
		WithMaxUnavailable(intstr.FromInt32(1)).
		WithSelector(metav1ac.LabelSelector().WithMatchLabels(a.labels())))
}

// Ingress returns an Ingress that routes a host to the application.
func (a App) Ingress(class, host string) *networkingv1ac.IngressApplyConfiguration {
	return a.IngressTo(class, host, a.Name)
}

// IngressTo returns an Ingress, named like the application, that routes a host to
// a service of the application's namespace.
func (a App) IngressTo(class, host, service string) *networkingv1ac.IngressApplyConfiguration {
	return networkingv1ac.Ingress(a.Name, a.Namespace).WithSpec(networkingv1ac.IngressSpec().
		WithIngressClassName(class).
		WithRules(networkingv1ac.IngressRule().
			WithHost(host).
			WithHTTP(networkingv1ac.HTTPIngressRuleValue().WithPaths(
				Path(networkingv1.PathTypePrefix, "/", service)))))
}

// Path returns a path of an Ingress that leads to a service.
func Path(pathType networkingv1.PathType, path, service string) *networkingv1ac.HTTPIngressPathApplyConfiguration {
	return networkingv1ac.HTTPIngressPath().
		WithPath(path).
		WithPathType(pathType).
		WithBackend(Backend(service))
}

// Backend returns an Ingress backend that is a service.
func Backend(service string) *networkingv1ac.IngressBackendApplyConfiguration {
	return networkingv1ac.IngressBackend().WithService(networkingv1ac.IngressServiceBackend().
		WithName(service).
		WithPort(networkingv1ac.ServiceBackendPort().WithName("http")))
}
