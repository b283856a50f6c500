// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package haproxyingress_test

import (
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider/haproxyingress"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider/providertest"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

func TestEveryDocumentedFlagIsPermittedOrRefused(t *testing.T) {
	t.Parallel()
	providertest.CheckFlags(t, haproxyingress.Provider{}, providertest.Documented(t, "flags.txt"))
}

func TestEveryDocumentedKeyIsPermittedOrRefused(t *testing.T) {
	t.Parallel()
	providertest.CheckKeys(t, haproxyingress.Provider{}, providertest.Documented(t, "keys.txt"))
}

// Whatever a tenant asks for: either it is refused, or the controller serves the
// tenant's class in the tenant's namespace, and nothing else.
func TestWhateverIsAskedForTheTenantStaysIsolated(t *testing.T) {
	t.Parallel()

	requests := providertest.Requests{
		Flags:  providertest.NameOf(providertest.Documented(t, "flags.txt").Names(), `[a-zA-Z0-9][ -~]{0,20}`),
		Keys:   providertest.NameOf(providertest.Documented(t, "keys.txt").Names(), `[-a-zA-Z]{1,20}`),
		Values: []string{"a --watch-namespace=", "1m\n    http-request deny"},
	}

	providertest.CheckIsolated(t, haproxyingress.Provider{}, requests, func(t *rapid.T, request provider.Request, w provider.Workload) {
		checkOwnFlags(t, request, w)
		checkConfiguration(t, request, w.ConfigMap)
	})
}

func checkOwnFlags(t *rapid.T, request provider.Request, w provider.Workload) {
	flags := providertest.Parse(t, w.Args)
	own := tenant.Namespace(request.Tenant)
	want := map[string]string{
		"controller-class":            strings.TrimPrefix(w.ControllerValue, "haproxy-ingress.github.io/controller/"),
		"ingress-class":               tenant.ClassName(request.Tenant),
		"ingress-class-precedence":    "true",
		"watch-ingress-without-class": "false",
		"watch-gateway":               "false",
		"allow-cross-namespace":       "false",
		"disable-external-name":       "true",
		"disable-config-keywords":     "*",
		"healthz-addr":                ":10254",
		"update-status":               strconv.FormatBool(len(request.Addresses) > 0),
	}

	switch names := request.Namespaces.Names; {
	case request.Namespaces.All:
		want["configmap"], want["watch-namespace"] = own+"/haproxy-ingress", ""
	case len(names) == 1:
		want["configmap"], want["watch-namespace"] = "", names[0]
	default:
		want["configmap"], want["watch-namespace"] = "", own
	}

	providertest.CheckFlagValues(t, flags, want)

	if w.ControllerValue != "haproxy-ingress.github.io/controller/"+request.Tenant.Name || w.ClusterWide {
		t.Fatalf("controller value %s, cluster-wide %v", w.ControllerValue, w.ClusterWide)
	}
}

func checkConfiguration(t *rapid.T, request provider.Request, data map[string]string) {
	if (data != nil) != request.Namespaces.All {
		t.Fatalf("configuration %q, while all namespaces are served: %v", data, request.Namespaces.All)
	}

	for key, value := range data {
		if strings.HasPrefix(key, "config-") || strings.Contains(value, "\n") || strings.HasPrefix(key, "cross-namespace") || strings.HasSuffix(key, "-port") {
			t.Fatalf("key %s with value %q is not the tenant's to set", key, value)
		}
	}
}
