// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package haproxyingress

import (
	"strconv"
	"strings"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// arguments are the flags that the operator sets.
func arguments(request provider.Request) provider.Arguments {
	t := request.Tenant
	own := tenant.Namespace(t)
	args := provider.Arguments{
		"controller-class": t.Name,
		// The value of the older annotation, and part of the election's name.
		"ingress-class": tenant.ClassName(t),
		// An annotation does not take an Ingress away from the class in its spec.
		"ingress-class-precedence":    "true",
		"watch-ingress-without-class": "false",
		"watch-gateway":               "false",
		"allow-cross-namespace":       "false",
		"disable-external-name":       strconv.FormatBool(!tenant.AllowsExternalNames(t)),
		"healthz-addr":                ":" + strconv.Itoa(portMetrics),
		"profiling":                   "false",
		// The last pod of a Deployment would take the tenant's addresses out of its
		// Ingresses, and DNS would follow, while another provider's takes over.
		"update-status-on-shutdown": "false",
		"wait-before-shutdown":      acceptGrace,
		"haproxy-grace-period":      drainGrace,
		"shutdown-timeout":          shutdownTimeout,
		"v":                         verbosity(t),
	}

	// Snippets are on unless their keywords are off.
	if !tenant.AllowsSnippets(t) {
		args.Set("disable-config-keywords", "*")
	}

	// The flag that names the Service instead stops a controller whose Service has
	// no address yet. Without either it would publish the addresses of nodes.
	publishes := len(request.Addresses) > 0 && !request.Standby
	args.Set("update-status", strconv.FormatBool(publishes))

	if publishes {
		args.Set("publish-address", strings.Join(request.Addresses, ","))
	}

	switch names := request.Namespaces.Names; {
	case request.Namespaces.All:
		// No flag: every namespace is watched, that of the ConfigMap with them.
		args.Set("configmap", own+"/"+workload)
	case len(names) == 1:
		args.Set("watch-namespace", names[0])
	default:
		// An empty flag would mean every namespace. The tenant's own has no
		// Ingresses.
		args.Set("watch-namespace", own)
	}

	if certificate(t) != nil {
		args.Set("default-ssl-certificate", "file://"+certificateDir+"/"+certificateFile)
	}

	return args
}

// flags are those of the tenant's own: none that is permitted changes which
// Ingresses, namespaces, Services or Secrets are read, who is elected, how a pod
// drains, or what the operator relies on.
func flags() provider.Flags {
	return provider.Flags{
		LogLevel: "v",
		Permitted: []string{
			"backend-shards", "buckets-response-time", "connection-timeout", "disable-api-warnings",
			"log-caller", "log-dev", "log-enable-stacktrace", "log-encode-time", "log-encoder", "log-zap",
			"max-old-config-files", "rate-limit-update", "reload-interval", "reload-retry",
			"sort-backends", "sort-endpoints-by", "stats-collect-processing-period", "sync-period",
			"track-old-instances", "validate-config", "verify-hostname", "wait-before-update",
		},
		Instead: map[string]string{
			"disable-config-keywords": "spec.policy.snippets",
			"disable-external-name":   "spec.policy.externalNameServices",
			"default-ssl-certificate": "spec.tls.defaultCertificate",
		},
	}
}

// verbosity is the controller's log level: 1 logs what it does, 2 details of it
// and is its own default, 3 is for finding faults. There is nothing below 1.
func verbosity(t *v1alpha1.IngressTenant) string {
	return provider.Verbosity(t, "1", "2", "3")
}
