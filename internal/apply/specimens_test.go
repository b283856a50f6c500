// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package apply_test

import (
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/intstr"
	appsv1ac "k8s.io/client-go/applyconfigurations/apps/v1"
	autoscalingv2ac "k8s.io/client-go/applyconfigurations/autoscaling/v2"
	corev1ac "k8s.io/client-go/applyconfigurations/core/v1"
	metav1ac "k8s.io/client-go/applyconfigurations/meta/v1"
	networkingv1ac "k8s.io/client-go/applyconfigurations/networking/v1"
	policyv1ac "k8s.io/client-go/applyconfigurations/policy/v1"
	rbacv1ac "k8s.io/client-go/applyconfigurations/rbac/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/internal/apply"
)

// specimen is one kind of object that the engine is tried on.
type specimen struct {
	gvk   schema.GroupVersionKind
	empty func() client.Object
	// desired returns a family's object of the kind.
	desired func(family) apply.Object
	// complete is whether the engine's cache holds every object of the kind.
	complete bool
	// drift changes fields that the engine applies, extras such that others may set,
	// and strays such that nobody but the engine may.
	drift, extras, strays func(client.Object)
}

func (s specimen) String() string {
	return s.gvk.Kind
}

// on makes a function of objects of one type a function of objects.
func on[T client.Object](change func(T)) func(client.Object) {
	return func(object client.Object) {
		if typed, ok := object.(T); ok {
			change(typed)
		}
	}
}

func nothing(client.Object) {}

// specimens are all kinds, in the order in which they are applied.
func specimens() []specimen {
	return append(coreSpecimens(), groupSpecimens()...)
}

func coreSpecimens() []specimen {
	core := corev1.SchemeGroupVersion

	return []specimen{
		{
			gvk:      core.WithKind("Namespace"),
			empty:    func() client.Object { return &corev1.Namespace{} },
			complete: true,
			desired: func(f family) apply.Object {
				return sealed(f, corev1ac.Namespace(f.name).WithLabels(map[string]string{"level": "restricted"}))
			},
			drift:  on(func(n *corev1.Namespace) { n.Labels["level"] = "privileged" }),
			extras: nothing,
		},
		{
			gvk:   core.WithKind("ServiceAccount"),
			empty: func() client.Object { return &corev1.ServiceAccount{} },
			desired: func(f family) apply.Object {
				return sealed(f, corev1ac.ServiceAccount(f.name, f.name).WithAutomountServiceAccountToken(false))
			},
			drift: on(func(a *corev1.ServiceAccount) { a.AutomountServiceAccountToken = new(true) }),
			extras: on(func(a *corev1.ServiceAccount) {
				a.ImagePullSecrets = []corev1.LocalObjectReference{{Name: "registry"}}
			}),
		},
		{
			gvk:   core.WithKind("ConfigMap"),
			empty: func() client.Object { return &corev1.ConfigMap{} },
			desired: func(f family) apply.Object {
				return sealed(f, corev1ac.ConfigMap(f.name, f.name).WithData(map[string]string{"ours": "1"}))
			},
			drift:  on(func(c *corev1.ConfigMap) { delete(c.Data, "ours") }),
			extras: nothing,
			strays: on(func(c *corev1.ConfigMap) { c.Data["theirs"] = "2" }),
		},
		{
			gvk:     core.WithKind("Service"),
			empty:   func() client.Object { return &corev1.Service{} },
			desired: func(f family) apply.Object { return sealed(f, service(f)) },
			drift:   on(func(s *corev1.Service) { s.Spec.Ports[0].TargetPort = intstr.FromInt32(9999) }),
			// Of the range's lowest 86, which the API server assigns to nobody by itself
			// while it has others.
			extras: on(func(s *corev1.Service) { s.Spec.Ports[0].NodePort = 30043 }),
			strays: on(func(s *corev1.Service) {
				// The port's own name is what the desired port needs.
				s.Spec.Ports[0].Port = 81
				s.Spec.Ports = append(s.Spec.Ports, corev1.ServicePort{Name: "theirs", Port: 9000, Protocol: corev1.ProtocolTCP})
				s.Spec.SessionAffinity = corev1.ServiceAffinityClientIP
				s.Spec.LoadBalancerSourceRanges = []string{"10.0.0.0/8"}
				s.Spec.ExternalIPs = []string{"192.0.2.1"}
			}),
		},
		{
			gvk:     appsv1.SchemeGroupVersion.WithKind("Deployment"),
			empty:   func() client.Object { return &appsv1.Deployment{} },
			desired: func(f family) apply.Object { return sealed(f, deployment(f)) },
			drift: on(func(d *appsv1.Deployment) {
				d.Spec.Template.Spec.Containers[0].Image = "example.com/other:1"
				d.Spec.Template.Spec.Containers[0].Args = append(d.Spec.Template.Spec.Containers[0].Args, "--watch-all")
			}),
			extras: on(func(d *appsv1.Deployment) {
				d.Spec.Template.Annotations = map[string]string{"kubectl.kubernetes.io/restartedAt": "2026-01-01T00:00:00Z"}
				d.Spec.Replicas = new(int32(7))
			}),
			strays: on(func(d *appsv1.Deployment) {
				pod := &d.Spec.Template.Spec
				pod.Containers[0].Name = "renamed"
				pod.Containers[0].Command = []string{"sleep"}
				pod.Containers[0].Env = append(pod.Containers[0].Env, corev1.EnvVar{Name: "THEIRS", Value: "2"})
				pod.Containers = append(pod.Containers, corev1.Container{Name: "sidecar", Image: "example.com/sidecar:1"})
				pod.InitContainers = []corev1.Container{{Name: "first", Image: "example.com/first:1"}}
				// One of several, of which the engine sets another.
				pod.Volumes[0].VolumeSource = corev1.VolumeSource{HostPath: &corev1.HostPathVolumeSource{Path: "/"}}
				pod.HostNetwork = true
				d.Spec.Paused = true
			}),
		},
	}
}

func groupSpecimens() []specimen {
	rbac, networking := rbacv1.SchemeGroupVersion, networkingv1.SchemeGroupVersion

	return []specimen{
		{
			gvk:   rbac.WithKind("ClusterRoleBinding"),
			empty: func() client.Object { return &rbacv1.ClusterRoleBinding{} },
			desired: func(f family) apply.Object {
				return sealed(f, rbacv1ac.ClusterRoleBinding(f.name).WithRoleRef(viewers()).WithSubjects(f.subject()))
			},
			// One subject more is a right that nobody was meant to have.
			drift: on(func(b *rbacv1.ClusterRoleBinding) {
				b.Subjects = append(b.Subjects, rbacv1.Subject{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: "intruder"})
			}),
			extras: nothing,
		},
		{
			gvk:   rbac.WithKind("RoleBinding"),
			empty: func() client.Object { return &rbacv1.RoleBinding{} },
			desired: func(f family) apply.Object {
				return sealed(f, rbacv1ac.RoleBinding(f.name, f.name).WithRoleRef(viewers()).WithSubjects(f.subject()))
			},
			drift:  on(func(b *rbacv1.RoleBinding) { b.Subjects = nil }),
			extras: nothing,
		},
		{
			gvk:      networking.WithKind("IngressClass"),
			empty:    func() client.Object { return &networkingv1.IngressClass{} },
			complete: true,
			desired: func(f family) apply.Object {
				return sealed(f, networkingv1ac.IngressClass(f.name).
					WithAnnotations(map[string]string{networkingv1.AnnotationIsDefaultIngressClass: "true"}).
					WithSpec(networkingv1ac.IngressClassSpec().WithController("example.com/"+f.name)))
			},
			drift: on(func(c *networkingv1.IngressClass) {
				c.Annotations[networkingv1.AnnotationIsDefaultIngressClass] = "false"
			}),
			extras: nothing,
			strays: on(func(c *networkingv1.IngressClass) {
				c.Spec.Parameters = &networkingv1.IngressClassParametersReference{
					Scope: new("Cluster"), Kind: "Theirs", Name: "theirs",
				}
			}),
		},
		{
			gvk:     networking.WithKind("NetworkPolicy"),
			empty:   func() client.Object { return &networkingv1.NetworkPolicy{} },
			desired: func(f family) apply.Object { return sealed(f, networkPolicy(f)) },
			drift: on(func(p *networkingv1.NetworkPolicy) {
				p.Spec.Egress = append(p.Spec.Egress, networkingv1.NetworkPolicyEgressRule{})
			}),
			extras: nothing,
			strays: on(func(p *networkingv1.NetworkPolicy) {
				p.Spec.Ingress = []networkingv1.NetworkPolicyIngressRule{{}}
			}),
		},
		{
			gvk:   policyv1.SchemeGroupVersion.WithKind("PodDisruptionBudget"),
			empty: func() client.Object { return &policyv1.PodDisruptionBudget{} },
			desired: func(f family) apply.Object {
				return sealed(f, policyv1ac.PodDisruptionBudget(f.name, f.name).WithSpec(policyv1ac.PodDisruptionBudgetSpec().
					WithMaxUnavailable(intstr.FromString("50%")).
					WithSelector(metav1ac.LabelSelector().WithMatchLabels(f.selector()))))
			},
			drift:  on(func(b *policyv1.PodDisruptionBudget) { b.Spec.MaxUnavailable = new(intstr.FromInt32(50)) }),
			extras: nothing,
			// One of two, of which the engine sets the other.
			strays: on(func(b *policyv1.PodDisruptionBudget) {
				b.Spec.MaxUnavailable, b.Spec.MinAvailable = nil, new(intstr.FromInt32(9))
			}),
		},
		{
			gvk:     autoscalingv2.SchemeGroupVersion.WithKind("HorizontalPodAutoscaler"),
			empty:   func() client.Object { return &autoscalingv2.HorizontalPodAutoscaler{} },
			desired: func(f family) apply.Object { return sealed(f, autoscaler(f)) },
			drift:   on(func(h *autoscalingv2.HorizontalPodAutoscaler) { h.Spec.MaxReplicas = 100 }),
			extras:  nothing,
			strays: on(func(h *autoscalingv2.HorizontalPodAutoscaler) {
				h.Spec.Behavior = &autoscalingv2.HorizontalPodAutoscalerBehavior{
					ScaleDown: &autoscalingv2.HPAScalingRules{StabilizationWindowSeconds: new(int32(60))},
				}
			}),
		},
	}
}

func viewers() *rbacv1ac.RoleRefApplyConfiguration {
	return rbacv1ac.RoleRef().WithAPIGroup(rbacv1.GroupName).WithKind("ClusterRole").WithName("view")
}

// service mixes the two ways to write a target port.
func service(f family) *corev1ac.ServiceApplyConfiguration {
	return corev1ac.Service(f.name, f.name).WithSpec(corev1ac.ServiceSpec().
		WithType(corev1.ServiceTypeLoadBalancer).
		WithSelector(f.selector()).
		WithPorts(
			corev1ac.ServicePort().WithName("http").WithProtocol(corev1.ProtocolTCP).WithPort(80).WithTargetPort(intstr.FromString("http")),
			corev1ac.ServicePort().WithName("https").WithProtocol(corev1.ProtocolTCP).WithPort(443).WithTargetPort(intstr.FromInt32(8443)),
		))
}

// deployment has quantities that the API server writes otherwise.
func deployment(f family) *appsv1ac.DeploymentApplyConfiguration {
	container := corev1ac.Container().
		WithName("controller").
		WithImage("example.com/controller:1").
		WithArgs("--one", "--two").
		WithEnv(corev1ac.EnvVar().WithName("OURS").WithValue("1")).
		WithPorts(corev1ac.ContainerPort().WithName("http").WithContainerPort(8080).WithProtocol(corev1.ProtocolTCP)).
		WithResources(corev1ac.ResourceRequirements().
			WithRequests(corev1.ResourceList{
				corev1.ResourceCPU:    resource.MustParse("0.5"),
				corev1.ResourceMemory: resource.MustParse("0.5Gi"),
			}).
			WithLimits(corev1.ResourceList{
				corev1.ResourceCPU:    resource.MustParse("1000m"),
				corev1.ResourceMemory: resource.MustParse("1024Mi"),
			}))

	return appsv1ac.Deployment(f.name, f.name).WithSpec(appsv1ac.DeploymentSpec().
		WithSelector(metav1ac.LabelSelector().WithMatchLabels(f.selector())).
		WithStrategy(appsv1ac.DeploymentStrategy().
			WithType(appsv1.RollingUpdateDeploymentStrategyType).
			WithRollingUpdate(appsv1ac.RollingUpdateDeployment().
				WithMaxSurge(intstr.FromString("25%")).
				WithMaxUnavailable(intstr.FromInt32(0)))).
		WithTemplate(corev1ac.PodTemplateSpec().
			WithLabels(f.selector()).
			WithSpec(corev1ac.PodSpec().
				WithContainers(container).
				WithVolumes(corev1ac.Volume().WithName("scratch").WithEmptyDir(corev1ac.EmptyDirVolumeSource())))))
}

func networkPolicy(f family) *networkingv1ac.NetworkPolicyApplyConfiguration {
	return networkingv1ac.NetworkPolicy(f.name, f.name).WithSpec(networkingv1ac.NetworkPolicySpec().
		WithPodSelector(metav1ac.LabelSelector().WithMatchLabels(f.selector())).
		WithPolicyTypes(networkingv1.PolicyTypeEgress).
		WithEgress(networkingv1ac.NetworkPolicyEgressRule().
			WithTo(networkingv1ac.NetworkPolicyPeer().WithNamespaceSelector(metav1ac.LabelSelector())).
			WithPorts(networkingv1ac.NetworkPolicyPort().WithProtocol(corev1.ProtocolTCP).WithPort(intstr.FromInt32(53)))))
}

func autoscaler(f family) *autoscalingv2ac.HorizontalPodAutoscalerApplyConfiguration {
	return autoscalingv2ac.HorizontalPodAutoscaler(f.name, f.name).WithSpec(autoscalingv2ac.HorizontalPodAutoscalerSpec().
		WithScaleTargetRef(autoscalingv2ac.CrossVersionObjectReference().WithAPIVersion("apps/v1").WithKind("Deployment").WithName(f.name)).
		WithMinReplicas(2).
		WithMaxReplicas(4).
		WithMetrics(autoscalingv2ac.MetricSpec().
			WithType(autoscalingv2.ResourceMetricSourceType).
			WithResource(autoscalingv2ac.ResourceMetricSource().
				WithName(corev1.ResourceCPU).
				WithTarget(autoscalingv2ac.MetricTarget().WithType(autoscalingv2.UtilizationMetricType).WithAverageUtilization(80)))))
}
