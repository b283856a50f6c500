// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package status_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/status"
)

const (
	image     = "registry.example/traefik:v3.7.20"
	namespace = "ingress-blog"
	workload  = "traefik"
)

func yesterday() metav1.Time { return metav1.Date(2026, time.May, 1, 8, 0, 0, 0, time.UTC) }
func today() metav1.Time     { return metav1.Date(2026, time.May, 2, 8, 0, 0, 0, time.UTC) }

// refused is an error that only a person can put right.
type refused struct{ reason, message string }

func (r refused) Error() string           { return r.message }
func (r refused) ConditionReason() string { return r.reason }

// tenant is a tenant at its third generation, with the status it had.
func tenant(conditions ...metav1.Condition) *v1alpha1.IngressTenant {
	t := &v1alpha1.IngressTenant{ObjectMeta: metav1.ObjectMeta{Name: "blog", Generation: 3}}
	t.Status.Conditions = conditions

	return t
}

// was is a condition of an earlier generation.
func was(conditionType string, s metav1.ConditionStatus, reason, message string) metav1.Condition {
	return metav1.Condition{
		Type: conditionType, Status: s, Reason: reason, Message: message,
		ObservedGeneration: 2, LastTransitionTime: yesterday(),
	}
}

// serving is a tenant of two pods that is all as it should be, changed by the
// given functions.
func serving(changes ...func(*status.Observed)) status.Observed {
	o := status.Observed{
		Plan: &status.Plan{
			IngressClassName: "blog",
			ControllerValue:  "ingresstenant.io/blog",
			Namespace:        namespace,
			Provider: v1alpha1.ProviderStatus{
				Name: v1alpha1.ProviderTraefik, Version: "v3.7.20", Image: image,
				Support: &v1alpha1.SupportStatus{Phase: v1alpha1.SupportSupported},
			},
			Exposure: v1alpha1.ExposureLoadBalancer,
			Isolation: v1alpha1.IsolationStatus{
				ClassBinding: v1alpha1.BindingControllerValue, Secrets: v1alpha1.SecretsNamespaced,
			},
		},
		Hostnames:  []status.Hostname{},
		Namespaces: &status.Namespaces{States: []v1alpha1.NamespaceStatus{{Name: "blog", State: v1alpha1.NamespaceServed}}},
		Deployment: deployment(2, 2, 2, 2, corev1.ConditionTrue, "NewReplicaSetAvailable"),
		Services:   status.Services{Service: service(corev1.ServiceTypeLoadBalancer, corev1.LoadBalancerIngress{IP: "203.0.113.10"})},
		Pods:       []corev1.Pod{readyPod("a"), readyPod("b")},
	}
	for _, change := range changes {
		change(&o)
	}

	return o
}

// deployment is a Deployment of two replicas. Its Progressing condition is
// False if the reason is that the deadline passed.
func deployment(total, updated, ready, available int32, isAvailable corev1.ConditionStatus, progressing string) *appsv1.Deployment {
	progress := corev1.ConditionTrue
	if progressing == "ProgressDeadlineExceeded" {
		progress = corev1.ConditionFalse
	}

	return &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: workload, Generation: 5},
		Spec:       appsv1.DeploymentSpec{Replicas: new(int32(2))},
		Status: appsv1.DeploymentStatus{
			ObservedGeneration: 5,
			Replicas:           total, UpdatedReplicas: updated, ReadyReplicas: ready, AvailableReplicas: available,
			Conditions: []appsv1.DeploymentCondition{
				{Type: appsv1.DeploymentAvailable, Status: isAvailable},
				{Type: appsv1.DeploymentProgressing, Status: progress, Reason: progressing},
			},
		},
	}
}

// controllerOf is the container that runs an implementation.
func controllerOf(image string) corev1.Container {
	return corev1.Container{Name: "controller", Image: image}
}

// starting is a Deployment whose first pods are not ready.
func starting() *appsv1.Deployment {
	return deployment(2, 2, 0, 0, corev1.ConditionFalse, "ReplicaSetUpdated")
}

// rolling is a Deployment that serves with its former pods while its new pod is
// not ready.
func rolling() *appsv1.Deployment {
	return deployment(3, 1, 2, 2, corev1.ConditionTrue, "ReplicaSetUpdated")
}

// overdue is a Deployment whose rollout missed its deadline.
func overdue(isAvailable corev1.ConditionStatus) *appsv1.Deployment {
	if isAvailable == corev1.ConditionTrue {
		return deployment(3, 1, 2, 2, isAvailable, "ProgressDeadlineExceeded")
	}

	return deployment(2, 2, 0, 0, isAvailable, "ProgressDeadlineExceeded")
}

func service(serviceType corev1.ServiceType, ingress ...corev1.LoadBalancerIngress) *corev1.Service {
	return &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: workload},
		Spec: corev1.ServiceSpec{
			Type:       serviceType,
			ClusterIP:  "10.96.0.20",
			ClusterIPs: []string{"10.96.0.20"},
			Ports:      []corev1.ServicePort{{Name: status.PortHTTP, Port: 80}, {Name: status.PortHTTPS, Port: 443}},
		},
		Status: corev1.ServiceStatus{LoadBalancer: corev1.LoadBalancerStatus{Ingress: ingress}},
	}
}

func nodePortService(http, https int32) *corev1.Service {
	s := service(corev1.ServiceTypeNodePort)
	s.Spec.Ports[0].NodePort = http
	s.Spec.Ports[1].NodePort = https

	return s
}

func pod(name string, phase corev1.PodPhase, ready corev1.ConditionStatus, containers ...corev1.ContainerStatus) corev1.Pod {
	return corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Status: corev1.PodStatus{
			Phase: phase,
			Conditions: []corev1.PodCondition{
				{Type: corev1.PodScheduled, Status: corev1.ConditionTrue},
				{Type: corev1.PodReady, Status: ready},
			},
			ContainerStatuses: containers,
		},
	}
}

func readyPod(name string) corev1.Pod {
	return pod(name, corev1.PodRunning, corev1.ConditionTrue, running())
}

// unready is a pod with a container in trouble.
func unready(name string, containers ...corev1.ContainerStatus) corev1.Pod {
	return pod(name, corev1.PodRunning, corev1.ConditionFalse, containers...)
}

func unschedulable(name, message string) corev1.Pod {
	p := pod(name, corev1.PodPending, corev1.ConditionFalse)
	p.Status.Conditions[0] = corev1.PodCondition{
		Type: corev1.PodScheduled, Status: corev1.ConditionFalse, Reason: corev1.PodReasonUnschedulable, Message: message,
	}

	return p
}

func container() corev1.ContainerStatus {
	return corev1.ContainerStatus{Name: workload, Image: image}
}

func running() corev1.ContainerStatus {
	c := container()
	c.State.Running = &corev1.ContainerStateRunning{}

	return c
}

func waiting(reason, message string) corev1.ContainerStatus {
	c := container()
	c.State.Waiting = &corev1.ContainerStateWaiting{Reason: reason, Message: message}

	return c
}

// crashed is a container that waits in the kubelet's back-off.
func crashed(exitCode int32, reason, message string) corev1.ContainerStatus {
	c := waiting("CrashLoopBackOff", "back-off 5m0s restarting failed container=traefik pod=a_ingress-blog(1b4e)")
	c.RestartCount = 7
	c.LastTerminationState.Terminated = &corev1.ContainerStateTerminated{ExitCode: exitCode, Reason: reason, Message: message}

	return c
}

// restarted is a container that runs again after it failed.
func restarted(exitCode int32) corev1.ContainerStatus {
	c := crashed(exitCode, "Error", "")
	c.State = running().State

	return c
}

func withReplicaFailure(d *appsv1.Deployment, message string) *appsv1.Deployment {
	d.Status.Conditions = append(d.Status.Conditions, appsv1.DeploymentCondition{
		Type: appsv1.DeploymentReplicaFailure, Status: corev1.ConditionTrue, Reason: "FailedCreate", Message: message,
	})

	return d
}

// answer is what a condition says, without when.
type answer struct {
	Status          metav1.ConditionStatus
	Reason, Message string
}

// compute computes a status and checks what is true of every one.
func compute(t *testing.T, tenant *v1alpha1.IngressTenant, o status.Observed) v1alpha1.IngressTenantStatus {
	t.Helper()

	before := tenant.DeepCopy()
	pods := slices.Clone(o.Pods)

	computed := status.Compute(tenant, o, today())

	if diff := cmp.Diff(before, tenant); diff != "" {
		t.Errorf("Compute changed the tenant (-before +after):\n%s", diff)
	}

	if diff := cmp.Diff(pods, o.Pods); diff != "" {
		t.Errorf("Compute changed the pods (-before +after):\n%s", diff)
	}

	again := tenant.DeepCopy()
	again.Status = *computed.DeepCopy()

	if diff := cmp.Diff(computed, status.Compute(again, o, metav1.NewTime(today().Add(time.Hour)))); diff != "" {
		t.Errorf("Compute on its own result changed it (-first +second):\n%s", diff)
	}

	checkContract(t, computed.Conditions)

	return computed
}

// checkContract checks the conditions against what the API documents.
func checkContract(t *testing.T, conditions []metav1.Condition) {
	t.Helper()

	types := make([]string, 0, len(conditions))
	for _, c := range conditions {
		types = append(types, c.Type)

		if reasons, ok := documented()[c.Type]; ok && !slices.Contains(reasons[c.Status], c.Reason) {
			t.Errorf("%s is %s for the reason %q, which the API does not document", c.Type, c.Status, c.Reason)
		}

		if c.Message == "" || len([]rune(c.Message)) > 32768 {
			t.Errorf("%s has a message of %d characters, want 1 to 32768", c.Type, len([]rune(c.Message)))
		}

		if c.LastTransitionTime.IsZero() || c.ObservedGeneration == 0 {
			t.Errorf("%s lacks a transition time or a generation: %+v", c.Type, c)
		}
	}

	want := []string{"Ready", "Accepted", "HostnamesClaimed", "Available", "LoadBalancerReady", "Isolated", "SourceIPPreserved", "ProviderSupported", "Progressing"}
	if diff := cmp.Diff(want, types[:min(len(types), len(want))]); diff != "" {
		t.Errorf("condition types (-want +got):\n%s", diff)
	}
}

// documented are the reasons that the API documents for each condition. Ready
// may have any reason of the others.
func documented() map[string]map[metav1.ConditionStatus][]string {
	const (
		yes     = metav1.ConditionTrue
		no      = metav1.ConditionFalse
		unknown = metav1.ConditionUnknown
	)

	return map[string]map[metav1.ConditionStatus][]string{
		v1alpha1.ConditionAccepted: {
			yes: {"Accepted"},
			no: {
				"InvalidSpec", "UnsupportedVersion", "UnsupportedByProvider", "IsolationBroken", "NameConflict",
				"DefaultClassConflict", "ConsentRequired", "APIUnavailable", "AdoptionRecordDamaged", "Refused",
			},
			unknown: {"ReconcileError", "Deleting"},
		},
		v1alpha1.ConditionHostnamesClaimed: {
			yes:     {"Claimed", "NotClaimed"},
			no:      {"HostnameConflict"},
			unknown: {"NotAccepted"},
		},
		v1alpha1.ConditionAvailable: {
			yes: {"MinimumReplicasAvailable"},
			no: {
				"Starting", "ImagePullFailed", "ControllerCrashing", "PodsNotReady", "PodsUnschedulable", "PodsRejected",
				"NotDeployed", "NamespaceTerminating", "Deleting",
			},
		},
		v1alpha1.ConditionLoadBalancerReady: {
			yes: {"AddressAssigned", "NotRequired"},
			no:  {"AddressPending", "AdoptionPending", "NoEndpoints", "NotDeployed", "NamespaceTerminating", "Deleting"},
		},
		v1alpha1.ConditionIsolated: {
			yes:     {"Isolated"},
			no:      {"SharedControllerValue", "ClusterWideSecrets", "RightsNotWithdrawn"},
			unknown: {"NotAccepted"},
		},
		v1alpha1.ConditionSourceIPPreserved: {
			yes:     {"LocalTraffic", "ProxyProtocol", "ForwardedHeaders", "InsideCluster"},
			no:      {"NodeAddressSeen", "AllowListIneffective"},
			unknown: {"DependsOnLoadBalancer", "NotAccepted"},
		},
		v1alpha1.ConditionProviderSupported: {
			yes:     {"Supported"},
			no:      {"EndOfLife"},
			unknown: {"Unverified", "ImageOverridden", "NotAccepted"},
		},
		v1alpha1.ConditionProgressing: {
			yes: {"RollingOut", "SwitchingProvider", "AdoptingService", "AwaitingAddress", "NamespaceTerminating", "Deleting", "Retrying"},
			no:  {"UpToDate", "AnswersDiffer", "LoadBalancerChangePending", "Overridden", "Stalled"},

			unknown: {"ComparisonImpossible"},
		},
	}
}

// check computes a status and compares some of its conditions.
func check(t *testing.T, tenant *v1alpha1.IngressTenant, o status.Observed, want map[string]answer) {
	t.Helper()

	conditions := compute(t, tenant, o).Conditions

	got := map[string]answer{}
	for conditionType := range want {
		if c := meta.FindStatusCondition(conditions, conditionType); c != nil {
			got[conditionType] = answer{c.Status, c.Reason, c.Message}
		}
	}

	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("conditions (-want +got):\n%s", diff)
	}
}
