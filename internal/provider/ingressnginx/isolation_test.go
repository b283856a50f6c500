// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package ingressnginx_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider/ingressnginx"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider/providertest"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

func TestEveryDocumentedFlagIsPermittedOrRefused(t *testing.T) {
	t.Parallel()
	providertest.CheckFlags(t, ingressnginx.Provider{}, providertest.Documented(t, "flags.txt"))
}

func TestEveryDocumentedKeyIsPermittedOrRefused(t *testing.T) {
	t.Parallel()
	providertest.CheckKeys(t, ingressnginx.Provider{}, providertest.Documented(t, "keys.txt"))
}

// The controller matches keys whatever their letter case.
func TestProtectedKeysAreRefusedInAnyLetterCase(t *testing.T) {
	t.Parallel()

	for _, key := range []string{
		"allow-snippet-annotations", "annotations-risk-level", "allow-cross-namespace-resources", "disable-access-log",
		"annotation-value-word-blocklist", "lua-shared-dicts", "plugins", "enable-modsecurity", "modsecurity-snippet",
		"main-snippet", "http-snippet", "server-snippet", "location-snippet", "stream-snippet", "global-auth-snippet",
	} {
		for _, spelling := range []string{key, strings.ToUpper(key), strings.ToUpper(key[:1]) + key[1:], strings.Replace(key, "s", "\u017f", 1)} {
			providertest.CheckVerdict(t, ingressnginx.Provider{}, providertest.Config(spelling, "true"), "spec.controller.config["+spelling+"]", false)
		}
	}
}

// Whatever a tenant asks for: either it is refused, or the controller serves the
// tenant's class in the tenant's namespace, and nothing else.
func TestWhateverIsAskedForTheTenantStaysIsolated(t *testing.T) {
	t.Parallel()

	requests := providertest.Requests{
		Flags:  providertest.NameOf(providertest.Documented(t, "flags.txt").Names(), `[a-zA-Z0-9][ -~]{0,20}`),
		Keys:   providertest.NameOf(append(providertest.Documented(t, "keys.txt").Names(), "Plugins", "HTTP-snippet"), `[-a-zA-Z]{1,20}`),
		Values: []string{"a --watch-namespace=", "1m; load_module a.so"},
	}

	providertest.CheckIsolated(t, ingressnginx.Provider{}, requests, func(t *rapid.T, request provider.Request, w provider.Workload) {
		flags := providertest.Parse(t, w.Args[1:])
		checkOwnFlags(t, request, flags)
		checkNamespaces(t, request, w, flags)
		checkConfiguration(t, w.ConfigMap)
	})
}

func checkOwnFlags(t *rapid.T, request provider.Request, flags map[string]string) {
	own := tenant.Namespace(request.Tenant)
	providertest.CheckFlagValues(t, flags, map[string]string{
		"controller-class":             tenant.ControllerValue(request.Tenant),
		"ingress-class":                tenant.ClassName(request.Tenant),
		"ingress-class-by-name":        "false",
		"watch-ingress-without-class":  "false",
		"disable-svc-external-name":    "true",
		"enable-annotation-validation": "true",
		"election-id":                  "ingress-nginx-tenant",
		"configmap":                    own + "/ingress-nginx",
		"publish-service":              own + "/" + tenant.Name(request.Tenant),
		"http-port":                    "8080",
		"https-port":                   "8443",
		"healthz-port":                 "10254",
	})
}

func checkNamespaces(t *rapid.T, request provider.Request, w provider.Workload, flags map[string]string) {
	one, hasOne := flags["watch-namespace"]
	selector, selects := flags["watch-namespace-selector"]
	several := !request.Namespaces.All && len(request.Namespaces.Names) > 1

	switch {
	case request.Namespaces.All == (hasOne || selects):
		t.Fatalf("it watches %q%q where all namespaces are asked for: %v", one, selector, request.Namespaces.All)
	case hasOne && selects || hasOne && one == "":
		t.Fatalf("watch-namespace=%q and watch-namespace-selector=%q: want one of them", one, selector)
	case selects != several || w.ClusterWide != several:
		// A selector reads every Secret of the cluster, and the status says so.
		t.Fatalf("for %q it selects %q, ClusterWide is %v", request.Namespaces.Names, selector, w.ClusterWide)
	}
}

func checkConfiguration(t *rapid.T, data map[string]string) {
	for key, value := range data {
		if key != strings.ToLower(key) || strings.HasSuffix(key, "-snippet") || strings.Contains(value, ";") {
			t.Fatalf("key %s with value %q carries raw configuration", key, value)
		}
	}

	if data["allow-snippet-annotations"] != "false" || data["allow-cross-namespace-resources"] != "false" {
		t.Fatalf("configuration %v lifts a protection", data)
	}
}
