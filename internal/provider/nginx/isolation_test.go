// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package nginx_test

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider/nginx"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider/providertest"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

func TestEveryDocumentedFlagIsPermittedOrRefused(t *testing.T) {
	t.Parallel()
	providertest.CheckFlags(t, nginx.Provider{}, providertest.Documented(t, "flags.txt"))
}

func TestEveryDocumentedKeyIsPermittedOrRefused(t *testing.T) {
	t.Parallel()
	providertest.CheckKeys(t, nginx.Provider{}, providertest.Documented(t, "keys.txt"))
}

// A flag that the controller does not know stops it; a key that it does not know
// is read by nobody.
func TestOnlyDocumentedFlagsAndKeysAreGiven(t *testing.T) {
	t.Parallel()

	flags, keys := providertest.Documented(t, "flags.txt"), providertest.Documented(t, "keys.txt")

	for _, request := range []provider.Request{
		reached("192.0.2.1"),
		{Tenant: believing(sources(), nil)},
		{Tenant: believing(nil, sources())},
		{Tenant: providertest.Permissive(nil)},
	} {
		w, err := nginx.Provider{}.Workload(providertest.Only(request, "blog", "news"))
		if err != nil {
			t.Fatal(err)
		}

		for _, arg := range w.Args {
			name, _, _ := strings.Cut(strings.TrimPrefix(arg, "--"), "=")
			if flags[name] == "" {
				t.Errorf("%s is not documented", arg)
			}
		}

		for key := range w.ConfigMap {
			if keys[key] == "" {
				t.Errorf("key %s is not documented", key)
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
		Values: []string{"a --watch-namespace=", "1m; autoindex on", "1m\nautoindex on", "json", "$host' x; '"},
	}

	providertest.CheckIsolated(t, nginx.Provider{}, requests, func(t *rapid.T, request provider.Request, w provider.Workload) {
		checkOwnFlags(t, request, w)
		checkConfiguration(t, request, w.ConfigMap)
	})
}

func checkOwnFlags(t *rapid.T, request provider.Request, w provider.Workload) {
	own := tenant.Namespace(request.Tenant)
	namespaces := cmp.Or(strings.Join(request.Namespaces.Names, ","), own)

	if request.Namespaces.All {
		namespaces = ""
	}

	flags := providertest.Parse(t, w.Args)
	providertest.CheckFlagValues(t, flags, map[string]string{
		"ingress-class":                  tenant.ClassName(request.Tenant),
		"watch-namespace":                namespaces,
		"watch-namespace-label":          "",
		"watch-secret-namespace":         namespaces,
		"nginx-configmaps":               own + "/nginx",
		"leader-election-lock-name":      "nginx-leader",
		"enable-custom-resources":        "false",
		"enable-snippets":                "false",
		"enable-telemetry-reporting":     "false",
		"report-ingress-status":          strconv.FormatBool(len(request.Addresses) > 0),
		"ready-status":                   "true",
		"ready-status-port":              "8081",
		"prometheus-metrics-listen-port": "9113",
		"default-http-listener-port":     "",
		"default-https-listener-port":    "",
		"default-server-tls-secret":      "",
		"wildcard-tls-secret":            "",
	})

	if w.ControllerValue != "nginx.org/ingress-controller" || w.ClusterWide || request.ControllerValue != "" {
		t.Fatalf("controller value %s, cluster-wide %v, with a class of %q", w.ControllerValue, w.ClusterWide, request.ControllerValue)
	}
}

func checkConfiguration(t *rapid.T, request provider.Request, data map[string]string) {
	address := ""
	if len(request.Addresses) > 0 {
		address = request.Addresses[0]
	}

	if data["external-status-address"] != address || data["ssl-protocols"] != "TLSv1.2 TLSv1.3" {
		t.Fatalf("the operator's own keys are %q", data)
	}

	for key, value := range data {
		if strings.HasSuffix(key, "-snippets") || strings.HasSuffix(key, "-template") || strings.Contains(value, "'") ||
			key != "log-format" && strings.ContainsAny(value, ";{}\r\n") ||
			slices.Contains([]string{"access-log", "proxy-protocol", "set-real-ip-from", "real-ip-header"}, key) {
			t.Fatalf("key %s with value %q is not the tenant's to set", key, value)
		}
	}
}
