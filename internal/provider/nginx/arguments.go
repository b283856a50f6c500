// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package nginx

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// logFlag is the flag for the log level.
//
// Source: logLevels in cmd/nginx-ingress/main.go, which have warning; the
// documentation has warn.
const logFlag = "log-level"

// lease is the name of the election's Lease, in the tenant's own namespace. The
// role that permits it names it too.
const lease = "nginx-leader"

// arguments are the flags that the operator sets. The project's documentation
// writes them with one dash; Go's package flag reads two alike.
func arguments(request provider.Request) provider.Arguments {
	t := request.Tenant
	own := tenant.Namespace(t)
	args := provider.Arguments{
		// The class's name. Its controller value is the same for everybody.
		"ingress-class": tenant.ClassName(t),
		// VirtualServers without a class are served by every instance that sees them,
		// and Policies have none.
		"enable-custom-resources":   "false",
		"enable-leader-election":    "true",
		"leader-election-lock-name": lease,
		"nginx-configmaps":          own + "/" + workload,
		"enable-snippets":           strconv.FormatBool(tenant.AllowsSnippets(t)),
		// It would call its makers once a day, and list the cluster's nodes for that.
		"enable-telemetry-reporting":     "false",
		"enable-prometheus-metrics":      "true",
		"prometheus-metrics-listen-port": strconv.Itoa(portMetrics),
		// One port less: metrics are read from a socket.
		"nginx-status":          "false",
		"ready-status":          "true",
		"ready-status-port":     strconv.Itoa(portHealth),
		"report-ingress-status": strconv.FormatBool(publishes(request)),
		logFlag:                 provider.LogWord(t),
	}

	// No flag would mean every namespace. The tenant's own has no Ingresses.
	if !request.Namespaces.All {
		namespaces := cmp.Or(strings.Join(request.Namespaces.Names, ","), own)
		args.Set("watch-namespace", namespaces)
		args.Set("watch-secret-namespace", namespaces)
	}

	return args
}

// publishes is whether the controller writes the status of Ingresses. It takes the
// address from its ConfigMap: a Service is seen only in a watched namespace.
//
// Source: syncService in internal/k8s/service.go.
func publishes(request provider.Request) bool {
	return len(request.Addresses) > 0 && !request.Standby
}

// flags are those of the tenant's own: none that is permitted changes which
// Ingresses, namespaces, Services or Secrets are read, where it listens, whom it
// calls, or what the operator relies on.
func flags() provider.Flags {
	return provider.Flags{
		LogLevel: logFlag,
		Permitted: []string{
			"allow-empty-ingress-host", "disable-ipv6", "enable-config-safety", "enable-directive-autoadjust",
			"enable-latency-metrics", "health-status", "log-format", "nginx-reload-timeout", "ssl-dynamic-reload",
		},
		Instead: map[string]string{
			"enable-snippets":        "spec.policy.snippets",
			"ingress-class":          "spec.ingressClass.name",
			"watch-namespace":        "spec.namespaces",
			"watch-namespace-label":  "spec.namespaces",
			"watch-secret-namespace": "spec.namespaces",
		},
	}
}
