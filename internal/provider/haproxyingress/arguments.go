// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package haproxyingress

import (
	"slices"
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

// permittedFlags are the flags that a tenant may set. It is a list of what is
// permitted, not of what is forbidden: none of these changes which Ingresses,
// namespaces, Services or Secrets are read, who is elected, how a pod drains, or
// what the operator relies on.
func permittedFlags() []string {
	return []string{
		"backend-shards", "buckets-response-time", "connection-timeout", "disable-api-warnings",
		"log-caller", "log-dev", "log-enable-stacktrace", "log-encode-time", "log-encoder", "log-zap",
		"max-old-config-files", "rate-limit-update", "reload-interval", "reload-retry",
		"sort-backends", "sort-endpoints-by", "stats-collect-processing-period", "sync-period",
		"track-old-instances", "validate-config", "verify-hostname", "wait-before-update",
	}
}

// addOptions adds the tenant's own flags, or returns a *RefusedError that names
// the first that is not permitted.
func addOptions(args provider.Arguments, t *v1alpha1.IngressTenant) error {
	if t.Spec.Controller == nil {
		return nil
	}

	return args.Add(provider.ParseExtraArgs(t.Spec.Controller.ExtraArgs), check)
}

func check(option provider.Option) error {
	switch {
	case option.Name == "v":
		return provider.Refuse(v1alpha1.ReasonInvalidSpec, "%s: set spec.controller.logLevel instead of flag --v", option.Field)
	case option.Name == "disable-config-keywords":
		return provider.Refuse(v1alpha1.ReasonIsolationBroken, "%s: set spec.policy.snippets instead of flag --%s", option.Field, option.Name)
	case option.Name == "disable-external-name":
		return provider.Refuse(v1alpha1.ReasonIsolationBroken, "%s: set spec.policy.externalNameServices instead of flag --%s", option.Field, option.Name)
	case option.Name == "default-ssl-certificate":
		return provider.Refuse(v1alpha1.ReasonIsolationBroken, "%s: set spec.tls.defaultCertificate instead of flag --%s", option.Field, option.Name)
	case !slices.Contains(permittedFlags(), option.Name):
		return provider.Refuse(v1alpha1.ReasonIsolationBroken,
			"%s: flag --%s is not permitted: it is not one of those known to leave the tenant's class, namespaces, election, ports and rights alone; remove it",
			option.Field, option.Name)
	}

	return nil
}

// verbosity is the controller's log level: 1 logs what it does, 2 details of it
// and is its own default, 3 is for finding faults. There is nothing below 1.
func verbosity(t *v1alpha1.IngressTenant) string {
	if t.Spec.Controller == nil {
		return "2"
	}

	switch t.Spec.Controller.LogLevel {
	case v1alpha1.LogError, v1alpha1.LogWarn:
		return "1"
	case v1alpha1.LogDebug:
		return "3"
	case v1alpha1.LogInfo:
		return "2"
	default:
		return "2"
	}
}
