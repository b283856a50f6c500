// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package traefik

import (
	"strconv"
	"strings"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// ingresses begins the options of the ingress-nginx-compatible provider.
const ingresses = "providers.kubernetesingressnginx"

// arguments are the options that the operator sets.
func arguments(request provider.Request) provider.Arguments {
	t := request.Tenant
	args := provider.Arguments{
		"global.checknewversion":        "false",
		"global.sendanonymoususage":     "false",
		"entrypoints.traefik.address":   address(portHealth),
		"entrypoints.metrics.address":   address(portMetrics),
		"ping":                          "true",
		"providers.file.directory":      configDir,
		"providers.file.watch":          "true",
		"metrics.prometheus":            "true",
		"metrics.prometheus.entrypoint": "metrics",

		ingresses:                                   "true",
		ingresses + ".controllerclass":              provider.ControllerValue(request),
		ingresses + ".ingressclass":                 tenant.ClassName(t),
		ingresses + ".ingressclassbyname":           "false",
		ingresses + ".watchingresswithoutclass":     "false",
		ingresses + ".httpentrypoint":               "web",
		ingresses + ".httpsentrypoint":              "websecure",
		ingresses + ".allowcrossnamespaceresources": "false",
		ingresses + ".allowsnippetannotations":      strconv.FormatBool(tenant.AllowsSnippets(t)),
		ingresses + ".disablesvcexternalname":       strconv.FormatBool(!tenant.AllowsExternalNames(t)),
	}

	for entryPoint, port := range map[string]int{"web": portHTTP, "websecure": portHTTPS} {
		args.Set("entrypoints."+entryPoint+".address", address(port))
		args.Set("entrypoints."+entryPoint+".transport.lifecycle.requestacceptgracetimeout", acceptGrace)
		args.Set("entrypoints."+entryPoint+".transport.lifecycle.gracetimeout", drainGrace)
	}

	switch names := request.Namespaces.Names; {
	case request.Namespaces.All:
		// No option: Traefik watches every namespace.
	case len(names) == 0:
		// An empty option would mean every namespace. The tenant's own has no
		// Ingresses.
		args.Set(ingresses+".watchnamespace", tenant.Namespace(t))
	case len(names) == 1:
		args.Set(ingresses+".watchnamespace", names[0])
	default:
		args.Set(ingresses+".watchnamespaceselector", provider.NamespaceSelector(names))
	}

	// Traefik can read its address from a Service of a namespace that it
	// watches only, and the tenant's Service is in none of them. Without one it
	// leaves the status of Ingresses alone.
	if len(request.Addresses) > 0 && !request.Standby {
		args.Set(ingresses+".publishstatusaddress", strings.Join(request.Addresses, ","))
	}

	addClientAddresses(args, t)
	addLogging(args, t)

	return args
}

// addClientAddresses makes Traefik believe the tenant's proxies about clients'
// addresses, and nobody else.
func addClientAddresses(args provider.Arguments, t *v1alpha1.IngressTenant) {
	proxies, forwarders := tenant.ProxyProtocolSources(t), tenant.ForwardedHeaderSources(t)

	for _, entryPoint := range []string{"web", "websecure"} {
		if len(proxies) > 0 {
			args.Set("entrypoints."+entryPoint+".proxyprotocol.trustedips", strings.Join(proxies, ","))
		}

		if len(forwarders) > 0 {
			args.Set("entrypoints."+entryPoint+".forwardedheaders.trustedips", strings.Join(forwarders, ","))
		}
	}

	// An allow list goes by the last address in X-Forwarded-For that is no
	// forwarder's. Without this it goes by the connection's.
	if len(forwarders) > 0 {
		args.Set(ingresses+".ipallowliststrategy.excludedips", strings.Join(forwarders, ","))
	}
}

func addLogging(args provider.Arguments, t *v1alpha1.IngressTenant) {
	args.Set("log.level", strings.ToUpper(string(tenant.LogLevel(t))))

	if tenant.WantsAccessLog(t) {
		args.Set("accesslog", "true")
	}
}

func address(port int) string {
	return ":" + strconv.Itoa(port) + "/tcp"
}
