// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package traefik_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider/traefik"
)

const ingresses = "--" + prefix

func blog(controller *v1alpha1.ControllerSpec) *v1alpha1.IngressTenant {
	t := &v1alpha1.IngressTenant{}
	t.Name = "blog"
	t.Spec.Controller = controller

	return t
}

// defaults are the arguments of a tenant that asks for nothing and has no
// namespace yet.
func defaults() []string {
	return []string{
		"--entrypoints.metrics.address=:9100/tcp",
		"--entrypoints.traefik.address=:8080/tcp",
		"--entrypoints.web.address=:8000/tcp",
		"--entrypoints.web.transport.lifecycle.gracetimeout=30s",
		"--entrypoints.web.transport.lifecycle.requestacceptgracetimeout=15s",
		"--entrypoints.websecure.address=:8443/tcp",
		"--entrypoints.websecure.transport.lifecycle.gracetimeout=30s",
		"--entrypoints.websecure.transport.lifecycle.requestacceptgracetimeout=15s",
		"--global.checknewversion=false",
		"--global.sendanonymoususage=false",
		"--log.level=INFO",
		"--metrics.prometheus.entrypoint=metrics",
		"--metrics.prometheus=true",
		"--ping=true",
		"--providers.file.directory=/etc/traefik/dynamic",
		"--providers.file.watch=true",
		ingresses + ".allowcrossnamespaceresources=false",
		ingresses + ".allowsnippetannotations=false",
		ingresses + ".controllerclass=ingresstenant.io/blog",
		ingresses + ".disablesvcexternalname=true",
		ingresses + ".httpentrypoint=web",
		ingresses + ".httpsentrypoint=websecure",
		ingresses + ".ingressclass=blog",
		ingresses + ".ingressclassbyname=false",
		ingresses + ".watchingresswithoutclass=false",
		ingresses + ".watchnamespace=ingress-blog",
		ingresses + "=true",
	}
}

func TestArguments(t *testing.T) {
	t.Parallel()

	class := blog(nil)
	class.Spec.IngressClass = &v1alpha1.IngressClassSpec{Name: "nginx"}

	permissive := blog(nil)
	permissive.Spec.Policy = &v1alpha1.PolicySpec{Snippets: v1alpha1.Allow, ExternalNameServices: v1alpha1.Allow}

	proxied := blog(nil)
	proxied.Spec.Exposure = &v1alpha1.ExposureSpec{ClientAddress: &v1alpha1.ClientAddressSpec{
		ProxyProtocol:    &v1alpha1.TrustedSources{TrustedRanges: []v1alpha1.CIDR{"192.0.2.0/24"}},
		ForwardedHeaders: &v1alpha1.TrustedSources{TrustedRanges: []v1alpha1.CIDR{"10.0.0.0/8", "2001:db8::/32"}},
	}}

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
			without: []string{ingresses + ".ingressclass=blog"},
			with:    []string{ingresses + ".ingressclass=nginx"},
		},
		"one namespace": {
			request: provider.Request{Tenant: blog(nil), Namespaces: provider.Namespaces{Names: []string{"blog"}}},
			without: []string{ingresses + ".watchnamespace=ingress-blog"},
			with:    []string{ingresses + ".watchnamespace=blog"},
		},
		"several namespaces": {
			request: provider.Request{Tenant: blog(nil), Namespaces: provider.Namespaces{Names: []string{"blog", "news"}}},
			without: []string{ingresses + ".watchnamespace=ingress-blog"},
			with:    []string{ingresses + ".watchnamespaceselector=kubernetes.io/metadata.name in (blog,news)"},
		},
		"all namespaces": {
			request: provider.Request{Tenant: blog(nil), Namespaces: provider.Namespaces{All: true}},
			without: []string{ingresses + ".watchnamespace=ingress-blog"},
		},
		"addresses": {
			request: provider.Request{Tenant: blog(nil), Addresses: []string{"192.0.2.1", "lb.example.com"}},
			with:    []string{ingresses + ".publishstatusaddress=192.0.2.1,lb.example.com"},
		},
		"proxies that are believed": {
			request: provider.Request{Tenant: proxied},
			with: []string{
				"--entrypoints.web.proxyprotocol.trustedips=192.0.2.0/24", "--entrypoints.websecure.proxyprotocol.trustedips=192.0.2.0/24",
				"--entrypoints.web.forwardedheaders.trustedips=10.0.0.0/8,2001:db8::/32", "--entrypoints.websecure.forwardedheaders.trustedips=10.0.0.0/8,2001:db8::/32",
				ingresses + ".ipallowliststrategy.excludedips=10.0.0.0/8,2001:db8::/32",
			},
		},
		"a controller in waiting": {
			request: provider.Request{Tenant: blog(nil), Addresses: []string{"192.0.2.1"}, Standby: true},
		},
		"a policy that permits": {
			request: provider.Request{Tenant: permissive},
			without: []string{ingresses + ".allowsnippetannotations=false", ingresses + ".disablesvcexternalname=true"},
			with:    []string{ingresses + ".allowsnippetannotations=true", ingresses + ".disablesvcexternalname=false"},
		},
		"logs": {
			request: provider.Request{Tenant: blog(&v1alpha1.ControllerSpec{LogLevel: v1alpha1.LogWarn, AccessLog: v1alpha1.Enabled})},
			without: []string{"--log.level=INFO"},
			with:    []string{"--log.level=WARN", "--accesslog=true"},
		},
		"options of one's own, in any letter case": {
			request: provider.Request{Tenant: blog(&v1alpha1.ControllerSpec{
				Config:    map[string]v1alpha1.ConfigValue{"accessLog.format": "json"},
				ExtraArgs: []string{"--entryPoints.web.forwardedHeaders.notAppendXForwardedFor", "--entrypoints.web.http.tls.domains[0].main=a=b"},
			})},
			with: []string{"--accesslog.format=json", "--entrypoints.web.forwardedheaders.notappendxforwardedfor=true", "--entrypoints.web.http.tls.domains[0].main=a=b"},
		},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			w, err := traefik.Provider{}.Workload(test.request)
			if err != nil {
				t.Fatal(err)
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

func TestRoles(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		namespaces provider.Namespaces
		want       []string
	}{
		"no namespace":                            {provider.Namespaces{}, []string{"ingresstenant-class-reader"}},
		"one namespace":                           {provider.Namespaces{Names: []string{"blog"}}, []string{"ingresstenant-class-reader"}},
		"several, which are resolved by listing":  {provider.Namespaces{Names: []string{"blog", "news"}}, []string{"ingresstenant-class-reader", "ingresstenant-traefik-namespaces"}},
		"all namespaces, which need no resolving": {provider.Namespaces{All: true}, []string{"ingresstenant-class-reader"}},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			w, err := traefik.Provider{}.Workload(provider.Request{Tenant: blog(nil), Namespaces: test.namespaces})
			if err != nil {
				t.Fatal(err)
			}

			if !slices.Equal(w.Roles.Cluster, test.want) {
				t.Errorf("cluster roles %q, want %q", w.Roles.Cluster, test.want)
			}

			if want := []string{"ingresstenant-traefik-served"}; !slices.Equal(w.Roles.Served, want) {
				t.Errorf("roles in served namespaces %q, want %q", w.Roles.Served, want)
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()

	const unknown = "it is not one of those known to leave the tenant's class, namespaces, ports and rights alone; remove it"

	tests := map[string]struct {
		controller  v1alpha1.ControllerSpec
		wantReason  string
		wantMessage string
	}{
		"another class": {
			v1alpha1.ControllerSpec{ExtraArgs: []string{"--log.format=json", ingresses + ".controllerClass=k8s.io/ingress-nginx"}},
			v1alpha1.ReasonIsolationBroken,
			`spec.controller.extraArgs[1]: option "providers.kubernetesingressnginx.controllerclass" is not permitted: ` + unknown,
		},
		"another class by configuration": {
			v1alpha1.ControllerSpec{Config: map[string]v1alpha1.ConfigValue{"providers.kubernetesIngressNGINX.controllerClass": "k8s.io/ingress-nginx"}},
			v1alpha1.ReasonIsolationBroken,
			`spec.controller.config[providers.kubernetesIngressNGINX.controllerClass]: option "providers.kubernetesingressnginx.controllerclass" is not permitted: ` + unknown,
		},
		"snippets": {
			v1alpha1.ControllerSpec{ExtraArgs: []string{ingresses + ".allowSnippetAnnotations"}},
			v1alpha1.ReasonIsolationBroken,
			`spec.controller.extraArgs[0]: set spec.policy.snippets instead of option "providers.kubernetesingressnginx.allowsnippetannotations"`,
		},
		"external names": {
			v1alpha1.ControllerSpec{ExtraArgs: []string{ingresses + ".disablesvcexternalname=false"}},
			v1alpha1.ReasonIsolationBroken,
			`spec.controller.extraArgs[0]: set spec.policy.externalNameServices instead of option "providers.kubernetesingressnginx.disablesvcexternalname"`,
		},
		"the log level": {
			v1alpha1.ControllerSpec{ExtraArgs: []string{"--LOG.LEVEL=DEBUG"}},
			v1alpha1.ReasonInvalidSpec,
			`spec.controller.extraArgs[0]: set spec.controller.logLevel instead of option "log.level"`,
		},
		"the access log": {
			v1alpha1.ControllerSpec{ExtraArgs: []string{"--accesslog"}},
			v1alpha1.ReasonInvalidSpec,
			`spec.controller.extraArgs[0]: set spec.controller.accessLog instead of option "accesslog"`,
		},
		"other TLS options than the profile's": {
			v1alpha1.ControllerSpec{ExtraArgs: []string{"--entryPoints.websecure.http.tls.options=old@file"}},
			v1alpha1.ReasonInvalidSpec,
			`spec.controller.extraArgs[0]: set spec.tls.profile instead of option "entrypoints.websecure.http.tls.options"`,
		},
		"proxies that are believed": {
			v1alpha1.ControllerSpec{Config: map[string]v1alpha1.ConfigValue{"entrypoints.web.forwardedHeaders.insecure": "true"}},
			v1alpha1.ReasonInvalidSpec,
			`spec.controller.config[entrypoints.web.forwardedHeaders.insecure]: set spec.exposure.clientAddress.forwardedHeaders instead of option "entrypoints.web.forwardedheaders.insecure"`,
		},
		"the PROXY protocol": {
			v1alpha1.ControllerSpec{ExtraArgs: []string{"--entrypoints.web.proxyprotocol.insecure"}},
			v1alpha1.ReasonInvalidSpec,
			`spec.controller.extraArgs[0]: set spec.exposure.clientAddress.proxyProtocol instead of option "entrypoints.web.proxyprotocol.insecure"`,
		},
		"a log file": {
			v1alpha1.ControllerSpec{ExtraArgs: []string{"--log.filepath=/log"}},
			v1alpha1.ReasonInvalidSpec,
			`spec.controller.extraArgs[0]: option "log.filepath" is not permitted: the container's file system is read-only, and logs go to its output`,
		},
		"an option twice, in two letter cases": {
			v1alpha1.ControllerSpec{ExtraArgs: []string{"--log.format=json", "--log.Format=common"}},
			v1alpha1.ReasonInvalidSpec,
			`spec.controller.extraArgs[1]: option "log.format" is set already by spec.controller.extraArgs[0]; remove one`,
		},
		"an option as configuration and as argument": {
			v1alpha1.ControllerSpec{Config: map[string]v1alpha1.ConfigValue{"log.format": "json"}, ExtraArgs: []string{"--log.format=json"}},
			v1alpha1.ReasonInvalidSpec,
			`spec.controller.extraArgs[0]: option "log.format" is set already by spec.controller.config[log.format]; remove one`,
		},
		"an option that hides in a permitted one's name": {
			v1alpha1.ControllerSpec{Config: map[string]v1alpha1.ConfigValue{"accesslog.filters.x=y": ""}},
			v1alpha1.ReasonInvalidSpec,
			`spec.controller.config[accesslog.filters.x=y]: "accesslog.filters.x=y" is not the name of an option; use letters, digits, ".", "-", "_" and "[0]"`,
		},
		"a name with a space": {
			v1alpha1.ControllerSpec{ExtraArgs: []string{"--accesslog.fields.names. a=keep"}},
			v1alpha1.ReasonInvalidSpec,
			`spec.controller.extraArgs[0]: "accesslog.fields.names. a" is not the name of an option; use letters, digits, ".", "-", "_" and "[0]"`,
		},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			_, err := traefik.Provider{}.Workload(provider.Request{Tenant: blog(&test.controller)})

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
