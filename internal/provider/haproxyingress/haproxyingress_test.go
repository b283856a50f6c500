// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package haproxyingress_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider/haproxyingress"
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

	class := blog(nil)
	class.Spec.IngressClass = &v1alpha1.IngressClassSpec{Name: "haproxy"}

	certificate := blog(nil)
	certificate.Spec.TLS = &v1alpha1.TLSSpec{DefaultCertificate: &v1alpha1.DefaultCertificate{SecretName: "wildcard"}}

	addresses := []string{"192.0.2.1", "lb.example.com"}

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
			with:    []string{"--ingress-class=haproxy"},
		},
		"one namespace": {
			request: provider.Request{Tenant: blog(nil), Namespaces: one()},
			without: []string{"--watch-namespace=ingress-blog"},
			with:    []string{"--watch-namespace=news"},
		},
		"all namespaces": {
			request: provider.Request{Tenant: blog(nil), Namespaces: every()},
			without: []string{"--watch-namespace=ingress-blog"},
			with:    []string{"--configmap=ingress-blog/haproxy-ingress"},
		},
		"addresses": {
			request: provider.Request{Tenant: blog(nil), Addresses: addresses},
			without: []string{"--update-status=false"},
			with:    []string{"--update-status=true", "--publish-address=192.0.2.1,lb.example.com"},
		},
		"addresses that another implementation publishes": {
			request: provider.Request{Tenant: blog(nil), Addresses: addresses, Standby: true},
		},
		"a policy that permits": {
			request: provider.Request{Tenant: permissive(nil)},
			without: []string{"--disable-config-keywords=*", "--disable-external-name=true"},
			with:    []string{"--disable-external-name=false"},
		},
		"a certificate": {
			request: provider.Request{Tenant: certificate},
			with:    []string{"--default-ssl-certificate=file:///etc/haproxy-ingress/default-certificate/tls.crt"},
		},
		"fewer logs": {
			request: provider.Request{Tenant: blog(&v1alpha1.ControllerSpec{LogLevel: v1alpha1.LogWarn})},
			without: []string{"--v=2"},
			with:    []string{"--v=1"},
		},
		"more logs": {
			request: provider.Request{Tenant: blog(&v1alpha1.ControllerSpec{LogLevel: v1alpha1.LogDebug})},
			without: []string{"--v=2"},
			with:    []string{"--v=3"},
		},
		"flags of one's own": {
			request: provider.Request{Tenant: blog(&v1alpha1.ControllerSpec{ExtraArgs: []string{"--sort-backends", "--rate-limit-update=2"}})},
			with:    []string{"--sort-backends=true", "--rate-limit-update=2"},
		},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			w, err := haproxyingress.Provider{}.Workload(test.request)
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
		"one namespace":  {blog(nil), one(), nil},
		"no namespace":   {blog(nil), provider.Namespaces{}, nil},
		"all namespaces": {blog(nil), every(), map[string]string{"bind-ip-addr-stats": "127.0.0.1"}},
		"an access log": {
			blog(&v1alpha1.ControllerSpec{AccessLog: v1alpha1.Enabled}), every(),
			map[string]string{"bind-ip-addr-stats": "127.0.0.1", "syslog-endpoint": "stdout", "syslog-format": "raw"},
		},
		"a key of one's own": {
			blog(config("timeout-client", "30s")), every(),
			map[string]string{"bind-ip-addr-stats": "127.0.0.1", "timeout-client": "30s"},
		},
		"raw configuration beside snippets": {
			permissive(config("config-frontend", "http-request deny if { path /a }\nhttp-request deny if { path /b }")), every(),
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

	subject := blog(nil)
	subject.Spec.TLS = &v1alpha1.TLSSpec{DefaultCertificate: &v1alpha1.DefaultCertificate{SecretName: "wildcard"}}

	w, err := haproxyingress.Provider{}.Workload(provider.Request{Tenant: subject})
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
		return provider.Request{Tenant: blog(&v1alpha1.ControllerSpec{ExtraArgs: args}), Namespaces: one()}
	}
	config := func(key string, value v1alpha1.ConfigValue, namespaces provider.Namespaces) provider.Request {
		return provider.Request{
			Tenant:     blog(&v1alpha1.ControllerSpec{Config: map[string]v1alpha1.ConfigValue{key: value}}),
			Namespaces: namespaces,
		}
	}

	tests := map[string]struct {
		request     provider.Request
		wantReason  string
		wantMessage string
	}{
		"several namespaces": {
			provider.Request{Tenant: blog(nil), Namespaces: provider.Namespaces{Names: []string{"blog", "news"}}},
			v1alpha1.ReasonUnsupportedByProvider,
			"spec.namespaces: HAProxyIngress serves one namespace or all; name one, or use another provider",
		},
		"another class": {
			flag("--sort-backends", "--controller-class=other"),
			v1alpha1.ReasonIsolationBroken,
			"spec.controller.extraArgs[1]: flag --controller-class is not permitted: " + unknown,
		},
		"the verbosity": {
			flag("--v=5"),
			v1alpha1.ReasonInvalidSpec,
			"spec.controller.extraArgs[0]: set spec.controller.logLevel instead of flag --v",
		},
		"snippets": {
			flag("--disable-config-keywords="),
			v1alpha1.ReasonIsolationBroken,
			"spec.controller.extraArgs[0]: set spec.policy.snippets instead of flag --disable-config-keywords",
		},
		"external names": {
			flag("--disable-external-name=false"),
			v1alpha1.ReasonIsolationBroken,
			"spec.controller.extraArgs[0]: set spec.policy.externalNameServices instead of flag --disable-external-name",
		},
		"a certificate of anybody's": {
			flag("--default-ssl-certificate=kube-system/any"),
			v1alpha1.ReasonIsolationBroken,
			"spec.controller.extraArgs[0]: set spec.tls.defaultCertificate instead of flag --default-ssl-certificate",
		},
		"a flag twice": {
			flag("--sort-backends", "--sort-backends=false"),
			v1alpha1.ReasonInvalidSpec,
			"spec.controller.extraArgs[1]: option \"sort-backends\" is set already by spec.controller.extraArgs[0]; remove one",
		},
		"configuration that is not read": {
			config("timeout-client", "30s", one()),
			v1alpha1.ReasonUnsupportedByProvider,
			"spec.controller.config[timeout-client]: " + unread,
		},
		"an access log that is not read": {
			provider.Request{Tenant: blog(&v1alpha1.ControllerSpec{AccessLog: v1alpha1.Enabled}), Namespaces: one()},
			v1alpha1.ReasonUnsupportedByProvider,
			"spec.controller.accessLog: " + unread,
		},
		"the access log": {
			config("syslog-endpoint", "192.0.2.1:514", every()),
			v1alpha1.ReasonIsolationBroken,
			"spec.controller.config[syslog-endpoint]: set spec.controller.accessLog instead",
		},
		"Services of other namespaces": {
			config("cross-namespace-services", "allow", every()),
			v1alpha1.ReasonIsolationBroken,
			"spec.controller.config[cross-namespace-services]: the key is not permitted: it is not one of those known to leave ports, identities, files and other namespaces alone; remove it",
		},
		"raw configuration": {
			config("config-global", "insecure-fork-wanted", every()),
			v1alpha1.ReasonIsolationBroken,
			"spec.controller.config[config-global]: raw HAProxy configuration needs spec.policy.snippets: Allow",
		},
		"raw configuration behind a value": {
			config("timeout-client", "30s\n    http-request deny", every()),
			v1alpha1.ReasonIsolationBroken,
			"spec.controller.config[timeout-client]: raw HAProxy configuration needs spec.policy.snippets: Allow",
		},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			_, err := haproxyingress.Provider{}.Workload(test.request)

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
