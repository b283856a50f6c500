// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import (
	corev1 "k8s.io/api/core/v1"
)

// ControllerSpec is the ingress controller that serves a tenant.
//
// +kubebuilder:validation:MinProperties=1
// +kubebuilder:validation:XValidation:rule="!(has(self.replicas) && has(self.autoscaling))",message="`replicas` and `autoscaling` exclude each other: remove one"
// +kubebuilder:validation:XValidation:rule="!has(self.autoscaling) || !has(self.resources) || !('cpu' in self.resources.?requests.orValue({})) || !isQuantity(string(self.resources.requests['cpu'])) || quantity(string(self.resources.requests['cpu'])).compareTo(quantity('0')) != 0",message="`autoscaling` goes by the use of the requested CPU: `cpu` in `resources.requests` must be more than 0"
// +kubebuilder:validation:XValidation:rule="!has(self.autoscaling) || !has(self.resources) || !has(self.resources.requests) || 'cpu' in self.resources.requests || 'cpu' in self.resources.?limits.orValue({})",message="`autoscaling` goes by the use of the requested CPU: add `cpu` to `resources.requests`"
type ControllerSpec struct {
	// provider is the ingress controller's implementation. Omitted, it is
	// `Traefik`.
	// +optional
	Provider ProviderName `json:"provider,omitempty"`

	// version is the implementation's version, such as `v3.7.20`; one that the
	// operator knows. Omitted, it is the operator's default for the provider,
	// which changes when the operator is upgraded.
	// +optional
	// +kubebuilder:validation:MinLength=6
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:Pattern=`^v[0-9]+\.[0-9]+\.[0-9]+$`
	Version string `json:"version,omitempty"`

	// image replaces the provider's image, for a mirror or a build of your own.
	// It must be the same implementation at a compatible version. Omitted, it is
	// the operator's image for the provider and version.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=512
	// +kubebuilder:validation:Pattern=`^[a-zA-Z0-9][a-zA-Z0-9._:/@-]*$`
	// +kubebuilder:validation:XValidation:rule="!self.matches('^[a-zA-Z0-9][a-zA-Z0-9._:/@-]*$') || self.matches('^(([a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?)([.][a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?)*(:[0-9]+)?/)?[a-z0-9]+(([.]|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+(([.]|_|__|-+)[a-z0-9]+)*)*(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@[a-z0-9]+:[0-9a-f]{64,128})?$')",message="`image` must be an image reference, such as `registry.example.com/mirror/traefik:v3.7.20`"
	Image string `json:"image,omitempty"`

	// replicas is the number of controller pods, 1 to 100. Omitted, it is 2,
	// unless `autoscaling` is set.
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=100
	Replicas int32 `json:"replicas,omitempty"`

	// autoscaling lets a HorizontalPodAutoscaler set the number of pods.
	// Omitted, the number is fixed.
	// +optional
	Autoscaling *AutoscalingSpec `json:"autoscaling,omitempty"`

	// resources are the controller container's compute resources. Omitted,
	// it requests 100m of CPU and 128Mi of memory and has no limits.
	// +optional
	Resources *ResourcesSpec `json:"resources,omitempty"`

	// nodeSelector are the labels that a node must have to run the pods, at most
	// 16. Omitted, any node will do.
	// +optional
	// +kubebuilder:validation:MinProperties=1
	// +kubebuilder:validation:MaxProperties=16
	// +kubebuilder:validation:XValidation:rule="self.all(k, k.size() <= 317 && k.indexOf('/') <= 253 && k.matches('^([a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$'))",message="each key must be a label key, such as `kubernetes.io/arch`"
	NodeSelector map[string]LabelValue `json:"nodeSelector,omitempty"`

	// tolerations are the node taints that the pods tolerate, at most 16.
	// Omitted, they tolerate none.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=16
	// +kubebuilder:validation:items:XValidation:rule="self.?operator.orValue('Equal') in ['Exists', 'Equal']",message="`operator` must be `Exists` or `Equal`"
	// +kubebuilder:validation:items:XValidation:rule="self.?effect.orValue('') in ['', 'NoSchedule', 'PreferNoSchedule', 'NoExecute']",message="`effect` must be one of `NoSchedule`, `PreferNoSchedule` and `NoExecute`, or be omitted"
	// +kubebuilder:validation:items:XValidation:rule="self.?key.orValue('') != '' || self.?operator.orValue('') == 'Exists'",message="without a `key`, `operator` must be `Exists`"
	// +kubebuilder:validation:items:XValidation:rule="self.?key.orValue('').size() <= 317",message="`key` must be at most 317 characters"
	// +kubebuilder:validation:items:XValidation:rule="self.?operator.orValue('') != 'Exists' || self.?value.orValue('') == ''",message="`value` must be omitted when `operator` is `Exists`"
	// +kubebuilder:validation:items:XValidation:rule="self.?value.orValue('').size() <= 63",message="`value` must be at most 63 characters"
	// +kubebuilder:validation:items:XValidation:rule="!has(self.key) || !self.key.matches('\\\\s|=')",message="`key` must be a label key, without spaces and without `=`: the value is a field of its own"
	// +kubebuilder:validation:items:XValidation:rule="!has(self.value) || !self.value.matches('\\\\s|/')",message="`value` must be a label value, without spaces and without `/`"
	// +kubebuilder:validation:items:XValidation:rule="!has(self.tolerationSeconds) || self.?effect.orValue('') == 'NoExecute'",message="`tolerationSeconds` may be set only when `effect` is `NoExecute`"
	Tolerations []corev1.Toleration `json:"tolerations,omitempty"`

	// topologySpread is how the pods spread over the cluster, at most 4
	// constraints. Omitted, they spread over nodes where possible.
	// +optional
	// +listType=map
	// +listMapKey=topologyKey
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=4
	TopologySpread []TopologySpreadConstraint `json:"topologySpread,omitempty"`

	// priorityClassName is the pods' PriorityClass. Omitted, it is the
	// cluster's default.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`
	PriorityClassName string `json:"priorityClassName,omitempty"`

	// config are entries of the implementation's own configuration, at most 64:
	// static configuration options for Traefik, ConfigMap keys for
	// ingress-nginx. Keys are at most 253 letters, digits, `-`, `_` and `.`. An
	// entry that would break the tenant's isolation is refused. Omitted, the
	// operator's settings stand alone.
	// +optional
	// +kubebuilder:validation:MinProperties=1
	// +kubebuilder:validation:MaxProperties=64
	// +kubebuilder:validation:XValidation:rule="self.all(k, k.size() <= 253 && k.matches('^[-A-Za-z0-9_.]+$'))",message="each key must be at most 253 letters, digits, `-`, `_` and `.`"
	// +kubebuilder:validation:XValidation:rule="self.all(k, !self[k].matches('[\\\\x00-\\\\x08\\\\x0b\\\\x0c\\\\x0e-\\\\x1f\\\\x7f]'))",message="each value must hold no control characters but tabs and line breaks"
	Config map[string]ConfigValue `json:"config,omitempty"`

	// extraArgs are arguments added to the controller's command line, at most
	// 32, each as `--name` or `--name=value`. One that would break the tenant's
	// isolation is refused. Omitted, the operator's arguments stand alone.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=32
	// +kubebuilder:validation:items:MinLength=3
	// +kubebuilder:validation:items:MaxLength=1024
	// +kubebuilder:validation:items:Pattern=`^--[a-zA-Z0-9]`
	// +kubebuilder:validation:items:XValidation:rule="!self.matches('[[:cntrl:]]')",message="an argument must hold no control characters"
	ExtraArgs []string `json:"extraArgs,omitempty"`

	// switchover is how a live tenant moves to another `provider`. With `Verify`
	// the new controller runs beside the old, and gets the tenant's Service once
	// it answers the same requests. With `Force` it does once its pods are ready.
	// `Recreate` is `Verify`, and consent to delete and create the IngressClass
	// anew where the providers cannot share its controller value: requests fail
	// for a few seconds. Omitted, it is `Verify`.
	// +optional
	Switchover Switchover `json:"switchover,omitempty"`

	// logLevel is the least severe level that the controller logs. Omitted, it
	// is `Info`.
	// +optional
	LogLevel LogLevel `json:"logLevel,omitempty"`

	// accessLog is whether the controller logs each request. Omitted, it is
	// `Disabled`.
	// +optional
	AccessLog Toggle `json:"accessLog,omitempty"`
}

// ProviderName names an ingress controller implementation.
//
// +kubebuilder:validation:Enum=Traefik;IngressNGINX;HAProxyIngress;HAProxy;NGINX
type ProviderName string

// The values of ProviderName.
const (
	// ProviderTraefik is Traefik Proxy, reading Ingresses through its
	// ingress-nginx-compatible provider.
	ProviderTraefik ProviderName = "Traefik"
	// ProviderIngressNGINX is kubernetes/ingress-nginx, retired in March 2026.
	ProviderIngressNGINX ProviderName = "IngressNGINX"
	// ProviderHAProxyIngress is jcmoraisjr/haproxy-ingress.
	ProviderHAProxyIngress ProviderName = "HAProxyIngress"
	// ProviderHAProxy is haproxytech/kubernetes-ingress, by HAProxy Technologies.
	ProviderHAProxy ProviderName = "HAProxy"
	// ProviderNGINX is nginx/kubernetes-ingress, by F5.
	ProviderNGINX ProviderName = "NGINX"
)

// Switchover is how a live tenant moves from one provider to another.
//
// +kubebuilder:validation:Enum=Verify;Force;Recreate
type Switchover string

// The values of Switchover.
const (
	// SwitchoverVerify moves when both controllers answer alike.
	SwitchoverVerify Switchover = "Verify"
	// SwitchoverForce moves when the new controller is ready.
	SwitchoverForce Switchover = "Force"
	// SwitchoverRecreate may delete the IngressClass and create it anew.
	SwitchoverRecreate Switchover = "Recreate"
)

// AutoscalingSpec bounds the number of controller pods.
//
// +kubebuilder:validation:XValidation:rule="!has(self.minReplicas) ? self.maxReplicas >= 2 : self.minReplicas <= self.maxReplicas",message="`maxReplicas` must not be less than `minReplicas`, which is 2 when omitted"
type AutoscalingSpec struct {
	// minReplicas is the least number of pods, 1 to 100. Omitted, it is 2.
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=100
	MinReplicas int32 `json:"minReplicas,omitempty"`

	// maxReplicas is the greatest number of pods, 1 to 100.
	// +required
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=100
	MaxReplicas int32 `json:"maxReplicas,omitempty"`

	// targetCPUUtilizationPercentage is the average use of the requested CPU
	// that the autoscaler aims at, 1 to 100 percent. Omitted, it is 80.
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=100
	TargetCPUUtilizationPercentage int32 `json:"targetCPUUtilizationPercentage,omitempty"`
}

// ResourcesSpec is the compute resources of the controller container.
//
// +kubebuilder:validation:MinProperties=1
// +kubebuilder:validation:XValidation:rule="!has(self.requests) || !has(self.limits) || self.requests.all(k, !(k in self.limits) || quantity(string(self.requests[k])).compareTo(quantity(string(self.limits[k]))) <= 0)",message="`requests` must not be greater than `limits`"
// +kubebuilder:validation:XValidation:rule="!has(self.requests) || self.requests.all(k, !(k.startsWith('hugepages-') || k.contains('/') && !k.contains('kubernetes.io/')) || has(self.limits) && k in self.limits && quantity(string(self.requests[k])).compareTo(quantity(string(self.limits[k]))) == 0)",message="a request of an extended resource or of huge pages needs an equal one in `limits`"
type ResourcesSpec struct {
	// requests are the resources that the container is sure to have, at most 6.
	// Omitted, they are 100m of CPU and 128Mi of memory, or the limits where
	// those are less.
	// +optional
	// +kubebuilder:validation:MinProperties=1
	// +kubebuilder:validation:MaxProperties=6
	// +kubebuilder:validation:XValidation:rule="self.all(k, k in ['cpu', 'memory', 'ephemeral-storage'] || k.startsWith('hugepages-') || k.contains('/'))",message="each resource must be `cpu`, `memory`, `ephemeral-storage`, `hugepages-<size>` or an extended one, such as `example.com/device`"
	// +kubebuilder:validation:XValidation:rule="self.all(k, !k.contains('/') || !k.startsWith('requests.') && k.size() <= 308 && k.indexOf('/') <= 244 && k.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*/[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$'))",message="the name of an extended resource must be like `example.com/device`"
	// +kubebuilder:validation:XValidation:rule="self.all(k, !string(self[k]).matches('[.-9]e') || isQuantity(string(self[k])))",message="each quantity must be a number with or without a unit, such as `100m` or `1e3`"
	// +kubebuilder:validation:XValidation:rule="self.all(k, !string(self[k]).matches('E[^i]') || isQuantity(string(self[k])))",message="each quantity must be a number with or without a unit, such as `100m` or `1E3`"
	// +kubebuilder:validation:XValidation:rule="self.all(k, !k.contains('/') || k.contains('kubernetes.io/') || !isQuantity(string(self[k])) || quantity(string(self[k])).isInteger())",message="an extended resource is counted in whole numbers"
	// +kubebuilder:validation:XValidation:rule="self.all(k, !isQuantity(string(self[k])) || !quantity(string(self[k])).isLessThan(quantity('0')))",message="each quantity must be 0 or more"
	Requests corev1.ResourceList `json:"requests,omitempty"`

	// limits are the resources that the container may use at most, 6 of them.
	// Omitted, there are none.
	// +optional
	// +kubebuilder:validation:MinProperties=1
	// +kubebuilder:validation:MaxProperties=6
	// +kubebuilder:validation:XValidation:rule="self.all(k, k in ['cpu', 'memory', 'ephemeral-storage'] || k.startsWith('hugepages-') || k.contains('/'))",message="each resource must be `cpu`, `memory`, `ephemeral-storage`, `hugepages-<size>` or an extended one, such as `example.com/device`"
	// +kubebuilder:validation:XValidation:rule="self.all(k, !k.contains('/') || !k.startsWith('requests.') && k.size() <= 308 && k.indexOf('/') <= 244 && k.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*/[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$'))",message="the name of an extended resource must be like `example.com/device`"
	// +kubebuilder:validation:XValidation:rule="self.all(k, !string(self[k]).matches('[.-9]e') || isQuantity(string(self[k])))",message="each quantity must be a number with or without a unit, such as `100m` or `1e3`"
	// +kubebuilder:validation:XValidation:rule="self.all(k, !string(self[k]).matches('E[^i]') || isQuantity(string(self[k])))",message="each quantity must be a number with or without a unit, such as `100m` or `1E3`"
	// +kubebuilder:validation:XValidation:rule="self.all(k, !k.contains('/') || k.contains('kubernetes.io/') || !isQuantity(string(self[k])) || quantity(string(self[k])).isInteger())",message="an extended resource is counted in whole numbers"
	// +kubebuilder:validation:XValidation:rule="self.all(k, !isQuantity(string(self[k])) || !quantity(string(self[k])).isLessThan(quantity('0')))",message="each quantity must be 0 or more"
	Limits corev1.ResourceList `json:"limits,omitempty"`
}

// TopologySpreadConstraint spreads the controller pods over the values of one
// node label.
type TopologySpreadConstraint struct {
	// topologyKey is the node label, such as `topology.kubernetes.io/zone`.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=317
	// +kubebuilder:validation:Pattern=`^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$`
	// +kubebuilder:validation:XValidation:rule="self.indexOf('/') <= 253",message="the part before the `/` must be at most 253 characters"
	TopologyKey string `json:"topologyKey,omitempty"`

	// maxSkew is the greatest difference in pods between two of the label's
	// values, 1 to 100. Omitted, it is 1.
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=100
	MaxSkew int32 `json:"maxSkew,omitempty"`

	// whenUnsatisfiable is what the scheduler does with a pod that would exceed
	// `maxSkew`. Omitted, it is `ScheduleAnyway`.
	// +optional
	WhenUnsatisfiable UnsatisfiableAction `json:"whenUnsatisfiable,omitempty"`
}

// UnsatisfiableAction is what the scheduler does with a pod that breaks a
// spread constraint.
//
// +kubebuilder:validation:Enum=DoNotSchedule;ScheduleAnyway
type UnsatisfiableAction string

// The values of UnsatisfiableAction.
const (
	DoNotSchedule  UnsatisfiableAction = "DoNotSchedule"
	ScheduleAnyway UnsatisfiableAction = "ScheduleAnyway"
)

// ConfigValue is one value of the controller's own configuration. It may have
// several lines, and no other control characters than those need.
//
// +kubebuilder:validation:MaxLength=4096
type ConfigValue string

// LogLevel is the least severe level that is logged.
//
// +kubebuilder:validation:Enum=Error;Warn;Info;Debug
type LogLevel string

// The values of LogLevel.
const (
	LogError LogLevel = "Error"
	LogWarn  LogLevel = "Warn"
	LogInfo  LogLevel = "Info"
	LogDebug LogLevel = "Debug"
)
