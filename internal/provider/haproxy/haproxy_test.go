// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package haproxy_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider/haproxy"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider/providertest"
)

// defaults are the arguments of a tenant that asks for nothing and has no
// namespace yet.
func defaults() []string {
	return []string{
		"--configmap=ingress-blog/haproxy",
		"--disable-config-snippets=all",
		"--disable-quic",
		"--disable-service-external-name",
		"--healthz-bind-port=1042",
		"--http-bind-port=8080",
		"--https-bind-port=8443",
		"--ingress.class=blog",
		"--log=info",
		"--namespace-whitelist=ingress-blog",
		"--publish-service=ingress-blog/ingress-blog",
		"--stats-bind-port=1936",
	}
}

func blog() provider.Request {
	return provider.Request{Tenant: providertest.Blog(nil)}
}

func TestArguments(t *testing.T) {
	t.Parallel()

	class := blog()
	class.Tenant.Spec.IngressClass = &v1alpha1.IngressClassSpec{Name: "haproxy"}

	standby := blog()
	standby.Standby = true

	logs := func(level v1alpha1.LogLevel) provider.Request {
		return provider.Request{Tenant: providertest.Blog(&v1alpha1.ControllerSpec{LogLevel: level})}
	}

	providertest.CheckArguments(t, haproxy.Provider{}, defaults(), map[string]providertest.Arguments{
		"nothing asked for":       {Request: blog()},
		"a class of another name": {Request: class},
		"one namespace": {
			Request: providertest.Only(blog(), "news"),
			Without: []string{"--namespace-whitelist=ingress-blog"},
			With:    []string{"--namespace-whitelist=news"},
		},
		"several namespaces": {
			Request: providertest.Only(blog(), "blog", "news"),
			Without: []string{"--namespace-whitelist=ingress-blog"},
			With:    []string{"--namespace-whitelist=blog", "--namespace-whitelist=news"},
		},
		"all namespaces": {
			Request: providertest.Every(blog()),
			Without: []string{"--namespace-whitelist=ingress-blog"},
		},
		"addresses that another implementation publishes": {
			Request: standby,
			Without: []string{"--publish-service=ingress-blog/ingress-blog"},
			With:    []string{"--disable-ingress-status-update"},
		},
		"a policy that permits": {
			Request: provider.Request{Tenant: providertest.Permissive(nil)},
			Without: []string{"--disable-config-snippets=all", "--disable-service-external-name"},
		},
		"a certificate": {
			Request: provider.Request{Tenant: providertest.Certified()},
			With:    []string{"--default-ssl-certificate=ingress-blog/wildcard"},
		},
		"only errors": {
			Request: logs(v1alpha1.LogError),
			Without: []string{"--log=info"},
			With:    []string{"--log=error"},
		},
		"fewer logs": {
			Request: logs(v1alpha1.LogWarn),
			Without: []string{"--log=info"},
			With:    []string{"--log=warning"},
		},
		"more logs": {
			Request: logs(v1alpha1.LogDebug),
			Without: []string{"--log=info"},
			With:    []string{"--log=debug"},
		},
		"flags of one's own": {
			Request: providertest.Flags("--disable-ipv6", "--sync-period=2s"),
			With:    []string{"--disable-ipv6", "--sync-period=2s"},
		},
		"a switch with a value": {
			Request: providertest.Flags("--disable-ipv6=true", "--disable-writing-only-if-reload=false"),
			With:    []string{"--disable-ipv6"},
		},
	})
}

func TestConfiguration(t *testing.T) {
	t.Parallel()

	proxied := providertest.Blog(nil)
	proxied.Spec.Exposure = &v1alpha1.ExposureSpec{ClientAddress: &v1alpha1.ClientAddressSpec{
		ProxyProtocol: &v1alpha1.TrustedSources{TrustedRanges: []v1alpha1.CIDR{"192.0.2.0/24", "2001:db8::/32"}},
	}}

	config := func(key string, value v1alpha1.ConfigValue) *v1alpha1.ControllerSpec {
		return &v1alpha1.ControllerSpec{Config: map[string]v1alpha1.ConfigValue{key: value}}
	}

	tests := map[string]struct {
		tenant *v1alpha1.IngressTenant
		want   map[string]string
	}{
		"nothing asked for": {providertest.Blog(nil), map[string]string{"ssl-redirect-port": "443"}},
		"an access log": {
			providertest.Blog(&v1alpha1.ControllerSpec{AccessLog: v1alpha1.Enabled}),
			map[string]string{"ssl-redirect-port": "443", "syslog-server": "address:stdout, format: raw, facility:daemon"},
		},
		"the PROXY protocol": {
			proxied,
			map[string]string{"ssl-redirect-port": "443", "proxy-protocol": "192.0.2.0/24,2001:db8::/32"},
		},
		"a key of one's own": {
			providertest.Blog(config("timeout-client", "30s")),
			map[string]string{"ssl-redirect-port": "443", "timeout-client": "30s"},
		},
		"another port for clients": {
			providertest.Blog(config("ssl-redirect-port", "30443")),
			map[string]string{"ssl-redirect-port": "30443"},
		},
		"raw configuration": {
			providertest.Permissive(config("frontend-config-snippet", "a\nb")),
			map[string]string{"ssl-redirect-port": "443", "frontend-config-snippet": "a\nb"},
		},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			w, err := haproxy.Provider{}.Workload(providertest.Only(provider.Request{Tenant: test.tenant}, "blog"))
			if err != nil {
				t.Fatal(err)
			}

			if !maps.Equal(w.ConfigMap, test.want) {
				t.Errorf("configuration %q, want %q", w.ConfigMap, test.want)
			}
		})
	}
}

// The prefix that haproxy-ingress reads too is not read for its names.
func TestAnnotationsOfTheOtherImplementationAreIgnored(t *testing.T) {
	t.Parallel()

	read := haproxy.Provider{}.Descriptor().Annotations

	for annotation, want := range map[string]bool{
		"haproxy.org/path-rewrite":                     true,
		"haproxy.com/allow-list":                       true,
		"ingress.kubernetes.io/ssl-redirect":           true,
		"ingress.kubernetes.io/whitelist":              true,
		"ingress.kubernetes.io/whitelist-source-range": false,
		"haproxy-ingress.github.io/rewrite-target":     false,
	} {
		if got := read.Read(annotation); got != want {
			t.Errorf("%s is read: %v, want %v", annotation, got, want)
		}
	}

	if slices.Contains(read, "ingress.kubernetes.io/*") {
		t.Error("it reads all annotations with the prefix of another implementation")
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()

	const (
		unknownFlag = "it is not one of those known to leave the tenant's class, namespaces, election, ports and rights alone; remove it"
		unknownKey  = "the key is not permitted: it is not one of those known to leave Secrets, files, clients' addresses and other namespaces alone; remove it"
		shell       = "would pass through a shell; use letters, digits, \"-\", \".\", \"_\" and \":\" only"
	)

	providertest.CheckRefusals(t, haproxy.Provider{}, map[string]providertest.Refusal{
		"another class": {
			Request: providertest.Flags("--disable-ipv6", "--ingress.class=other"),
			Reason:  v1alpha1.ReasonIsolationBroken,
			Message: "spec.controller.extraArgs[1]: set spec.ingressClass.name instead of flag --ingress.class",
		},
		"Ingresses without a class": {
			Request: providertest.Flags("--empty-ingress-class"),
			Reason:  v1alpha1.ReasonIsolationBroken,
			Message: "spec.controller.extraArgs[0]: flag --empty-ingress-class is not permitted: " + unknownFlag,
		},
		"another namespace": {
			Request: providertest.Flags("--namespace-whitelist=kube-system"),
			Reason:  v1alpha1.ReasonIsolationBroken,
			Message: "spec.controller.extraArgs[0]: set spec.namespaces instead of flag --namespace-whitelist",
		},
		"another namespace behind a value": {
			Request: providertest.Flags("--sync-period=5s --namespace-whitelist=kube-system"),
			Reason:  v1alpha1.ReasonIsolationBroken,
			Message: "spec.controller.extraArgs[0]: the value of flag --sync-period " + shell,
		},
		"a pattern": {
			Request: providertest.Flags("--sync-period=/*"),
			Reason:  v1alpha1.ReasonIsolationBroken,
			Message: "spec.controller.extraArgs[0]: the value of flag --sync-period " + shell,
		},
		"metrics in public": {
			Request: providertest.Flags("--prometheus"),
			Reason:  v1alpha1.ReasonIsolationBroken,
			Message: "spec.controller.extraArgs[0]: flag --prometheus is not permitted: " + unknownFlag,
		},
		"the log level": {
			Request: providertest.Flags("--log=trace"),
			Reason:  v1alpha1.ReasonInvalidSpec,
			Message: "spec.controller.extraArgs[0]: set spec.controller.logLevel instead of flag --log",
		},
		"snippets": {
			Request: providertest.Flags("--disable-config-snippets=backend"),
			Reason:  v1alpha1.ReasonIsolationBroken,
			Message: "spec.controller.extraArgs[0]: set spec.policy.snippets instead of flag --disable-config-snippets",
		},
		"external names": {
			Request: providertest.Flags("--disable-service-external-name"),
			Reason:  v1alpha1.ReasonIsolationBroken,
			Message: "spec.controller.extraArgs[0]: set spec.policy.externalNameServices instead of flag --disable-service-external-name",
		},
		"a certificate of anybody's": {
			Request: providertest.Flags("--default-ssl-certificate=kube-system/any"),
			Reason:  v1alpha1.ReasonIsolationBroken,
			Message: "spec.controller.extraArgs[0]: set spec.tls.defaultCertificate instead of flag --default-ssl-certificate",
		},
		"a flag twice": {
			Request: providertest.Flags("--disable-ipv6", "--disable-ipv6=false"),
			Reason:  v1alpha1.ReasonInvalidSpec,
			Message: "spec.controller.extraArgs[1]: option \"disable-ipv6\" is set already by spec.controller.extraArgs[0]; remove one",
		},
		"a certificate of anybody's as a key": {
			Request: providertest.Config("ssl-certificate", "kube-system/any"),
			Reason:  v1alpha1.ReasonIsolationBroken,
			Message: "spec.controller.config[ssl-certificate]: set spec.tls.defaultCertificate instead",
		},
		"the access log": {
			Request: providertest.Config("syslog-server", "address:192.0.2.1, facility:local0"),
			Reason:  v1alpha1.ReasonIsolationBroken,
			Message: "spec.controller.config[syslog-server]: set spec.controller.accessLog instead",
		},
		"the PROXY protocol": {
			Request: providertest.Config("proxy-protocol", "0.0.0.0/0"),
			Reason:  v1alpha1.ReasonIsolationBroken,
			Message: "spec.controller.config[proxy-protocol]: set spec.exposure.clientAddress.proxyProtocol instead",
		},
		"clients' addresses from anybody": {
			Request: providertest.Config("src-ip-header", "X-Forwarded-For"),
			Reason:  v1alpha1.ReasonIsolationBroken,
			Message: "spec.controller.config[src-ip-header]: " + unknownKey,
		},
		"an unknown key": {
			Request: providertest.Config("time-client", "30s"),
			Reason:  v1alpha1.ReasonIsolationBroken,
			Message: "spec.controller.config[time-client]: " + unknownKey,
		},
		"raw configuration": {
			Request: providertest.Config("global-config-snippet", "insecure-fork-wanted"),
			Reason:  v1alpha1.ReasonIsolationBroken,
			Message: "spec.controller.config[global-config-snippet]: raw HAProxy configuration needs spec.policy.snippets: Allow",
		},
		"raw configuration behind a value": {
			Request: providertest.Config("timeout-client", "30s\n    http-request deny"),
			Reason:  v1alpha1.ReasonIsolationBroken,
			Message: "spec.controller.config[timeout-client]: raw HAProxy configuration needs spec.policy.snippets: Allow",
		},
		"a file": {
			Request: providertest.Config("allow-list", "patterns/../../../etc/passwd"),
			Reason:  v1alpha1.ReasonIsolationBroken,
			Message: "spec.controller.config[allow-list]: a value must not name a file; list what is in it",
		},
	})
}
