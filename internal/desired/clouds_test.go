// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package desired_test

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/desired"
	"github.com/ingresstenant/ingress-tenant-operator/internal/platform/cloud"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider/all"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
	"github.com/ingresstenant/ingress-tenant-operator/test/golden"
)

// cloudFiles is where the Services of all clouds and providers are.
func cloudFiles(name string) string {
	return filepath.Join("testdata", "clouds", name+outputSuffix)
}

// cloudSettings is what a tenant has to say to a platform beside its scope.
func cloudSettings(platform v1alpha1.LoadBalancerPlatform, scope v1alpha1.LoadBalancerScope) v1alpha1.LoadBalancerSettings {
	annotations := map[v1alpha1.LoadBalancerPlatform]map[v1alpha1.LoadBalancerScope]map[string]v1alpha1.AnnotationValue{
		v1alpha1.PlatformTencent: {v1alpha1.ScopeInternal: {"service.kubernetes.io/qcloud-loadbalancer-internal-subnetid": "subnet-a"}},
		v1alpha1.PlatformHuawei: {
			v1alpha1.ScopeExternal: {"kubernetes.io/elb.autocreate": `{"type":"public","bandwidth_size":5,"bandwidth_sharetype":"PER","eip_type":"5_bgp"}`},
			v1alpha1.ScopeInternal: {"kubernetes.io/elb.autocreate": `{"type":"inner"}`},
		},
		v1alpha1.PlatformMetalLB: {
			v1alpha1.ScopeExternal: {"metallb.io/address-pool": "outside"},
			v1alpha1.ScopeInternal: {"metallb.io/address-pool": "inside"},
		},
		v1alpha1.PlatformNone: {v1alpha1.ScopeInternal: {"example.com/internal": "true"}},
	}

	return v1alpha1.LoadBalancerSettings{Annotations: annotations[platform][scope]}
}

// cloudExposures are a tenant's ways to be exposed on a platform, by name.
func cloudExposures(platform v1alpha1.LoadBalancerPlatform) map[string]v1alpha1.ExposureSpec {
	found := map[string]v1alpha1.ExposureSpec{}

	for _, scope := range []v1alpha1.LoadBalancerScope{v1alpha1.ScopeExternal, v1alpha1.ScopeInternal, v1alpha1.ScopeBoth} {
		block := &v1alpha1.LoadBalancerExposure{Platform: platform, Scope: scope, LoadBalancerSettings: cloudSettings(platform, scope)}

		if scope == v1alpha1.ScopeBoth {
			block.LoadBalancerSettings = cloudSettings(platform, v1alpha1.ScopeExternal)
			if internal := cloudSettings(platform, v1alpha1.ScopeInternal); internal.Annotations != nil {
				block.Internal = &v1alpha1.InternalLoadBalancer{LoadBalancerSettings: internal}
			}
		}

		found[string(scope)] = v1alpha1.ExposureSpec{Type: v1alpha1.ExposureLoadBalancer, LoadBalancer: block}
	}

	return found
}

// servicesOf are a tenant's Services, in their order.
func servicesOf(t *testing.T, provider v1alpha1.ProviderName, exposure v1alpha1.ExposureSpec) []*corev1.Service {
	t.Helper()

	s := scenario{Tenant: v1alpha1.IngressTenant{ObjectMeta: metav1.ObjectMeta{Name: "blog"}}}
	s.Tenant.Spec.Exposure = &exposure
	s.Tenant.Spec.Controller = &v1alpha1.ControllerSpec{Provider: provider}
	s.Tenant.Spec.Namespaces = &v1alpha1.NamespacesSpec{Names: []string{"shop"}}
	s.Cluster.Serves = []string{"shop"}
	fit(&s.Tenant.Spec)

	_, objects := render(t, s)

	return every[*corev1.Service](decode(t, objects))
}

// TestClouds holds the Services of every platform and scope to a file for each
// platform. A difference is what the cloud will see.
func TestClouds(t *testing.T) {
	t.Parallel()

	for _, profile := range cloud.Profiles() {
		t.Run(string(profile.Platform), func(t *testing.T) {
			t.Parallel()

			rendered := map[string]any{}

			for name, exposure := range cloudExposures(profile.Platform) {
				rendered[name] = servicesOf(t, v1alpha1.ProviderTraefik, exposure)
			}

			compareFile(t, cloudFiles(strings.ToLower(string(profile.Platform))), rendered)
		})
	}
}

// TestCloudsOfEveryProvider has every provider, exposure and platform in one
// line each, in a file for each provider: what clients reach does not depend on
// who serves them.
func TestCloudsOfEveryProvider(t *testing.T) {
	t.Parallel()

	for _, each := range all.All() {
		name := each.Descriptor().Name

		t.Run(string(name), func(t *testing.T) {
			t.Parallel()

			rendered := map[string][]string{}
			add := func(title string, exposure v1alpha1.ExposureSpec) {
				for _, service := range servicesOf(t, name, exposure) {
					rendered[title] = append(rendered[title], brief(service))
				}
			}

			for _, kind := range []v1alpha1.ExposureType{v1alpha1.ExposureNodePort, v1alpha1.ExposureClusterIP, v1alpha1.ExposureLoadBalancer} {
				add(string(kind), v1alpha1.ExposureSpec{Type: kind})
			}

			for _, profile := range cloud.Profiles() {
				for scope, exposure := range cloudExposures(profile.Platform) {
					add(fmt.Sprintf("LoadBalancer %s %s", profile.Platform, scope), exposure)
				}
			}

			compareFile(t, cloudFiles("provider-"+strings.ToLower(string(name))), rendered)
		})
	}
}

// brief is a Service in one line.
func brief(service *corev1.Service) string {
	words := []string{service.Name, string(service.Spec.Type), "to " + service.Spec.Selector[tenant.LabelProvider]}

	if service.Spec.LoadBalancerClass != nil {
		words = append(words, "class "+*service.Spec.LoadBalancerClass)
	}

	if scope := service.Labels[tenant.LabelScope]; scope != "" {
		words = append(words, "label "+scope)
	}

	for _, key := range slices.Sorted(maps.Keys(service.Annotations)) {
		if key != tenant.AnnotationDesiredHash && key != tenant.AnnotationLoadBalancer {
			words = append(words, key+"="+service.Annotations[key])
		}
	}

	return strings.Join(words, " ")
}

// compareFile holds a value, as YAML, to a golden file.
func compareFile(t *testing.T, path string, value any) {
	t.Helper()

	got, err := yaml.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}

	golden.Compare(t, path, got)
}

// The messages of refusals name the field, whichever load balancer it is about.
func TestRefusedLoadBalancers(t *testing.T) {
	t.Parallel()

	for name, c := range map[string]struct{ block, want string }{
		"the only one": {
			`{scope: Internal}`,
			"spec.exposure.loadBalancer.scope: without a platform the operator does not know how to ask for an internal load balancer, and would expose the tenant to the internet; " +
				"set platform, or the annotations or class that ask for it",
		},
		"the internal one of two": {
			`{scope: Both, annotations: {example.com/a: b}}`,
			"spec.exposure.loadBalancer.internal.scope: without a platform the operator does not know how to ask for an internal load balancer, and would expose the tenant to the internet; " +
				"set platform, or the annotations or class that ask for it",
		},
		"the external one's pool for the internal one": {
			`{scope: Both, platform: MetalLB, annotations: {metallb.io/address-pool: outside}}`,
			"spec.exposure.loadBalancer.internal.annotations: scope Internal on platform MetalLB needs metallb.io/address-pool: the name of the IPAddressPool of internal addresses",
		},
		"a class of the external one that cannot be the internal one's": {
			`{scope: Both, platform: GCP, class: networking.gke.io/l4-regional-external}`,
			"spec.exposure.loadBalancer.internal.class: networking.gke.io/l4-regional-external is for the other scope, but Internal is asked for; omit class, or change scope",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			in, err := exposed(t, `{type: LoadBalancer, loadBalancer: `+c.block+`}`).input()
			if err != nil {
				t.Fatal(err)
			}

			_, err = desired.Objects(in)
			if err == nil {
				t.Fatal("it is not refused")
			}

			if diff := cmp.Diff(c.want, err.Error()); diff != "" {
				t.Errorf("message (-want +got):\n%s", diff)
			}
		})
	}
}
