// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package ingressnginx

import (
	"strconv"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// arguments are the flags that the operator sets.
func arguments(request provider.Request) provider.Arguments {
	t := request.Tenant
	own := tenant.Namespace(t)
	args := provider.Arguments{
		"controller-class": provider.ControllerValue(request),
		"ingress-class":    tenant.ClassName(t),
		// By name means by name or by value, never both.
		"ingress-class-by-name":        "false",
		"watch-ingress-without-class":  "false",
		"election-id":                  electionID,
		"configmap":                    own + "/" + workload,
		"publish-service":              own + "/" + tenant.Name(t),
		"http-port":                    strconv.Itoa(portHTTP),
		"https-port":                   strconv.Itoa(portHTTPS),
		"healthz-port":                 strconv.Itoa(portHealth),
		"enable-metrics":               "true",
		"enable-annotation-validation": "true",
		// The last pod of a Deployment would take the tenant's addresses out of its
		// Ingresses, and DNS would follow, while another provider's takes over.
		"update-status-on-shutdown": "false",
		// A pod that is told to stop goes on until nobody sends it requests any more.
		"shutdown-grace-period":     shutdownGrace,
		"disable-svc-external-name": strconv.FormatBool(!tenant.AllowsExternalNames(t)),
		"v":                         verbosity(t),
	}

	if request.Standby {
		args.Set("update-status", "false")
	}

	switch names := request.Namespaces.Names; {
	case request.Namespaces.All:
		// No flag: every namespace is watched.
	case len(names) == 0:
		// An empty flag would mean every namespace. The tenant's own has no
		// Ingresses.
		args.Set("watch-namespace", own)
	case len(names) == 1:
		args.Set("watch-namespace", names[0])
	default:
		// It reads all namespaces, and serves these.
		args.Set("watch-namespace-selector", provider.NamespaceSelector(names))
	}

	return args
}

// flags are those of the tenant's own: none that is permitted changes which
// Ingresses, namespaces, Services or Secrets are read, who is elected, or what
// the operator relies on.
func flags() provider.Flags {
	return provider.Flags{LogLevel: "v", Permitted: []string{
		"bucket-factor", "disable-catch-all", "disable-full-test", "dynamic-configuration-retries",
		"enable-ssl-chain-completion", "enable-topology-aware-routing", "exclude-socket-metrics",
		"length-buckets", "max-buckets", "metrics-per-host", "metrics-per-undefined-host",
		"monitor-max-batch-size", "post-shutdown-grace-period", "report-status-classes",
		"shutdown-grace-period", "size-buckets", "status-update-interval", "sync-period",
		"sync-rate-limit", "time-buckets",
	}}
}

// verbosity is the klog level: 2 logs reloads, 3 details of what changed.
// Below 2 there is nothing to choose from.
func verbosity(t *v1alpha1.IngressTenant) string {
	return provider.Verbosity(t, "0", "2", "3")
}
