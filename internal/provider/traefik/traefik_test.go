// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package traefik_test

import (
	"slices"
	"testing"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider/providertest"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider/traefik"
)

const ingresses = "--" + prefix

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

	class := providertest.Blog(nil)
	class.Spec.IngressClass = &v1alpha1.IngressClassSpec{Name: "nginx"}

	permissive := providertest.Blog(nil)
	permissive.Spec.Policy = &v1alpha1.PolicySpec{Snippets: v1alpha1.Allow, ExternalNameServices: v1alpha1.Allow}

	proxied := providertest.Blog(nil)
	proxied.Spec.Exposure = &v1alpha1.ExposureSpec{ClientAddress: &v1alpha1.ClientAddressSpec{
		ProxyProtocol:    &v1alpha1.TrustedSources{TrustedRanges: []v1alpha1.CIDR{"192.0.2.0/24"}},
		ForwardedHeaders: &v1alpha1.TrustedSources{TrustedRanges: []v1alpha1.CIDR{"10.0.0.0/8", "2001:db8::/32"}},
	}}

	providertest.CheckArguments(t, traefik.Provider{}, defaults(), map[string]providertest.Arguments{
		"nothing asked for": {
			Request: provider.Request{Tenant: providertest.Blog(nil)},
		},
		"a class of another name": {
			Request: provider.Request{Tenant: class},
			Without: []string{ingresses + ".ingressclass=blog"},
			With:    []string{ingresses + ".ingressclass=nginx"},
		},
		"one namespace": {
			Request: provider.Request{Tenant: providertest.Blog(nil), Namespaces: provider.Namespaces{Names: []string{"blog"}}},
			Without: []string{ingresses + ".watchnamespace=ingress-blog"},
			With:    []string{ingresses + ".watchnamespace=blog"},
		},
		"several namespaces": {
			Request: provider.Request{Tenant: providertest.Blog(nil), Namespaces: provider.Namespaces{Names: []string{"blog", "news"}}},
			Without: []string{ingresses + ".watchnamespace=ingress-blog"},
			With:    []string{ingresses + ".watchnamespaceselector=kubernetes.io/metadata.name in (blog,news)"},
		},
		"all namespaces": {
			Request: provider.Request{Tenant: providertest.Blog(nil), Namespaces: provider.Namespaces{All: true}},
			Without: []string{ingresses + ".watchnamespace=ingress-blog"},
		},
		"addresses": {
			Request: provider.Request{Tenant: providertest.Blog(nil), Addresses: []string{"192.0.2.1", "lb.example.com"}},
			With:    []string{ingresses + ".publishstatusaddress=192.0.2.1,lb.example.com"},
		},
		"proxies that are believed": {
			Request: provider.Request{Tenant: proxied},
			With: []string{
				"--entrypoints.web.proxyprotocol.trustedips=192.0.2.0/24", "--entrypoints.websecure.proxyprotocol.trustedips=192.0.2.0/24",
				"--entrypoints.web.forwardedheaders.trustedips=10.0.0.0/8,2001:db8::/32", "--entrypoints.websecure.forwardedheaders.trustedips=10.0.0.0/8,2001:db8::/32",
				ingresses + ".ipallowliststrategy.excludedips=10.0.0.0/8,2001:db8::/32",
			},
		},
		"a controller in waiting": {
			Request: provider.Request{Tenant: providertest.Blog(nil), Addresses: []string{"192.0.2.1"}, Standby: true},
		},
		"a policy that permits": {
			Request: provider.Request{Tenant: permissive},
			Without: []string{ingresses + ".allowsnippetannotations=false", ingresses + ".disablesvcexternalname=true"},
			With:    []string{ingresses + ".allowsnippetannotations=true", ingresses + ".disablesvcexternalname=false"},
		},
		"logs": {
			Request: provider.Request{Tenant: providertest.Blog(&v1alpha1.ControllerSpec{LogLevel: v1alpha1.LogWarn, AccessLog: v1alpha1.Enabled})},
			Without: []string{"--log.level=INFO"},
			With:    []string{"--log.level=WARN", "--accesslog=true"},
		},
		"options of one's own, in any letter case": {
			Request: provider.Request{Tenant: providertest.Blog(&v1alpha1.ControllerSpec{
				Config:    map[string]v1alpha1.ConfigValue{"accessLog.format": "json"},
				ExtraArgs: []string{"--entryPoints.web.forwardedHeaders.notAppendXForwardedFor", "--entrypoints.web.http.tls.domains[0].main=a=b"},
			})},
			With: []string{"--accesslog.format=json", "--entrypoints.web.forwardedheaders.notappendxforwardedfor=true", "--entrypoints.web.http.tls.domains[0].main=a=b"},
		},
	})
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

			w, err := traefik.Provider{}.Workload(provider.Request{Tenant: providertest.Blog(nil), Namespaces: test.namespaces})
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

	providertest.CheckRefusals(t, traefik.Provider{}, map[string]providertest.Refusal{
		"another class": {
			Request: providertest.Flags("--log.format=json", ingresses+".controllerClass=k8s.io/ingress-nginx"),
			Reason:  v1alpha1.ReasonIsolationBroken,
			Message: `spec.controller.extraArgs[1]: option "providers.kubernetesingressnginx.controllerclass" is not permitted: ` + unknown,
		},
		"another class by configuration": {
			Request: providertest.Config("providers.kubernetesIngressNGINX.controllerClass", "k8s.io/ingress-nginx"),
			Reason:  v1alpha1.ReasonIsolationBroken,
			Message: `spec.controller.config[providers.kubernetesIngressNGINX.controllerClass]: option "providers.kubernetesingressnginx.controllerclass" is not permitted: ` + unknown,
		},
		"snippets": {
			Request: providertest.Flags(ingresses + ".allowSnippetAnnotations"),
			Reason:  v1alpha1.ReasonIsolationBroken,
			Message: `spec.controller.extraArgs[0]: set spec.policy.snippets instead of option "providers.kubernetesingressnginx.allowsnippetannotations"`,
		},
		"external names": {
			Request: providertest.Flags(ingresses + ".disablesvcexternalname=false"),
			Reason:  v1alpha1.ReasonIsolationBroken,
			Message: `spec.controller.extraArgs[0]: set spec.policy.externalNameServices instead of option "providers.kubernetesingressnginx.disablesvcexternalname"`,
		},
		"the log level": {
			Request: providertest.Flags("--LOG.LEVEL=DEBUG"),
			Reason:  v1alpha1.ReasonInvalidSpec,
			Message: `spec.controller.extraArgs[0]: set spec.controller.logLevel instead of option "log.level"`,
		},
		"the access log": {
			Request: providertest.Flags("--accesslog"),
			Reason:  v1alpha1.ReasonInvalidSpec,
			Message: `spec.controller.extraArgs[0]: set spec.controller.accessLog instead of option "accesslog"`,
		},
		"other TLS options than the profile's": {
			Request: providertest.Flags("--entryPoints.websecure.http.tls.options=old@file"),
			Reason:  v1alpha1.ReasonInvalidSpec,
			Message: `spec.controller.extraArgs[0]: set spec.tls.profile instead of option "entrypoints.websecure.http.tls.options"`,
		},
		"proxies that are believed": {
			Request: providertest.Config("entrypoints.web.forwardedHeaders.insecure", "true"),
			Reason:  v1alpha1.ReasonInvalidSpec,
			Message: `spec.controller.config[entrypoints.web.forwardedHeaders.insecure]: set spec.exposure.clientAddress.forwardedHeaders instead of option "entrypoints.web.forwardedheaders.insecure"`,
		},
		"the PROXY protocol": {
			Request: providertest.Flags("--entrypoints.web.proxyprotocol.insecure"),
			Reason:  v1alpha1.ReasonInvalidSpec,
			Message: `spec.controller.extraArgs[0]: set spec.exposure.clientAddress.proxyProtocol instead of option "entrypoints.web.proxyprotocol.insecure"`,
		},
		"a log file": {
			Request: providertest.Flags("--log.filepath=/log"),
			Reason:  v1alpha1.ReasonInvalidSpec,
			Message: `spec.controller.extraArgs[0]: option "log.filepath" is not permitted: the container's file system is read-only, and logs go to its output`,
		},
		"an option twice, in two letter cases": {
			Request: providertest.Flags("--log.format=json", "--log.Format=common"),
			Reason:  v1alpha1.ReasonInvalidSpec,
			Message: `spec.controller.extraArgs[1]: option "log.format" is set already by spec.controller.extraArgs[0]; remove one`,
		},
		"an option as configuration and as argument": {
			Request: provider.Request{Tenant: providertest.Blog(&v1alpha1.ControllerSpec{Config: map[string]v1alpha1.ConfigValue{"log.format": "json"}, ExtraArgs: []string{"--log.format=json"}})},
			Reason:  v1alpha1.ReasonInvalidSpec,
			Message: `spec.controller.extraArgs[0]: option "log.format" is set already by spec.controller.config[log.format]; remove one`,
		},
		"an option that hides in a permitted one's name": {
			Request: providertest.Config("accesslog.filters.x=y", ""),
			Reason:  v1alpha1.ReasonInvalidSpec,
			Message: `spec.controller.config[accesslog.filters.x=y]: "accesslog.filters.x=y" is not the name of an option; use letters, digits, ".", "-", "_" and "[0]"`,
		},
		"a name with a space": {
			Request: providertest.Flags("--accesslog.fields.names. a=keep"),
			Reason:  v1alpha1.ReasonInvalidSpec,
			Message: `spec.controller.extraArgs[0]: "accesslog.fields.names. a" is not the name of an option; use letters, digits, ".", "-", "_" and "[0]"`,
		},
	})
}
