// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package ingressnginx_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider/ingressnginx"
)

func blog(controller *v1alpha1.ControllerSpec) *v1alpha1.IngressTenant {
	t := &v1alpha1.IngressTenant{}
	t.Name = "blog"
	t.Spec.Controller = controller

	return t
}

func permissive(controller *v1alpha1.ControllerSpec) *v1alpha1.IngressTenant {
	t := blog(controller)
	t.Spec.Policy = &v1alpha1.PolicySpec{Snippets: v1alpha1.Allow, ExternalNameServices: v1alpha1.Allow}

	return t
}

// defaults are the arguments of a tenant that asks for nothing and has no
// namespace yet.
func defaults() []string {
	return []string{
		"/nginx-ingress-controller",
		"--configmap=ingress-blog/ingress-nginx",
		"--controller-class=ingresstenant.io/blog",
		"--disable-svc-external-name=true",
		"--election-id=ingress-controller-leader",
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

	class := blog(nil)
	class.Spec.IngressClass = &v1alpha1.IngressClassSpec{Name: "nginx"}

	// Each case is what differs from the defaults.
	tests := map[string]struct {
		request provider.Request
		without []string
		with    []string
	}{
		"nothing asked for": {
			request: provider.Request{Tenant: blog(nil)},
		},
		"a class of another name": {
			request: provider.Request{Tenant: class},
			without: []string{"--ingress-class=blog"},
			with:    []string{"--ingress-class=nginx"},
		},
		"one namespace": {
			request: provider.Request{Tenant: blog(nil), Namespaces: provider.Namespaces{Names: []string{"blog"}}},
			without: []string{"--watch-namespace=ingress-blog"},
			with:    []string{"--watch-namespace=blog"},
		},
		"all namespaces": {
			request: provider.Request{Tenant: blog(nil), Namespaces: provider.Namespaces{All: true}},
			without: []string{"--watch-namespace=ingress-blog"},
		},
		"all namespaces, whatever their names": {
			request: provider.Request{Tenant: blog(nil), Namespaces: provider.Namespaces{All: true, Names: []string{"blog", "news"}}},
			without: []string{"--watch-namespace=ingress-blog"},
		},
		"a policy that permits": {
			request: provider.Request{Tenant: permissive(nil)},
			without: []string{"--disable-svc-external-name=true"},
			with:    []string{"--disable-svc-external-name=false"},
		},
		"few logs": {
			request: provider.Request{Tenant: blog(&v1alpha1.ControllerSpec{LogLevel: v1alpha1.LogError})},
			without: []string{"--v=2"},
			with:    []string{"--v=0"},
		},
		"many logs": {
			request: provider.Request{Tenant: blog(&v1alpha1.ControllerSpec{LogLevel: v1alpha1.LogDebug})},
			without: []string{"--v=2"},
			with:    []string{"--v=3"},
		},
		"flags of one's own": {
			request: provider.Request{Tenant: blog(&v1alpha1.ControllerSpec{ExtraArgs: []string{"--disable-catch-all", "--sync-rate-limit=1"}})},
			with:    []string{"--disable-catch-all=true", "--sync-rate-limit=1"},
		},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			w, err := ingressnginx.Provider{}.Workload(test.request)
			if err != nil {
				t.Fatal(err)
			}

			if w.Args[0] != "/nginx-ingress-controller" {
				t.Errorf("the first argument is %q: the image's entry point runs its arguments", w.Args[0])
			}

			want := slices.DeleteFunc(append(defaults(), test.with...), func(arg string) bool {
				return slices.Contains(test.without, arg)
			})
			if got := slices.Sorted(slices.Values(w.Args)); !slices.Equal(got, slices.Sorted(slices.Values(want))) {
				t.Errorf("arguments\n%s\nwant\n%s", strings.Join(w.Args, "\n"), strings.Join(want, "\n"))
			}
		})
	}
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
		"nothing asked for": {blog(nil), nil},
		"an access log":     {blog(&v1alpha1.ControllerSpec{AccessLog: v1alpha1.Enabled}), map[string]string{"disable-access-log": "false"}},
		"snippets":          {permissive(nil), map[string]string{"allow-snippet-annotations": "true", "annotations-risk-level": "Critical"}},
		"keys of one's own": {
			blog(&v1alpha1.ControllerSpec{Config: map[string]v1alpha1.ConfigValue{"proxy-body-size": "8m", "log-format-upstream": `{"time": "$time_iso8601"}`}}),
			map[string]string{"proxy-body-size": "8m", "log-format-upstream": `{"time": "$time_iso8601"}`},
		},
		"raw configuration beside snippets": {
			permissive(&v1alpha1.ControllerSpec{Config: map[string]v1alpha1.ConfigValue{"http-snippet": "map $a $b {\n  default 1;\n}"}}),
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

func TestRoles(t *testing.T) {
	t.Parallel()

	w, err := ingressnginx.Provider{}.Workload(provider.Request{Tenant: blog(nil)})
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

	flag := func(args ...string) provider.Request {
		return provider.Request{Tenant: blog(&v1alpha1.ControllerSpec{ExtraArgs: args})}
	}
	config := func(key string, value v1alpha1.ConfigValue) provider.Request {
		return provider.Request{Tenant: blog(&v1alpha1.ControllerSpec{Config: map[string]v1alpha1.ConfigValue{key: value}})}
	}

	tests := map[string]struct {
		request     provider.Request
		wantReason  string
		wantMessage string
	}{
		"another class": {
			flag("--disable-catch-all", "--controller-class=k8s.io/ingress-nginx"),
			v1alpha1.ReasonIsolationBroken,
			"spec.controller.extraArgs[1]: flag --controller-class is not permitted: " + unknown,
		},
		"the verbosity": {
			flag("--v=5"),
			v1alpha1.ReasonInvalidSpec,
			"spec.controller.extraArgs[0]: set spec.controller.logLevel instead of flag --v",
		},
		"a flag twice": {
			flag("--disable-catch-all", "--disable-catch-all=false"),
			v1alpha1.ReasonInvalidSpec,
			"spec.controller.extraArgs[1]: option \"disable-catch-all\" is set already by spec.controller.extraArgs[0]; remove one",
		},
		"a flag that the controller does not have": {
			flag("--max-requests-per-second=5"),
			v1alpha1.ReasonIsolationBroken,
			"spec.controller.extraArgs[0]: flag --max-requests-per-second is not permitted: " + unknown,
		},
		"snippet annotations": {
			config("allow-snippet-annotations", "true"),
			v1alpha1.ReasonIsolationBroken,
			"spec.controller.config[allow-snippet-annotations]: set spec.policy.snippets instead",
		},
		"the access log": {
			config("disable-access-log", "true"),
			v1alpha1.ReasonIsolationBroken,
			"spec.controller.config[disable-access-log]: set spec.controller.accessLog instead",
		},
		"resources of other namespaces": {
			config("allow-cross-namespace-resources", "true"),
			v1alpha1.ReasonIsolationBroken,
			"spec.controller.config[allow-cross-namespace-resources]: the key is the operator's own and cannot be changed; remove it",
		},
		"code": {
			config("plugins", "hello"),
			v1alpha1.ReasonIsolationBroken,
			"spec.controller.config[plugins]: the key is not permitted: it loads code or lifts a protection; remove it",
		},
		"raw configuration": {
			config("http-snippet", "a on;"),
			v1alpha1.ReasonIsolationBroken,
			"spec.controller.config[http-snippet]: raw nginx configuration needs spec.policy.snippets: Allow",
		},
		"raw configuration behind a value": {
			config("proxy-body-size", "8m; load_module a.so"),
			v1alpha1.ReasonIsolationBroken,
			"spec.controller.config[proxy-body-size]: raw nginx configuration needs spec.policy.snippets: Allow",
		},
		"a key in another letter case, which the controller would take all the same": {
			config("Plugins", "hello"),
			v1alpha1.ReasonInvalidSpec,
			"spec.controller.config[Plugins]: not a key of ingress-nginx; its keys are lower-case letters, digits and \"-\"",
		},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			_, err := ingressnginx.Provider{}.Workload(test.request)

			var refused *provider.RefusedError
			if !errors.As(err, &refused) {
				t.Fatalf("got %v, want a *RefusedError", err)
			}

			if refused.Reason != test.wantReason || refused.Message != test.wantMessage {
				t.Errorf("got %s\n%s\nwant %s\n%s", refused.Reason, refused.Message, test.wantReason, test.wantMessage)
			}
		})
	}
}
