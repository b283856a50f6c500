// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package traefik

import (
	"slices"
	"strings"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
)

// Options that a tenant may set. It is a list of what is permitted, not of what
// is forbidden: an option that a later version adds is refused until somebody
// has read what it does. None of these changes which Ingresses, namespaces or
// providers are read, which ports are open, or what the operator relies on.
func permittedPrefixes() []string {
	prefixes := []string{
		"accesslog.fields.",
		"accesslog.filters.",
		"serverstransport.forwardingtimeouts.",
	}

	for _, entryPoint := range []string{"web", "websecure"} {
		for _, block := range []string{"http.", "http2.", "transport.respondingtimeouts.", "transport.keepalive"} {
			prefixes = append(prefixes, "entrypoints."+entryPoint+"."+block)
		}
	}

	return prefixes
}

func permittedNames() []string {
	names := []string{
		"accesslog.format",
		"accesslog.bufferingsize",
		"accesslog.addinternals",
		"log.format",
		"log.nocolor",
		"metrics.addinternals",
		"metrics.prometheus.addentrypointslabels",
		"metrics.prometheus.addrouterslabels",
		"metrics.prometheus.addserviceslabels",
		"metrics.prometheus.buckets",
		"serverstransport.insecureskipverify",
		"serverstransport.maxidleconnsperhost",
	}

	for _, entryPoint := range []string{"web", "websecure"} {
		names = append(names,
			"entrypoints."+entryPoint+".forwardedheaders.connection",
			"entrypoints."+entryPoint+".forwardedheaders.notappendxforwardedfor")
	}

	for _, name := range []string{
		"clientbodybuffersize", "customhttperrors", "globalallowedresponseheaders", "globalauthurl",
		"ipallowliststrategy.depth", "ipallowliststrategy.excludedips", "ipallowliststrategy.ipv6subnet",
		"proxybodysize", "proxybuffering", "proxybuffersize", "proxybuffersnumber", "proxyconnecttimeout",
		"proxynextupstream", "proxynextupstreamtimeout", "proxynextupstreamtries", "proxyreadtimeout",
		"proxyrequestbuffering", "proxysendtimeout", "strictvalidatepathtype",
		"upstreamkeepalivetimeout",
	} {
		names = append(names, ingresses+"."+name)
	}

	return names
}

// addOptions adds the tenant's own options, or returns a *RefusedError that
// names the first that is not permitted. Traefik's options are case-insensitive.
func addOptions(args provider.Arguments, t *v1alpha1.IngressTenant) error {
	c := t.Spec.Controller
	if c == nil {
		return nil
	}

	options := slices.Concat(provider.ParseConfig(c.Config), provider.ParseExtraArgs(c.ExtraArgs))
	for i := range options {
		options[i].Name = strings.ToLower(options[i].Name)
	}

	return args.Add(options, check)
}

// nameCharacters are the characters of option names, indexes of lists included.
const nameCharacters = "abcdefghijklmnopqrstuvwxyz0123456789.-_[]"

func check(option provider.Option) error {
	name, field := option.Name, option.Field

	// A key of the configuration can hold anything. With an equals sign it would
	// be an option of another name than the one checked below.
	if strings.Trim(name, nameCharacters) != "" {
		return provider.Refuse(v1alpha1.ReasonInvalidSpec,
			`%s: %q is not the name of an option; use letters, digits, ".", "-", "_" and "[0]"`, field, name)
	}

	switch name {
	case "log.level":
		return provider.Refuse(v1alpha1.ReasonInvalidSpec, "%s: set spec.controller.logLevel instead of option %q", field, name)
	case "accesslog":
		return provider.Refuse(v1alpha1.ReasonInvalidSpec, "%s: set spec.controller.accessLog instead of option %q", field, name)
	case "log.filepath":
		return provider.Refuse(v1alpha1.ReasonInvalidSpec, "%s: option %q is not permitted: the container's file system is read-only, and logs go to its output", field, name)
	case ingresses + ".allowsnippetannotations":
		return provider.Refuse(v1alpha1.ReasonIsolationBroken, "%s: set spec.policy.snippets instead of option %q", field, name)
	case ingresses + ".disablesvcexternalname":
		return provider.Refuse(v1alpha1.ReasonIsolationBroken, "%s: set spec.policy.externalNameServices instead of option %q", field, name)
	}

	for _, entryPoint := range []string{"web", "websecure"} {
		switch {
		case strings.HasPrefix(name, "entrypoints."+entryPoint+".proxyprotocol."):
			return provider.Refuse(v1alpha1.ReasonInvalidSpec, "%s: set spec.exposure.clientAddress.proxyProtocol instead of option %q", field, name)
		case name == "entrypoints."+entryPoint+".forwardedheaders.trustedips", name == "entrypoints."+entryPoint+".forwardedheaders.insecure":
			return provider.Refuse(v1alpha1.ReasonInvalidSpec, "%s: set spec.exposure.clientAddress.forwardedHeaders instead of option %q", field, name)
		}
	}

	if slices.Contains(permittedNames(), name) {
		return nil
	}

	for _, prefix := range permittedPrefixes() {
		if strings.HasPrefix(name, prefix) {
			return nil
		}
	}

	return provider.Refuse(v1alpha1.ReasonIsolationBroken,
		"%s: option %q is not permitted: it is not one of those known to leave the tenant's class, namespaces, ports and rights alone; remove it", field, name)
}
