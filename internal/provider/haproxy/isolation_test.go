// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package haproxy_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider/haproxy"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider/providertest"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

func TestEveryDocumentedFlagIsPermittedOrRefused(t *testing.T) {
	t.Parallel()
	providertest.CheckFlags(t, haproxy.Provider{}, providertest.Documented(t, "flags.txt"))
}

func TestEveryDocumentedKeyIsPermittedOrRefused(t *testing.T) {
	t.Parallel()
	providertest.CheckKeys(t, haproxy.Provider{}, providertest.Documented(t, "keys.txt"))
}

// A flag that the controller does not know stops it.
func TestOnlyDocumentedFlagsAreGiven(t *testing.T) {
	t.Parallel()

	documented := providertest.Documented(t, "flags.txt")

	standby := provider.Request{Tenant: providertest.Certified(), Standby: true}
	for _, request := range []provider.Request{standby, {Tenant: providertest.Certified()}, {Tenant: providertest.Permissive(nil)}} {
		w, err := haproxy.Provider{}.Workload(providertest.Only(request, "blog", "news"))
		if err != nil {
			t.Fatal(err)
		}

		for _, arg := range w.Args {
			name, _, _ := strings.Cut(strings.TrimPrefix(arg, "--"), "=")
			if documented[name] == "" {
				t.Errorf("%s is not documented", arg)
			}
		}
	}
}

// Whatever a tenant asks for: either it is refused, or the controller serves the
// tenant's class in the tenant's namespaces, and nothing else.
func TestWhateverIsAskedForTheTenantStaysIsolated(t *testing.T) {
	t.Parallel()

	requests := providertest.Requests{
		Flags:  providertest.NameOf(providertest.Documented(t, "flags.txt").Names(), `[a-zA-Z0-9][ -~]{0,20}`),
		Keys:   providertest.NameOf(providertest.Documented(t, "keys.txt").Names(), `[-a-zA-Z]{1,20}`),
		Values: []string{"5s --namespace-whitelist=kube-system", "5s\t--empty-ingress-class", "/*", "1m\n    http-request deny", "false"},
	}

	providertest.CheckIsolated(t, haproxy.Provider{}, requests, func(t *rapid.T, request provider.Request, w provider.Workload) {
		checkOwnFlags(t, request, w)
		checkConfiguration(t, w.ConfigMap)
	})
}

func checkOwnFlags(t *rapid.T, request provider.Request, w provider.Workload) {
	flags, namespaces := parse(t, w.Args)
	own := tenant.Namespace(request.Tenant)

	providertest.CheckFlagValues(t, flags, map[string]string{
		"ingress.class":                 strings.TrimPrefix(w.ControllerValue, "haproxy.org/ingress-controller/"),
		"empty-ingress-class":           "",
		"configmap":                     own + "/haproxy",
		"disable-config-snippets":       "all",
		"disable-service-external-name": "on",
		"disable-ingress-status-update": "",
		"publish-service":               own + "/" + tenant.Name(request.Tenant),
		"http-bind-port":                "8080",
		"https-bind-port":               "8443",
		"healthz-bind-port":             "1042",
		"stats-bind-port":               "1936",
		"prometheus":                    "",
	})

	var want []string

	switch {
	case request.Namespaces.All:
	case len(request.Namespaces.Names) == 0:
		want = []string{own}
	default:
		want = request.Namespaces.Names
	}

	if !slices.Equal(namespaces, want) {
		t.Fatalf("it watches %q, want %q", namespaces, want)
	}

	if w.ControllerValue != "haproxy.org/ingress-controller/"+request.Tenant.Name || w.ClusterWide {
		t.Fatalf("controller value %s, cluster-wide %v", w.ControllerValue, w.ClusterWide)
	}
}

// parse returns the values of a command line as the image reads it: a shell splits
// it at white space and expands patterns, a switch has no value, and the flag for
// namespaces is there once for each.
func parse(t *rapid.T, args []string) (flags map[string]string, namespaces []string) {
	flags = map[string]string{}

	for _, arg := range args {
		name, value, found := strings.Cut(strings.TrimPrefix(arg, "--"), "=")

		switch {
		case !strings.HasPrefix(arg, "--") || len(strings.Fields(arg)) != 1 || strings.ContainsAny(arg, "*?[]\\'\"$`"):
			t.Fatalf("argument %q is not one flag after a shell", arg)
		case strings.HasPrefix(name, "disable-") && name != "disable-config-snippets":
			if found {
				t.Fatalf("switch %q has a value", arg)
			}

			value = "on"
		case !found:
			t.Fatalf("flag %q has no value", arg)
		}

		if name == "namespace-whitelist" {
			namespaces = append(namespaces, value)

			continue
		}

		if _, twice := flags[name]; twice {
			t.Fatalf("flag %s is there twice", name)
		}

		flags[name] = value
	}

	return flags, namespaces
}

func checkConfiguration(t *rapid.T, data map[string]string) {
	for key, value := range data {
		if strings.HasSuffix(key, "-snippet") || strings.ContainsAny(value, "\r\n") ||
			slices.Contains([]string{"src-ip-header", "proxy-protocol", "ssl-certificate"}, key) {
			t.Fatalf("key %s with value %q is not the tenant's to set", key, value)
		}
	}
}
