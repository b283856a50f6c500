// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package nginx_test

import (
	"maps"
	"testing"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider/nginx"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider/providertest"
)

// defaults are the arguments of a tenant that asks for nothing and has no
// namespace yet.
func defaults() []string {
	return []string{
		"--enable-custom-resources=false",
		"--enable-leader-election=true",
		"--enable-prometheus-metrics=true",
		"--enable-snippets=false",
		"--enable-telemetry-reporting=false",
		"--ingress-class=blog",
		"--leader-election-lock-name=nginx-leader",
		"--log-level=info",
		"--nginx-configmaps=ingress-blog/nginx",
		"--nginx-status=false",
		"--prometheus-metrics-listen-port=9113",
		"--ready-status-port=8081",
		"--ready-status=true",
		"--report-ingress-status=false",
		"--watch-namespace=ingress-blog",
		"--watch-secret-namespace=ingress-blog",
	}
}

func blog() provider.Request {
	return provider.Request{Tenant: providertest.Blog(nil)}
}

// reached is a request of a tenant that has addresses.
func reached(addresses ...string) provider.Request {
	request := blog()
	request.Addresses = addresses

	return request
}

func TestArguments(t *testing.T) {
	t.Parallel()

	class := blog()
	class.Tenant.Spec.IngressClass = &v1alpha1.IngressClassSpec{Name: "web"}

	standby := reached("192.0.2.1")
	standby.Standby = true

	kept := blog()
	kept.ControllerValue = "nginx.org/ingress-controller"

	logs := func(level v1alpha1.LogLevel) provider.Request {
		return provider.Request{Tenant: providertest.Blog(&v1alpha1.ControllerSpec{LogLevel: level})}
	}

	providertest.CheckArguments(t, nginx.Provider{}, defaults(), map[string]providertest.Arguments{
		"nothing asked for":    {Request: blog()},
		"a class of the value": {Request: kept},
		"a class of another name": {
			Request: class,
			Without: []string{"--ingress-class=blog"},
			With:    []string{"--ingress-class=web"},
		},
		"one namespace": {
			Request: providertest.Only(blog(), "news"),
			Without: []string{"--watch-namespace=ingress-blog", "--watch-secret-namespace=ingress-blog"},
			With:    []string{"--watch-namespace=news", "--watch-secret-namespace=news"},
		},
		"several namespaces": {
			Request: providertest.Only(blog(), "blog", "news"),
			Without: []string{"--watch-namespace=ingress-blog", "--watch-secret-namespace=ingress-blog"},
			With:    []string{"--watch-namespace=blog,news", "--watch-secret-namespace=blog,news"},
		},
		"all namespaces": {
			Request: providertest.Every(blog()),
			Without: []string{"--watch-namespace=ingress-blog", "--watch-secret-namespace=ingress-blog"},
		},
		"addresses": {
			Request: reached("192.0.2.1", "lb.example.com"),
			Without: []string{"--report-ingress-status=false"},
			With:    []string{"--report-ingress-status=true"},
		},
		"addresses that another implementation publishes": {Request: standby},
		"a policy that permits": {
			Request: provider.Request{Tenant: providertest.Permissive(nil)},
			Without: []string{"--enable-snippets=false"},
			With:    []string{"--enable-snippets=true"},
		},
		"only errors": {
			Request: logs(v1alpha1.LogError),
			Without: []string{"--log-level=info"},
			With:    []string{"--log-level=error"},
		},
		"fewer logs": {
			Request: logs(v1alpha1.LogWarn),
			Without: []string{"--log-level=info"},
			With:    []string{"--log-level=warning"},
		},
		"more logs": {
			Request: logs(v1alpha1.LogDebug),
			Without: []string{"--log-level=info"},
			With:    []string{"--log-level=debug"},
		},
		"flags of one's own": {
			Request: providertest.Flags("-disable-ipv6", "--log-format=json"),
			With:    []string{"--disable-ipv6=true", "--log-format=json"},
		},
	})
}

// believing is Blog, with proxies that it believes.
func believing(proxyProtocol, forwardedHeaders *v1alpha1.TrustedSources) *v1alpha1.IngressTenant {
	t := providertest.Blog(nil)
	t.Spec.Exposure = &v1alpha1.ExposureSpec{ClientAddress: &v1alpha1.ClientAddressSpec{
		ProxyProtocol: proxyProtocol, ForwardedHeaders: forwardedHeaders,
	}}

	return t
}

func sources() *v1alpha1.TrustedSources {
	return &v1alpha1.TrustedSources{TrustedRanges: []v1alpha1.CIDR{"2001:db8::/32", "192.0.2.0/24"}}
}

func TestConfiguration(t *testing.T) {
	t.Parallel()

	const intermediate = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:" +
		"ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305"

	defaults := map[string]string{"access-log-off": "true", "ssl-protocols": "TLSv1.2 TLSv1.3", "ssl-ciphers": intermediate}
	and := func(more map[string]string) map[string]string {
		data := maps.Clone(defaults)
		maps.Copy(data, more)

		return data
	}
	config := func(key string, value v1alpha1.ConfigValue) *v1alpha1.ControllerSpec {
		return &v1alpha1.ControllerSpec{Config: map[string]v1alpha1.ConfigValue{key: value}}
	}

	modern := blog()
	modern.Tenant.Spec.TLS = &v1alpha1.TLSSpec{Profile: v1alpha1.TLSModern}

	standby := reached("192.0.2.1")
	standby.Standby = true

	for name, test := range map[string]struct {
		request provider.Request
		want    map[string]string
	}{
		"nothing asked for": {blog(), defaults},
		"an access log": {
			provider.Request{Tenant: providertest.Blog(&v1alpha1.ControllerSpec{AccessLog: v1alpha1.Enabled})},
			map[string]string{"ssl-protocols": "TLSv1.2 TLSv1.3", "ssl-ciphers": intermediate},
		},
		"addresses": {
			reached("192.0.2.1", "lb.example.com"),
			and(map[string]string{"external-status-address": "192.0.2.1"}),
		},
		"addresses that another implementation publishes": {standby, defaults},
		"the newest TLS version": {
			modern,
			map[string]string{"access-log-off": "true", "ssl-protocols": "TLSv1.3"},
		},
		"the PROXY protocol": {
			provider.Request{Tenant: believing(sources(), nil)},
			and(map[string]string{
				"proxy-protocol": "true", "real-ip-header": "proxy_protocol", "set-real-ip-from": "192.0.2.0/24,2001:db8::/32",
			}),
		},
		"forwarded headers": {
			provider.Request{Tenant: believing(nil, sources())},
			and(map[string]string{
				"real-ip-header": "X-Forwarded-For", "real-ip-recursive": "true", "set-real-ip-from": "192.0.2.0/24,2001:db8::/32",
			}),
		},
		"a key of one's own": {
			provider.Request{Tenant: providertest.Blog(config("proxy-read-timeout", "30s"))},
			and(map[string]string{"proxy-read-timeout": "30s"}),
		},
		"a log format": {
			provider.Request{Tenant: providertest.Blog(config("log-format", "{\"client\": \"$remote_addr\",\n\"to\": \"${host}\"}"))},
			and(map[string]string{"log-format": "{\"client\": \"$remote_addr\",\n\"to\": \"${host}\"}"}),
		},
		"raw configuration": {
			provider.Request{Tenant: providertest.Permissive(config("http-snippets", "a;\nb;"))},
			and(map[string]string{"http-snippets": "a;\nb;"}),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			w, err := nginx.Provider{}.Workload(test.request)
			if err != nil {
				t.Fatal(err)
			}

			if !maps.Equal(w.ConfigMap, test.want) {
				t.Errorf("configuration %q, want %q", w.ConfigMap, test.want)
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()

	const (
		unknownFlag = "it is not one of those known to leave the tenant's class, namespaces, election, ports and rights alone; remove it"
		unknownKey  = "the key is not permitted: it is not one of those known to leave files, templates, clients' addresses and other systems alone; remove it"
		raw         = "raw NGINX configuration needs spec.policy.snippets: Allow"
	)

	moved := blog()
	moved.ControllerValue = "ingresstenant.io/blog"

	providertest.CheckRefusals(t, nginx.Provider{}, map[string]providertest.Refusal{
		"the class of another implementation": {
			Request: moved,
			Reason:  v1alpha1.ReasonUnsupportedByProvider,
			Message: "spec.controller.provider: NGINX does not start while IngressClass blog has controller value ingresstenant.io/blog, which Kubernetes cannot change; " +
				"create another tenant for NGINX and move the Ingresses to its class, or set spec.controller.provider back",
		},
		"proxies and forwarders": {
			Request: provider.Request{Tenant: believing(sources(), sources())},
			Reason:  v1alpha1.ReasonUnsupportedByProvider,
			Message: "spec.exposure.clientAddress: NGINX takes clients' addresses from the PROXY protocol or from X-Forwarded-For, not from both; " +
				"remove proxyProtocol or forwardedHeaders, or use provider Traefik",
		},
		"another class": {
			Request: providertest.Flags("--disable-ipv6", "-ingress-class=other"),
			Reason:  v1alpha1.ReasonIsolationBroken,
			Message: "spec.controller.extraArgs[1]: set spec.ingressClass.name instead of flag --ingress-class",
		},
		"another namespace": {
			Request: providertest.Flags("--watch-namespace=kube-system"),
			Reason:  v1alpha1.ReasonIsolationBroken,
			Message: "spec.controller.extraArgs[0]: set spec.namespaces instead of flag --watch-namespace",
		},
		"Secrets of another namespace": {
			Request: providertest.Flags("--watch-secret-namespace="),
			Reason:  v1alpha1.ReasonIsolationBroken,
			Message: "spec.controller.extraArgs[0]: set spec.namespaces instead of flag --watch-secret-namespace",
		},
		"custom resources": {
			Request: providertest.Flags("--enable-custom-resources"),
			Reason:  v1alpha1.ReasonIsolationBroken,
			Message: "spec.controller.extraArgs[0]: flag --enable-custom-resources is not permitted: " + unknownFlag,
		},
		"a certificate of anybody's": {
			Request: providertest.Flags("--wildcard-tls-secret=kube-system/any"),
			Reason:  v1alpha1.ReasonIsolationBroken,
			Message: "spec.controller.extraArgs[0]: flag --wildcard-tls-secret is not permitted: " + unknownFlag,
		},
		"snippets": {
			Request: providertest.Flags("--enable-snippets"),
			Reason:  v1alpha1.ReasonIsolationBroken,
			Message: "spec.controller.extraArgs[0]: set spec.policy.snippets instead of flag --enable-snippets",
		},
		"the log level": {
			Request: providertest.Flags("--log-level=trace"),
			Reason:  v1alpha1.ReasonInvalidSpec,
			Message: "spec.controller.extraArgs[0]: set spec.controller.logLevel instead of flag --log-level",
		},
		"a flag twice": {
			Request: providertest.Flags("--disable-ipv6", "-disable-ipv6=false"),
			Reason:  v1alpha1.ReasonInvalidSpec,
			Message: "spec.controller.extraArgs[1]: option \"disable-ipv6\" is set already by spec.controller.extraArgs[0]; remove one",
		},
		"the access log": {
			Request: providertest.Config("access-log", "syslog:server=192.0.2.1"),
			Reason:  v1alpha1.ReasonIsolationBroken,
			Message: "spec.controller.config[access-log]: set spec.controller.accessLog instead",
		},
		"an address": {
			Request: providertest.Config("external-status-address", "192.0.2.1"),
			Reason:  v1alpha1.ReasonIsolationBroken,
			Message: "spec.controller.config[external-status-address]: set spec.exposure instead",
		},
		"clients' addresses from anybody": {
			Request: providertest.Config("set-real-ip-from", "0.0.0.0/0"),
			Reason:  v1alpha1.ReasonIsolationBroken,
			Message: "spec.controller.config[set-real-ip-from]: set spec.exposure.clientAddress instead",
		},
		"older TLS versions": {
			Request: providertest.Config("ssl-protocols", "TLSv1"),
			Reason:  v1alpha1.ReasonIsolationBroken,
			Message: "spec.controller.config[ssl-protocols]: set spec.tls.profile instead",
		},
		"a template": {
			Request: providertest.Config("main-template", "events {}"),
			Reason:  v1alpha1.ReasonIsolationBroken,
			Message: "spec.controller.config[main-template]: " + unknownKey,
		},
		"an unknown key": {
			Request: providertest.Config("Proxy-Read-Timeout", "30s"),
			Reason:  v1alpha1.ReasonIsolationBroken,
			Message: "spec.controller.config[Proxy-Read-Timeout]: " + unknownKey,
		},
		"raw configuration": {
			Request: providertest.Config("main-snippets", "load_module a.so;"),
			Reason:  v1alpha1.ReasonIsolationBroken,
			Message: "spec.controller.config[main-snippets]: " + raw,
		},
		"raw configuration behind a value": {
			Request: providertest.Config("proxy-read-timeout", "30s; autoindex on"),
			Reason:  v1alpha1.ReasonIsolationBroken,
			Message: "spec.controller.config[proxy-read-timeout]: " + raw,
		},
		"raw configuration behind a log format": {
			Request: providertest.Config("log-format", "$host'; autoindex on; log_format x '"),
			Reason:  v1alpha1.ReasonIsolationBroken,
			Message: "spec.controller.config[log-format]: " + raw,
		},
	})
}
