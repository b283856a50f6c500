// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import (
	"strconv"

	corev1 "k8s.io/api/core/v1"
	corev1ac "k8s.io/client-go/applyconfigurations/core/v1"
	metav1ac "k8s.io/client-go/applyconfigurations/meta/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// podSpec is the controller's pod. It meets the restricted Pod Security level.
func podSpec(in Input) *corev1ac.PodSpecApplyConfiguration {
	settings := controller(in.Tenant)
	spec := corev1ac.PodSpec().
		WithServiceAccountName(in.Workload.Name).
		// The ServiceAccount's own default is not to mount its token.
		WithAutomountServiceAccountToken(true).
		WithEnableServiceLinks(false).
		WithTerminationGracePeriodSeconds(in.Workload.TerminationGracePeriodSeconds).
		WithSecurityContext(corev1ac.PodSecurityContext().
			WithRunAsNonRoot(true).
			WithRunAsUser(in.Workload.RunAsUser).
			WithRunAsGroup(in.Workload.RunAsGroup).
			WithSeccompProfile(corev1ac.SeccompProfile().WithType(corev1.SeccompProfileTypeRuntimeDefault))).
		WithTopologySpreadConstraints(spread(in)...).
		WithTolerations(tolerations(settings.Tolerations)...)

	// The Pod Security level restricted permits this one, and it is the pod's own.
	if start := in.Workload.UnprivilegedPortStart; start != 0 {
		spec.SecurityContext.WithSysctls(corev1ac.Sysctl().
			WithName("net.ipv4.ip_unprivileged_port_start").
			WithValue(strconv.Itoa(int(start))))
	}

	if settings.PriorityClassName != "" {
		spec.WithPriorityClassName(settings.PriorityClassName)
	}

	for key, value := range settings.NodeSelector {
		spec.WithNodeSelector(map[string]string{key: string(value)})
	}

	controllerContainer := container(in)

	addFiles(spec, controllerContainer, in.Workload)

	for i, dir := range in.Workload.ScratchDirs {
		name := volumeName(i)
		spec.WithVolumes(corev1ac.Volume().WithName(name).WithEmptyDir(corev1ac.EmptyDirVolumeSource()))
		controllerContainer.WithVolumeMounts(corev1ac.VolumeMount().WithName(name).WithMountPath(dir))
	}

	return spec.WithContainers(controllerContainer)
}

// spread is how the pods spread over the cluster: as the tenant asks, or over
// nodes where that is possible.
func spread(in Input) []*corev1ac.TopologySpreadConstraintApplyConfiguration {
	asked := controller(in.Tenant).TopologySpread
	if len(asked) == 0 {
		asked = []v1alpha1.TopologySpreadConstraint{{TopologyKey: corev1.LabelHostname}}
	}

	constraints := make([]*corev1ac.TopologySpreadConstraintApplyConfiguration, 0, len(asked))

	for _, constraint := range asked {
		action := corev1.ScheduleAnyway
		if constraint.WhenUnsatisfiable != "" {
			action = corev1.UnsatisfiableConstraintAction(constraint.WhenUnsatisfiable)
		}

		constraints = append(constraints, corev1ac.TopologySpreadConstraint().
			WithTopologyKey(constraint.TopologyKey).
			WithMaxSkew(orDefault(constraint.MaxSkew, 1)).
			WithWhenUnsatisfiable(action).
			// Pods of an older revision do not count, or a rollout would put
			// the new ones where the old ones are not.
			WithMatchLabelKeys("pod-template-hash").
			WithLabelSelector(metav1ac.LabelSelector().
				WithMatchLabels(tenant.WorkloadSelector(in.Tenant, in.Workload.Provider))))
	}

	return constraints
}

func tolerations(asked []corev1.Toleration) []*corev1ac.TolerationApplyConfiguration {
	tolerations := make([]*corev1ac.TolerationApplyConfiguration, 0, len(asked))

	for _, toleration := range asked {
		applied := corev1ac.Toleration()
		if toleration.Key != "" {
			applied.WithKey(toleration.Key)
		}

		if toleration.Operator != "" {
			applied.WithOperator(toleration.Operator)
		}

		if toleration.Value != "" {
			applied.WithValue(toleration.Value)
		}

		if toleration.Effect != "" {
			applied.WithEffect(toleration.Effect)
		}

		if toleration.TolerationSeconds != nil {
			applied.WithTolerationSeconds(*toleration.TolerationSeconds)
		}

		tolerations = append(tolerations, applied)
	}

	return tolerations
}
