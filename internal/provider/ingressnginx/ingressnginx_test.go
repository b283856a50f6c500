// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package ingressnginx_test

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider/ingressnginx"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider/providertest"
)

// defaults are the arguments of a tenant that asks for nothing and has no
// namespace yet.
func defaults() []string {
	return []string{
		"/nginx-ingress-controller",
		"--configmap=ingress-blog/ingress-nginx",
		"--controller-class=ingresstenant.io/blog",
		"--disable-svc-external-name=true",
		"--election-id=ingress-nginx-tenant",
		"--enable-annotation-validation=true",
		"--enable-metrics=true",
		"--healthz-port=10254",
		"--http-port=8080",
		"--https-port=8443",
		"--ingress-class=blog",
		"--ingress-class-by-name=false",
		"--publish-service=ingress-blog/ingress-blog",
		"--shutdown-grace-period=15",
		"--update-status-on-shutdown=false",
		"--v=2",
		"--watch-ingress-without-class=false",
		"--watch-namespace=ingress-blog",
	}
}

func TestArguments(t *testing.T) {
	t.Parallel()

	class := providertest.Blog(nil)
	class.Spec.IngressClass = &v1alpha1.IngressClassSpec{Name: "nginx"}

	providertest.CheckArguments(t, ingressnginx.Provider{}, defaults(), map[string]providertest.Arguments{
		"nothing asked for": {
			Request: provider.Request{Tenant: providertest.Blog(nil)},
		},
		"a class of another name": {
			Request: provider.Request{Tenant: class},
			Without: []string{"--ingress-class=blog"},
			With:    []string{"--ingress-class=nginx"},
		},
		"one namespace": {
			Request: provider.Request{Tenant: providertest.Blog(nil), Namespaces: provider.Namespaces{Names: []string{"blog"}}},
			Without: []string{"--watch-namespace=ingress-blog"},
			With:    []string{"--watch-namespace=blog"},
		},
		"all namespaces": {
			Request: provider.Request{Tenant: providertest.Blog(nil), Namespaces: provider.Namespaces{All: true}},
			Without: []string{"--watch-namespace=ingress-blog"},
		},
		"all namespaces, whatever their names": {
			Request: provider.Request{Tenant: providertest.Blog(nil), Namespaces: provider.Namespaces{All: true, Names: []string{"blog", "news"}}},
			Without: []string{"--watch-namespace=ingress-blog"},
		},
		"addresses that another implementation publishes": {
			Request: provider.Request{Tenant: providertest.Blog(nil), Standby: true},
			With:    []string{"--update-status=false"},
		},
		"a policy that permits": {
			Request: provider.Request{Tenant: providertest.Permissive(nil)},
			Without: []string{"--disable-svc-external-name=true"},
			With:    []string{"--disable-svc-external-name=false"},
		},
		"few logs": {
			Request: provider.Request{Tenant: providertest.Blog(&v1alpha1.ControllerSpec{LogLevel: v1alpha1.LogError})},
			Without: []string{"--v=2"},
			With:    []string{"--v=0"},
		},
		"many logs": {
			Request: provider.Request{Tenant: providertest.Blog(&v1alpha1.ControllerSpec{LogLevel: v1alpha1.LogDebug})},
			Without: []string{"--v=2"},
			With:    []string{"--v=3"},
		},
		"flags of one's own": {
			Request: provider.Request{Tenant: providertest.Blog(&v1alpha1.ControllerSpec{ExtraArgs: []string{"--disable-catch-all", "--sync-rate-limit=1"}})},
			With:    []string{"--disable-catch-all=true", "--sync-rate-limit=1"},
		},
	})
}

func TestConfiguration(t *testing.T) {
	t.Parallel()

	defaults := map[string]string{
		"ssl-protocols": "TLSv1.2 TLSv1.3",
		"ssl-ciphers": "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:" +
			"ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305",
		"allow-snippet-annotations":       "false",
		"annotations-risk-level":          "High",
		"allow-cross-namespace-resources": "false",
		"disable-access-log":              "true",
	}

	// Each case is what differs from the defaults.
	tests := map[string]struct {
		tenant *v1alpha1.IngressTenant
		want   map[string]string
	}{
		"nothing asked for": {providertest.Blog(nil), nil},
		"an access log":     {providertest.Blog(&v1alpha1.ControllerSpec{AccessLog: v1alpha1.Enabled}), map[string]string{"disable-access-log": "false"}},
		"snippets":          {providertest.Permissive(nil), map[string]string{"allow-snippet-annotations": "true", "annotations-risk-level": "Critical"}},
		"keys of one's own": {
			providertest.Blog(&v1alpha1.ControllerSpec{Config: map[string]v1alpha1.ConfigValue{"proxy-body-size": "8m", "log-format-upstream": `{"time": "$time_iso8601"}`}}),
			map[string]string{"proxy-body-size": "8m", "log-format-upstream": `{"time": "$time_iso8601"}`},
		},
		"raw configuration beside snippets": {
			providertest.Permissive(&v1alpha1.ControllerSpec{Config: map[string]v1alpha1.ConfigValue{"http-snippet": "map $a $b {\n  default 1;\n}"}}),
			map[string]string{
				"allow-snippet-annotations": "true", "annotations-risk-level": "Critical",
				"http-snippet": "map $a $b {\n  default 1;\n}",
			},
		},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			w, err := ingressnginx.Provider{}.Workload(provider.Request{Tenant: test.tenant})
			if err != nil {
				t.Fatal(err)
			}

			want := maps.Clone(defaults)
			maps.Copy(want, test.want)

			if !maps.Equal(w.ConfigMap, want) {
				t.Errorf("configuration %q, want %q", w.ConfigMap, want)
			}
		})
	}
}

// Each of the known holes shows the Secrets that a controller may read. What came
// before these releases has one, v1.12 and older have no release without.
func TestVersionsAreThoseWithAllKnownFixes(t *testing.T) {
	t.Parallel()

	fixed := map[string]int{"v1.13": 9, "v1.14": 5, "v1.15": 1}

	for _, version := range (ingressnginx.Provider{}).Descriptor().Versions {
		last := strings.LastIndex(version.Name, ".")

		patch, err := strconv.Atoi(version.Name[last+1:])
		if err != nil {
			t.Fatal(err)
		}

		if least, known := fixed[version.Name[:last]]; !known || patch < least {
			t.Errorf("version %s is older than the fixes of the last known hole", version.Name)
		}
	}
}

func TestRoles(t *testing.T) {
	t.Parallel()

	w, err := ingressnginx.Provider{}.Workload(provider.Request{Tenant: providertest.Blog(nil)})
	if err != nil {
		t.Fatal(err)
	}

	if want := []string{"ingresstenant-class-reader"}; !slices.Equal(w.Roles.Cluster, want) {
		t.Errorf("cluster roles %q, want %q", w.Roles.Cluster, want)
	}

	if want := []string{"ingresstenant-ingress-nginx-own"}; !slices.Equal(w.Roles.Own, want) {
		t.Errorf("roles in the tenant's namespace %q, want %q", w.Roles.Own, want)
	}

	if want := []string{"ingresstenant-ingress-nginx-served"}; !slices.Equal(w.Roles.Served, want) {
		t.Errorf("roles in served namespaces %q, want %q", w.Roles.Served, want)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()

	const unknown = "it is not one of those known to leave the tenant's class, namespaces, election, ports and rights alone; remove it"

	const unknownKey = "the key is not permitted: it is not one of those known to leave the operator's settings, files, ports, protections and other namespaces alone; remove it"

	providertest.CheckRefusals(t, ingressnginx.Provider{}, map[string]providertest.Refusal{
		"another class": {
			Request: providertest.Flags("--disable-catch-all", "--controller-class=k8s.io/ingress-nginx"),
			Reason:  v1alpha1.ReasonIsolationBroken,
			Message: "spec.controller.extraArgs[1]: flag --controller-class is not permitted: " + unknown,
		},
		"the verbosity": {
			Request: providertest.Flags("--v=5"),
			Reason:  v1alpha1.ReasonInvalidSpec,
			Message: "spec.controller.extraArgs[0]: set spec.controller.logLevel instead of flag --v",
		},
		"a flag twice": {
			Request: providertest.Flags("--disable-catch-all", "--disable-catch-all=false"),
			Reason:  v1alpha1.ReasonInvalidSpec,
			Message: "spec.controller.extraArgs[1]: option \"disable-catch-all\" is set already by spec.controller.extraArgs[0]; remove one",
		},
		"a flag that the controller does not have": {
			Request: providertest.Flags("--max-requests-per-second=5"),
			Reason:  v1alpha1.ReasonIsolationBroken,
			Message: "spec.controller.extraArgs[0]: flag --max-requests-per-second is not permitted: " + unknown,
		},
		"snippet annotations": {
			Request: providertest.Config("allow-snippet-annotations", "true"),
			Reason:  v1alpha1.ReasonIsolationBroken,
			Message: "spec.controller.config[allow-snippet-annotations]: set spec.policy.snippets instead",
		},
		"the access log": {
			Request: providertest.Config("disable-access-log", "true"),
			Reason:  v1alpha1.ReasonIsolationBroken,
			Message: "spec.controller.config[disable-access-log]: set spec.controller.accessLog instead",
		},
		"resources of other namespaces": {
			Request: providertest.Config("allow-cross-namespace-resources", "true"),
			Reason:  v1alpha1.ReasonIsolationBroken,
			Message: "spec.controller.config[allow-cross-namespace-resources]: " + unknownKey,
		},
		"code": {
			Request: providertest.Config("plugins", "hello"),
			Reason:  v1alpha1.ReasonIsolationBroken,
			Message: "spec.controller.config[plugins]: " + unknownKey,
		},
		"raw configuration": {
			Request: providertest.Config("http-snippet", "a on;"),
			Reason:  v1alpha1.ReasonIsolationBroken,
			Message: "spec.controller.config[http-snippet]: raw nginx configuration needs spec.policy.snippets: Allow",
		},
		"raw configuration behind a value": {
			Request: providertest.Config("proxy-body-size", "8m; load_module a.so"),
			Reason:  v1alpha1.ReasonIsolationBroken,
			Message: "spec.controller.config[proxy-body-size]: raw nginx configuration needs spec.policy.snippets: Allow",
		},
		"headers from a ConfigMap, whose values are raw configuration": {
			Request: providertest.Config("add-headers", "blog/headers"),
			Reason:  v1alpha1.ReasonIsolationBroken,
			Message: "spec.controller.config[add-headers]: raw nginx configuration needs spec.policy.snippets: Allow",
		},
		"a key that the controller does not have": {
			Request: providertest.Config("proxy-bodysize", "8m"),
			Reason:  v1alpha1.ReasonIsolationBroken,
			Message: "spec.controller.config[proxy-bodysize]: " + unknownKey,
		},
		"a key in another letter case, which the controller would take all the same": {
			Request: providertest.Config("Plugins", "hello"),
			Reason:  v1alpha1.ReasonIsolationBroken,
			Message: "spec.controller.config[Plugins]: " + unknownKey,
		},
	})
}
