// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package haproxyingress_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider/haproxyingress"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider/providertest"
)

func one() provider.Namespaces {
	return provider.Namespaces{Names: []string{"news"}}
}

func every() provider.Namespaces {
	return provider.Namespaces{All: true}
}

// defaults are the arguments of a tenant that asks for nothing and has no
// namespace yet.
func defaults() []string {
	return []string{
		"--allow-cross-namespace=false",
		"--controller-class=blog",
		"--disable-config-keywords=*",
		"--disable-external-name=true",
		"--haproxy-grace-period=30s",
		"--healthz-addr=:10254",
		"--ingress-class=blog",
		"--ingress-class-precedence=true",
		"--profiling=false",
		"--shutdown-timeout=35s",
		"--update-status=false",
		"--update-status-on-shutdown=false",
		"--v=2",
		"--wait-before-shutdown=15s",
		"--watch-gateway=false",
		"--watch-ingress-without-class=false",
		"--watch-namespace=ingress-blog",
	}
}

func TestArguments(t *testing.T) {
	t.Parallel()

	class := providertest.Blog(nil)
	class.Spec.IngressClass = &v1alpha1.IngressClassSpec{Name: "haproxy"}

	addresses := []string{"192.0.2.1", "lb.example.com"}

	providertest.CheckArguments(t, haproxyingress.Provider{}, defaults(), map[string]providertest.Arguments{
		"nothing asked for": {
			Request: provider.Request{Tenant: providertest.Blog(nil)},
		},
		"a class of another name": {
			Request: provider.Request{Tenant: class},
			Without: []string{"--ingress-class=blog"},
			With:    []string{"--ingress-class=haproxy"},
		},
		"one namespace": {
			Request: provider.Request{Tenant: providertest.Blog(nil), Namespaces: one()},
			Without: []string{"--watch-namespace=ingress-blog"},
			With:    []string{"--watch-namespace=news"},
		},
		"all namespaces": {
			Request: provider.Request{Tenant: providertest.Blog(nil), Namespaces: every()},
			Without: []string{"--watch-namespace=ingress-blog"},
			With:    []string{"--configmap=ingress-blog/haproxy-ingress"},
		},
		"addresses": {
			Request: provider.Request{Tenant: providertest.Blog(nil), Addresses: addresses},
			Without: []string{"--update-status=false"},
			With:    []string{"--update-status=true", "--publish-address=192.0.2.1,lb.example.com"},
		},
		"addresses that another implementation publishes": {
			Request: provider.Request{Tenant: providertest.Blog(nil), Addresses: addresses, Standby: true},
		},
		"a policy that permits": {
			Request: provider.Request{Tenant: providertest.Permissive(nil)},
			Without: []string{"--disable-config-keywords=*", "--disable-external-name=true"},
			With:    []string{"--disable-external-name=false"},
		},
		"a certificate": {
			Request: provider.Request{Tenant: providertest.Certified()},
			With:    []string{"--default-ssl-certificate=file:///etc/haproxy-ingress/default-certificate/tls.crt"},
		},
		"fewer logs": {
			Request: provider.Request{Tenant: providertest.Blog(&v1alpha1.ControllerSpec{LogLevel: v1alpha1.LogWarn})},
			Without: []string{"--v=2"},
			With:    []string{"--v=1"},
		},
		"more logs": {
			Request: provider.Request{Tenant: providertest.Blog(&v1alpha1.ControllerSpec{LogLevel: v1alpha1.LogDebug})},
			Without: []string{"--v=2"},
			With:    []string{"--v=3"},
		},
		"flags of one's own": {
			Request: provider.Request{Tenant: providertest.Blog(&v1alpha1.ControllerSpec{ExtraArgs: []string{"--sort-backends", "--rate-limit-update=2"}})},
			With:    []string{"--sort-backends=true", "--rate-limit-update=2"},
		},
	})
}

func TestConfiguration(t *testing.T) {
	t.Parallel()

	config := func(key string, value v1alpha1.ConfigValue) *v1alpha1.ControllerSpec {
		return &v1alpha1.ControllerSpec{Config: map[string]v1alpha1.ConfigValue{key: value}}
	}

	tests := map[string]struct {
		tenant     *v1alpha1.IngressTenant
		namespaces provider.Namespaces
		want       map[string]string
	}{
		"one namespace":  {providertest.Blog(nil), one(), nil},
		"no namespace":   {providertest.Blog(nil), provider.Namespaces{}, nil},
		"all namespaces": {providertest.Blog(nil), every(), map[string]string{"bind-ip-addr-stats": "127.0.0.1"}},
		"an access log": {
			providertest.Blog(&v1alpha1.ControllerSpec{AccessLog: v1alpha1.Enabled}), every(),
			map[string]string{"bind-ip-addr-stats": "127.0.0.1", "syslog-endpoint": "stdout", "syslog-format": "raw"},
		},
		"a key of one's own": {
			providertest.Blog(config("timeout-client", "30s")), every(),
			map[string]string{"bind-ip-addr-stats": "127.0.0.1", "timeout-client": "30s"},
		},
		"raw configuration beside snippets": {
			providertest.Permissive(config("config-frontend", "http-request deny if { path /a }\nhttp-request deny if { path /b }")), every(),
			map[string]string{"bind-ip-addr-stats": "127.0.0.1", "config-frontend": "http-request deny if { path /a }\nhttp-request deny if { path /b }"},
		},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			w, err := haproxyingress.Provider{}.Workload(provider.Request{Tenant: test.tenant, Namespaces: test.namespaces})
			if err != nil {
				t.Fatal(err)
			}

			if !maps.Equal(w.ConfigMap, test.want) || (w.ConfigMap == nil) != (test.want == nil) {
				t.Errorf("configuration %q, want %q", w.ConfigMap, test.want)
			}
		})
	}
}

func TestDefaultCertificateIsMountedAsHAProxyReadsIt(t *testing.T) {
	t.Parallel()

	w, err := haproxyingress.Provider{}.Workload(provider.Request{Tenant: providertest.Certified()})
	if err != nil {
		t.Fatal(err)
	}

	want := provider.Certificate{SecretName: "wildcard", Dir: "/etc/haproxy-ingress/default-certificate", CertFile: "tls.crt", KeyFile: "tls.crt.key"}
	if w.Certificate == nil || *w.Certificate != want {
		t.Errorf("certificate %+v, want %+v", w.Certificate, want)
	}

	// A directory of the controller's own hides what is mounted below it from
	// nobody, but HAProxy reads every .cfg file there.
	for _, dir := range w.ScratchDirs {
		if strings.HasPrefix(want.Dir+"/", dir+"/") {
			t.Errorf("the certificate lies in %s, which the controller writes to", dir)
		}
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()

	const (
		unknown = "it is not one of those known to leave the tenant's class, namespaces, election, ports and rights alone; remove it"
		unread  = "HAProxyIngress reads its configuration only where it serves all namespaces; serve all, use another provider, or remove it"
	)

	flag := func(args ...string) provider.Request {
		return provider.Request{Tenant: providertest.Blog(&v1alpha1.ControllerSpec{ExtraArgs: args}), Namespaces: one()}
	}
	config := func(key string, value v1alpha1.ConfigValue, namespaces provider.Namespaces) provider.Request {
		return provider.Request{
			Tenant:     providertest.Blog(&v1alpha1.ControllerSpec{Config: map[string]v1alpha1.ConfigValue{key: value}}),
			Namespaces: namespaces,
		}
	}

	providertest.CheckRefusals(t, haproxyingress.Provider{}, map[string]providertest.Refusal{
		"several namespaces": {
			Request: provider.Request{Tenant: providertest.Blog(nil), Namespaces: provider.Namespaces{Names: []string{"blog", "news"}}},
			Reason:  v1alpha1.ReasonUnsupportedByProvider,
			Message: "spec.namespaces: HAProxyIngress serves one namespace or all; name one, or use another provider",
		},
		"another class": {
			Request: flag("--sort-backends", "--controller-class=other"),
			Reason:  v1alpha1.ReasonIsolationBroken,
			Message: "spec.controller.extraArgs[1]: flag --controller-class is not permitted: " + unknown,
		},
		"the verbosity": {
			Request: flag("--v=5"),
			Reason:  v1alpha1.ReasonInvalidSpec,
			Message: "spec.controller.extraArgs[0]: set spec.controller.logLevel instead of flag --v",
		},
		"snippets": {
			Request: flag("--disable-config-keywords="),
			Reason:  v1alpha1.ReasonIsolationBroken,
			Message: "spec.controller.extraArgs[0]: set spec.policy.snippets instead of flag --disable-config-keywords",
		},
		"external names": {
			Request: flag("--disable-external-name=false"),
			Reason:  v1alpha1.ReasonIsolationBroken,
			Message: "spec.controller.extraArgs[0]: set spec.policy.externalNameServices instead of flag --disable-external-name",
		},
		"a certificate of anybody's": {
			Request: flag("--default-ssl-certificate=kube-system/any"),
			Reason:  v1alpha1.ReasonIsolationBroken,
			Message: "spec.controller.extraArgs[0]: set spec.tls.defaultCertificate instead of flag --default-ssl-certificate",
		},
		"a flag twice": {
			Request: flag("--sort-backends", "--sort-backends=false"),
			Reason:  v1alpha1.ReasonInvalidSpec,
			Message: "spec.controller.extraArgs[1]: option \"sort-backends\" is set already by spec.controller.extraArgs[0]; remove one",
		},
		"configuration that is not read": {
			Request: config("timeout-client", "30s", one()),
			Reason:  v1alpha1.ReasonUnsupportedByProvider,
			Message: "spec.controller.config[timeout-client]: " + unread,
		},
		"an access log that is not read": {
			Request: provider.Request{Tenant: providertest.Blog(&v1alpha1.ControllerSpec{AccessLog: v1alpha1.Enabled}), Namespaces: one()},
			Reason:  v1alpha1.ReasonUnsupportedByProvider,
			Message: "spec.controller.accessLog: " + unread,
		},
		"the access log": {
			Request: config("syslog-endpoint", "192.0.2.1:514", every()),
			Reason:  v1alpha1.ReasonIsolationBroken,
			Message: "spec.controller.config[syslog-endpoint]: set spec.controller.accessLog instead",
		},
		"Services of other namespaces": {
			Request: config("cross-namespace-services", "allow", every()),
			Reason:  v1alpha1.ReasonIsolationBroken,
			Message: "spec.controller.config[cross-namespace-services]: the key is not permitted: it is not one of those known to leave ports, identities, files and other namespaces alone; remove it",
		},
		"raw configuration": {
			Request: config("config-global", "insecure-fork-wanted", every()),
			Reason:  v1alpha1.ReasonIsolationBroken,
			Message: "spec.controller.config[config-global]: raw HAProxy configuration needs spec.policy.snippets: Allow",
		},
		"raw configuration behind a value": {
			Request: config("timeout-client", "30s\n    http-request deny", every()),
			Reason:  v1alpha1.ReasonIsolationBroken,
			Message: "spec.controller.config[timeout-client]: raw HAProxy configuration needs spec.policy.snippets: Allow",
		},
	})
}
