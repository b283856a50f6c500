// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import (
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/intstr"
	corev1ac "k8s.io/client-go/applyconfigurations/core/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// container is the controller's container.
func container(in Input) *corev1ac.ContainerApplyConfiguration {
	workload := in.Workload
	object := corev1ac.Container().
		WithName(tenant.ComponentController).
		WithImage(workload.Image).
		WithImagePullPolicy(pullPolicy(workload.Image)).
		WithArgs(workload.Args...).
		WithEnv(env(workload.Env)...).
		WithPorts(containerPorts(workload.Ports)...).
		WithResources(resources(in)).
		WithSecurityContext(securityContext(workload)).
		WithLivenessProbe(probe(workload.HealthPath).
			WithInitialDelaySeconds(10).
			WithPeriodSeconds(10).
			WithTimeoutSeconds(5).
			WithFailureThreshold(5)).
		WithReadinessProbe(probe(workload.ReadyPath).
			WithPeriodSeconds(2).
			WithTimeoutSeconds(2).
			WithFailureThreshold(3)).
		// What a crashing controller last said ends up in the tenant's status.
		WithTerminationMessagePolicy(corev1.TerminationMessageFallbackToLogsOnError)

	if len(workload.PreStop) > 0 {
		object.WithLifecycle(corev1ac.Lifecycle().WithPreStop(corev1ac.LifecycleHandler().
			WithExec(corev1ac.ExecAction().WithCommand(workload.PreStop...))))
	}

	return object
}

// pullPolicy is Kubernetes' default for an image: one that may be another tomorrow is
// pulled at each start. It is set because Kubernetes fills in the default once, for the
// first image that a Deployment has.
//
// Source: https://kubernetes.io/docs/concepts/containers/images/#imagepullpolicy-defaulting
func pullPolicy(image string) corev1.PullPolicy {
	_, digested, _ := strings.Cut(image, "@")
	_, tag, tagged := strings.Cut(image[strings.LastIndex(image, "/")+1:], ":")

	if digested == "" && (!tagged || tag == "latest") {
		return corev1.PullAlways
	}

	return corev1.PullIfNotPresent
}

func probe(path string) *corev1ac.ProbeApplyConfiguration {
	return corev1ac.Probe().WithHTTPGet(corev1ac.HTTPGetAction().
		WithPath(path).
		WithPort(intstr.FromString(portHealth)))
}

func securityContext(workload provider.Workload) *corev1ac.SecurityContextApplyConfiguration {
	capabilities := corev1ac.Capabilities().WithDrop("ALL")
	for _, capability := range workload.AddCapabilities {
		capabilities.WithAdd(corev1.Capability(capability))
	}

	return corev1ac.SecurityContext().
		WithAllowPrivilegeEscalation(false).
		WithReadOnlyRootFilesystem(!workload.WritableRootFilesystem).
		WithCapabilities(capabilities)
}

func containerPorts(ports provider.Ports) []*corev1ac.ContainerPortApplyConfiguration {
	named := []*corev1ac.ContainerPortApplyConfiguration{
		containerPort(portHTTP, ports.HTTP),
		containerPort(portHTTPS, ports.HTTPS),
		containerPort(portHealth, ports.Health),
	}
	if ports.Metrics != ports.Health {
		named = append(named, containerPort(portMetrics, ports.Metrics))
	}

	return named
}

func containerPort(name string, number int32) *corev1ac.ContainerPortApplyConfiguration {
	return corev1ac.ContainerPort().
		WithName(name).
		WithContainerPort(number).
		WithProtocol(corev1.ProtocolTCP)
}

func env(variables []provider.EnvVar) []*corev1ac.EnvVarApplyConfiguration {
	applied := make([]*corev1ac.EnvVarApplyConfiguration, 0, len(variables))

	for _, variable := range variables {
		object := corev1ac.EnvVar().WithName(variable.Name)
		if variable.FieldPath != "" {
			object.WithValueFrom(corev1ac.EnvVarSource().
				WithFieldRef(corev1ac.ObjectFieldSelector().WithAPIVersion("v1").WithFieldPath(variable.FieldPath)))
		} else {
			object.WithValue(variable.Value)
		}

		applied = append(applied, object)
	}

	return applied
}

// resources are what the tenant asks for. Default requests give way to limits,
// for the API server refuses a request that is greater than its limit.
func resources(in Input) *corev1ac.ResourceRequirementsApplyConfiguration {
	var asked v1alpha1.ResourcesSpec
	if given := controller(in.Tenant).Resources; given != nil {
		asked = *given
	}

	requests := asked.Requests
	if len(requests) == 0 {
		requests = corev1.ResourceList{
			corev1.ResourceCPU:    resource.MustParse("100m"),
			corev1.ResourceMemory: resource.MustParse("128Mi"),
		}

		for key, request := range requests {
			if limit, limited := asked.Limits[key]; limited && limit.Cmp(request) < 0 {
				requests[key] = limit
			}
		}
	}

	object := corev1ac.ResourceRequirements().WithRequests(requests)
	if len(asked.Limits) > 0 {
		object.WithLimits(asked.Limits)
	}

	return object
}

func volumeName(i int) string {
	return "scratch-" + strconv.Itoa(i)
}

// PortsOf reads from a controller's pods what containerPorts wrote; what they do not
// have is 0.
func PortsOf(pod corev1.PodSpec) provider.Ports {
	numbers := map[string]int32{}

	for _, container := range pod.Containers {
		for _, port := range container.Ports {
			numbers[port.Name] = port.ContainerPort
		}
	}

	ports := provider.Ports{
		HTTP:    numbers[portHTTP],
		HTTPS:   numbers[portHTTPS],
		Health:  numbers[portHealth],
		Metrics: numbers[portMetrics],
	}
	if ports.Metrics == 0 {
		ports.Metrics = ports.Health
	}

	return ports
}
