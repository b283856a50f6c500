// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package desired_test

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"pgregory.net/rapid"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider/all"
)

// What the API accepts.
const (
	dnsLabel     = `[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?`
	dnsSubdomain = `[a-z0-9]([-a-z0-9]{0,28}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,28}[a-z0-9])?)?`
	labelKey     = `([a-z]{1,9}\.example/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?`
	labelValue   = `([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?`
)

// scenarios draws tenants that the API and the providers accept, in all sorts of
// clusters.
func scenarios() *rapid.Generator[scenario] {
	return rapid.Custom(func(t *rapid.T) scenario {
		spec := v1alpha1.IngressTenantSpec{
			IngressClass: maybe(t, "ingressClass", classes()),
			Namespaces:   maybe(t, "namespaces", namespaces()),
			Controller:   maybe(t, "controller", controllers()),
			Exposure:     maybe(t, "exposure", exposures()),
			Policy:       maybe(t, "policy", policies()),
		}
		fit(&spec)

		return scenario{
			Tenant: v1alpha1.IngressTenant{
				ObjectMeta: metav1.ObjectMeta{Name: rapid.StringMatching(dnsLabel).Draw(t, "name")},
				Spec:       spec,
			},
			Cluster: clusters(spec).Draw(t, "cluster"),
		}
	})
}

// clusters draws clusters in which a tenant of the spec is not refused.
func clusters(spec v1alpha1.IngressTenantSpec) *rapid.Generator[cluster] {
	return rapid.Custom(func(t *rapid.T) cluster {
		optional := []string{"NetworkPolicy", "PodDisruptionBudget"}
		if spec.Controller == nil || spec.Controller.Autoscaling == nil {
			optional = append(optional, "HorizontalPodAutoscaler")
		}

		most := 5
		if !capabilities(&spec).NamespaceLists {
			most = 1
		}

		serves := rapid.SliceOfNDistinct(rapid.StringMatching(dnsLabel), 0, most, rapid.ID).Draw(t, "serves")
		slices.Sort(serves)

		return cluster{
			Serves:            serves,
			Addresses:         rapid.SliceOfN(rapid.SampledFrom([]string{"203.0.113.10", "2001:db8::10", "lb.example.com"}), 0, 2).Draw(t, "addresses"),
			DefaultClassTaken: rapid.Bool().Draw(t, "defaultClassTaken"),
			AdoptsNamespace:   rapid.Bool().Draw(t, "adoptsNamespace"),
			Lacks:             rapid.SliceOfNDistinct(rapid.SampledFrom(optional), 0, len(optional), rapid.ID).Draw(t, "lacks"),
		}
	})
}

func classes() *rapid.Generator[v1alpha1.IngressClassSpec] {
	return rapid.Custom(func(t *rapid.T) v1alpha1.IngressClassSpec {
		return v1alpha1.IngressClassSpec{
			Name:    optional(t, "name", rapid.StringMatching(dnsSubdomain)),
			Default: optional(t, "default", rapid.SampledFrom([]v1alpha1.Toggle{v1alpha1.Enabled, v1alpha1.Disabled})),
		}
	})
}

// namespaces draws a choice of namespaces. Which of them exist is the cluster's
// affair.
func namespaces() *rapid.Generator[v1alpha1.NamespacesSpec] {
	return rapid.Just(v1alpha1.NamespacesSpec{
		Selector: &v1alpha1.NamespaceSelector{MatchLabels: map[string]v1alpha1.LabelValue{"example.com/team": "blog"}},
	})
}

func controllers() *rapid.Generator[v1alpha1.ControllerSpec] {
	return rapid.Custom(func(t *rapid.T) v1alpha1.ControllerSpec {
		spec := v1alpha1.ControllerSpec{
			Image:             optional(t, "image", rapid.Just("registry.example.com/mirror/controller:v1")),
			Resources:         maybe(t, "resources", resources()),
			NodeSelector:      rapid.MapOfN(rapid.StringMatching(labelKey), as[v1alpha1.LabelValue](rapid.StringMatching(labelValue)), 0, 3).Draw(t, "nodeSelector"),
			Tolerations:       rapid.SliceOfN(tolerations(), 0, 3).Draw(t, "tolerations"),
			TopologySpread:    rapid.SliceOfNDistinct(constraints(), 0, 3, topologyKey).Draw(t, "topologySpread"),
			PriorityClassName: optional(t, "priorityClassName", rapid.StringMatching(dnsSubdomain)),
			LogLevel: optional(t, "logLevel", rapid.SampledFrom([]v1alpha1.LogLevel{
				v1alpha1.LogError, v1alpha1.LogWarn, v1alpha1.LogInfo, v1alpha1.LogDebug,
			})),
			AccessLog: optional(t, "accessLog", rapid.SampledFrom([]v1alpha1.Toggle{v1alpha1.Enabled, v1alpha1.Disabled})),
		}

		if rapid.Bool().Draw(t, "autoscaled") {
			spec.Autoscaling = new(autoscalers().Draw(t, "autoscaling"))
			requestCPU(spec.Resources)
		} else {
			spec.Replicas = optional(t, "replicas", rapid.Int32Range(1, 100))
		}

		addProvider(t, &spec)

		return spec
	})
}

// settings are some of what tenants may set of a provider's own.
func settings(name v1alpha1.ProviderName) (keys, args []string) {
	switch name {
	case v1alpha1.ProviderIngressNGINX:
		return []string{"proxy-body-size", "use-gzip", "worker-processes"}, []string{"--metrics-per-host=false", "--disable-catch-all"}
	case v1alpha1.ProviderHAProxyIngress:
		return []string{"timeout-client", "timeout-server", "proxy-body-size"}, []string{"--sort-backends", "--rate-limit-update=2"}
	case v1alpha1.ProviderHAProxy:
		return []string{"timeout-client", "maxconn", "load-balance"}, []string{"--disable-ipv6", "--sync-period=5s"}
	case v1alpha1.ProviderNGINX:
		return []string{"proxy-connect-timeout", "client-max-body-size", "http2"}, []string{"--ssl-dynamic-reload=false"}
	case v1alpha1.ProviderTraefik:
	}

	return []string{"accessLog.format", "entryPoints.web.http.maxHeaderBytes", "serversTransport.maxIdleConnsPerHost"},
		[]string{"--metrics.prometheus.addRoutersLabels", "--log.format=json"}
}

// addProvider draws the provider and the fields whose values differ between
// providers.
func addProvider(t *rapid.T, spec *v1alpha1.ControllerSpec) {
	var names []v1alpha1.ProviderName
	for _, p := range all.All() {
		names = append(names, p.Descriptor().Name)
	}

	spec.Provider = optional(t, "provider", rapid.SampledFrom(names))
	keys, args := settings(spec.Provider)
	spec.Config = rapid.MapOfN(rapid.SampledFrom(keys), as[v1alpha1.ConfigValue](rapid.StringMatching(`[a-z0-9]{0,9}`)), 0, len(keys)).Draw(t, "config")
	spec.ExtraArgs = rapid.SliceOfNDistinct(rapid.SampledFrom(args), 0, len(args), rapid.ID).Draw(t, "extraArgs")
}

// capabilities are what the spec's provider can do.
func capabilities(spec *v1alpha1.IngressTenantSpec) provider.Capabilities {
	name := provider.Default
	if spec.Controller != nil && spec.Controller.Provider != "" {
		name = spec.Controller.Provider
	}

	for _, p := range all.All() {
		if d := p.Descriptor(); d.Name == name {
			return d.Capabilities
		}
	}

	return provider.Capabilities{}
}

// fit makes a spec one that its provider does not refuse.
func fit(spec *v1alpha1.IngressTenantSpec) {
	can := capabilities(spec)

	if can.RawConfiguration {
		if spec.Policy == nil {
			spec.Policy = &v1alpha1.PolicySpec{}
		}

		spec.Policy.Snippets = v1alpha1.Allow
	}

	if spec.Policy != nil && !can.ExternalNames {
		spec.Policy.ExternalNameServices = ""
	}

	// It reads its configuration only where it serves all namespaces.
	if spec.Controller != nil && spec.Controller.Provider == v1alpha1.ProviderHAProxyIngress && spec.Namespaces != nil {
		spec.Controller.Config, spec.Controller.AccessLog = nil, ""
	}
}

func autoscalers() *rapid.Generator[v1alpha1.AutoscalingSpec] {
	return rapid.Custom(func(t *rapid.T) v1alpha1.AutoscalingSpec {
		least := optional(t, "minReplicas", rapid.Int32Range(1, 100))

		return v1alpha1.AutoscalingSpec{
			MinReplicas:                    least,
			MaxReplicas:                    rapid.Int32Range(max(least, 2), 100).Draw(t, "maxReplicas"),
			TargetCPUUtilizationPercentage: optional(t, "targetCPUUtilizationPercentage", rapid.Int32Range(1, 100)),
		}
	})
}

// resources draws requests and limits of which either may be omitted, for each
// resource by itself.
func resources() *rapid.Generator[v1alpha1.ResourcesSpec] {
	return rapid.Custom(func(t *rapid.T) v1alpha1.ResourcesSpec {
		spec := v1alpha1.ResourcesSpec{Requests: corev1.ResourceList{}, Limits: corev1.ResourceList{}}

		for _, key := range []corev1.ResourceName{corev1.ResourceCPU, corev1.ResourceMemory} {
			limit := rapid.Int64Range(1, 1<<30).Draw(t, fmt.Sprintf("limits[%s]", key))
			if rapid.Bool().Draw(t, fmt.Sprintf("limits %s", key)) {
				spec.Limits[key] = *resource.NewMilliQuantity(limit, resource.DecimalSI)
			}

			if rapid.Bool().Draw(t, fmt.Sprintf("requests %s", key)) {
				request := rapid.Int64Range(1, limit).Draw(t, fmt.Sprintf("requests[%s]", key))
				spec.Requests[key] = *resource.NewMilliQuantity(request, resource.DecimalSI)
			}
		}

		return spec
	})
}

// requestCPU adds what the API wants of a tenant with an autoscaler: of requests,
// if there are any, one is of CPU.
func requestCPU(spec *v1alpha1.ResourcesSpec) {
	if spec == nil || len(spec.Requests) == 0 {
		return
	}

	_, requested := spec.Requests[corev1.ResourceCPU]
	if _, limited := spec.Limits[corev1.ResourceCPU]; !requested && !limited {
		spec.Requests[corev1.ResourceCPU] = resource.MustParse("50m")
	}
}

func tolerations() *rapid.Generator[corev1.Toleration] {
	return rapid.SampledFrom([]corev1.Toleration{
		{Operator: corev1.TolerationOpExists},
		{Key: "edge", Effect: corev1.TaintEffectNoSchedule},
		{Key: "edge", Operator: corev1.TolerationOpEqual, Value: "true"},
		{Key: "edge", Operator: corev1.TolerationOpExists, Effect: corev1.TaintEffectNoExecute, TolerationSeconds: new(int64(0))},
	})
}

func constraints() *rapid.Generator[v1alpha1.TopologySpreadConstraint] {
	return rapid.Custom(func(t *rapid.T) v1alpha1.TopologySpreadConstraint {
		return v1alpha1.TopologySpreadConstraint{
			TopologyKey: rapid.StringMatching(labelKey).Draw(t, "topologyKey"),
			MaxSkew:     optional(t, "maxSkew", rapid.Int32Range(1, 100)),
			WhenUnsatisfiable: optional(t, "whenUnsatisfiable", rapid.SampledFrom([]v1alpha1.UnsatisfiableAction{
				v1alpha1.DoNotSchedule, v1alpha1.ScheduleAnyway,
			})),
		}
	})
}

func topologyKey(constraint v1alpha1.TopologySpreadConstraint) string {
	return constraint.TopologyKey
}

func exposures() *rapid.Generator[v1alpha1.ExposureSpec] {
	return rapid.Custom(func(t *rapid.T) v1alpha1.ExposureSpec {
		spec := v1alpha1.ExposureSpec{Type: rapid.SampledFrom([]v1alpha1.ExposureType{
			v1alpha1.ExposureLoadBalancer, v1alpha1.ExposureNodePort, v1alpha1.ExposureClusterIP,
		}).Draw(t, "type")}

		if spec.Type != v1alpha1.ExposureClusterIP {
			spec.ExternalTrafficPolicy = optional(t, "externalTrafficPolicy", rapid.SampledFrom([]v1alpha1.ExternalTrafficPolicy{
				v1alpha1.ExternalTrafficCluster, v1alpha1.ExternalTrafficLocal,
			}))
		}

		switch spec.Type {
		case v1alpha1.ExposureLoadBalancer:
			spec.LoadBalancer = maybe(t, "loadBalancer", balancers())
			if spec.LoadBalancer != nil && spec.LoadBalancer.Adopt != nil {
				spec.ExternalTrafficPolicy = ""
			}
		case v1alpha1.ExposureNodePort:
			spec.NodePort = maybe(t, "nodePort", rapid.Custom(func(t *rapid.T) v1alpha1.NodePortExposure {
				return v1alpha1.NodePortExposure{
					HTTP:  optional(t, "http", rapid.Int32Range(30000, 31000)),
					HTTPS: optional(t, "https", rapid.Int32Range(31001, 32767)),
				}
			}))
		case v1alpha1.ExposureClusterIP:
			// It has no settings.
		}

		return spec
	})
}

// balancers draws load balancers of every scope, on platforms that take any
// annotation and on one that adds its own.
func balancers() *rapid.Generator[v1alpha1.LoadBalancerExposure] {
	return rapid.Custom(func(t *rapid.T) v1alpha1.LoadBalancerExposure {
		block := v1alpha1.LoadBalancerExposure{
			Scope:                optional(t, "scope", rapid.SampledFrom([]v1alpha1.LoadBalancerScope{v1alpha1.ScopeExternal, v1alpha1.ScopeInternal, v1alpha1.ScopeBoth})),
			Platform:             rapid.SampledFrom([]v1alpha1.LoadBalancerPlatform{v1alpha1.PlatformAWS, v1alpha1.PlatformAzure}).Draw(t, "platform"),
			LoadBalancerSettings: balancerSettings().Draw(t, "settings"),
		}

		if block.Scope != v1alpha1.ScopeInternal && block.Scope != v1alpha1.ScopeBoth && rapid.Bool().Draw(t, "no platform") {
			block.Platform = ""
		}

		if block.Scope == v1alpha1.ScopeBoth {
			block.Internal = maybe(t, "internal", rapid.Custom(func(t *rapid.T) v1alpha1.InternalLoadBalancer {
				return v1alpha1.InternalLoadBalancer{LoadBalancerSettings: balancerSettings().Draw(t, "settings")}
			}))
		}

		// Beside a Service that exists only the scope may be set.
		if block.Scope != v1alpha1.ScopeBoth && rapid.IntRange(0, 3).Draw(t, "adopts a Service") == 0 {
			return v1alpha1.LoadBalancerExposure{Scope: block.Scope, Adopt: &v1alpha1.LoadBalancerAdoption{ServiceName: "edge"}}
		}

		return block
	})
}

func balancerSettings() *rapid.Generator[v1alpha1.LoadBalancerSettings] {
	return rapid.Custom(func(t *rapid.T) v1alpha1.LoadBalancerSettings {
		return v1alpha1.LoadBalancerSettings{
			Class:               optional(t, "class", rapid.StringMatching(labelKey)),
			AllowedSourceRanges: rapid.SliceOfNDistinct(rapid.SampledFrom([]v1alpha1.CIDR{"192.0.2.0/24", "2001:db8::/32"}), 0, 2, rapid.ID).Draw(t, "allowedSourceRanges"),
			Annotations:         rapid.MapOfN(rapid.StringMatching(labelKey), as[v1alpha1.AnnotationValue](rapid.StringN(0, 20, -1)), 0, 3).Draw(t, "annotations"),
		}
	})
}

func policies() *rapid.Generator[v1alpha1.PolicySpec] {
	return rapid.Custom(func(t *rapid.T) v1alpha1.PolicySpec {
		policy := rapid.SampledFrom([]v1alpha1.AccessPolicy{v1alpha1.Allow, v1alpha1.Deny})

		return v1alpha1.PolicySpec{
			ExternalNameServices: optional(t, "externalNameServices", policy),
			Snippets:             optional(t, "snippets", policy),
		}
	})
}

// maybe draws a value, or nil for a block that is omitted.
func maybe[V any](t *rapid.T, label string, values *rapid.Generator[V]) *V {
	return rapid.Ptr(values, true).Draw(t, label)
}

// optional draws a value, or nothing for a field that is omitted.
func optional[V any](t *rapid.T, label string, values *rapid.Generator[V]) V {
	var omitted V

	return rapid.OneOf(rapid.Just(omitted), values).Draw(t, label)
}

// as gives drawn strings a type.
func as[V ~string](values *rapid.Generator[string]) *rapid.Generator[V] {
	return rapid.Map(values, func(s string) V { return V(s) })
}
