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

	if name == "log.filepath" {
		return provider.Refuse(v1alpha1.ReasonInvalidSpec, "%s: option %q is not permitted: the container's file system is read-only, and logs go to its output", field, name)
	}

	if instead, reason := fieldFor(name); instead != "" {
		return provider.Refuse(reason, "%s: set %s instead of option %q", field, instead, name)
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

// fieldFor is the field of the spec to set instead of an option that the operator
// sets, and the reason to refuse the option; empty for others.
func fieldFor(name string) (field, reason string) {
	for _, entryPoint := range []string{"web", "websecure"} {
		switch option, _ := strings.CutPrefix(name, "entrypoints."+entryPoint+"."); {
		case strings.HasPrefix(option, "proxyprotocol."):
			return "spec.exposure.clientAddress.proxyProtocol", v1alpha1.ReasonInvalidSpec
		case option == "forwardedheaders.trustedips", option == "forwardedheaders.insecure":
			return "spec.exposure.clientAddress.forwardedHeaders", v1alpha1.ReasonInvalidSpec
		case option == "http.tls.options":
			return "spec.tls.profile", v1alpha1.ReasonInvalidSpec
		}
	}

	switch name {
	case "log.level":
		return "spec.controller.logLevel", v1alpha1.ReasonInvalidSpec
	case "accesslog":
		return "spec.controller.accessLog", v1alpha1.ReasonInvalidSpec
	case ingresses + ".allowsnippetannotations":
		return "spec.policy.snippets", v1alpha1.ReasonIsolationBroken
	case ingresses + ".disablesvcexternalname":
		return "spec.policy.externalNameServices", v1alpha1.ReasonIsolationBroken
	default:
		return "", ""
	}
}
