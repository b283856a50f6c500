// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package traefik_test

import (
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider/providertest"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider/traefik"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// prefix begins the options of the provider for Ingresses.
const prefix = "providers.kubernetesingressnginx"

func TestEveryDocumentedOptionIsPermittedOrRefused(t *testing.T) {
	t.Parallel()

	for name, verdict := range providertest.Documented(t, "options.txt") {
		for _, spelling := range []string{name, strings.ToUpper(name), mixed(name)} {
			for field, request := range map[string]provider.Request{
				"spec.controller.extraArgs[0]":             providertest.Flags("--" + spelling),
				"spec.controller.extraArgs[1]":             providertest.Flags("--log.nocolor", "--"+spelling+"=true"),
				"spec.controller.config[" + spelling + "]": providertest.Config(spelling, "true"),
			} {
				if name == "log.nocolor" && field == "spec.controller.extraArgs[1]" {
					continue // There it is refused for being given twice.
				}

				providertest.CheckVerdict(t, traefik.Provider{}, request, field, verdict == providertest.Permit)
			}
		}
	}
}

// mixed writes every second letter in upper case.
func mixed(name string) string {
	letters := []rune(name)
	for i := range letters {
		if i%2 == 0 {
			letters[i] = unicode.ToUpper(letters[i])
		}
	}

	return string(letters)
}

// Whatever a tenant asks for: either it is refused, or the controller serves the
// tenant's class in the tenant's namespaces, and nothing else.
func TestWhateverIsAskedForTheTenantStaysIsolated(t *testing.T) {
	t.Parallel()

	names := providertest.Documented(t, "options.txt").Names()
	option := rapid.OneOf(
		rapid.SampledFrom(names),
		rapid.Custom(func(t *rapid.T) string { return mixed(rapid.SampledFrom(names).Draw(t, "option")) }),
		// A permitted block with an ending of any kind.
		rapid.StringMatching(`(log|accesslog\.filters|entrypoints\.web\.http)\.[ -~]{0,20}`),
	)

	providertest.CheckIsolated(t, traefik.Provider{}, providertest.Requests{
		Flags:  option,
		Keys:   option,
		Values: []string{"a --" + names[0] + "=true", "a\n--ping=false"},
	}, checkIsolated)
}

func checkIsolated(t *rapid.T, request provider.Request, w provider.Workload) {
	options := providertest.Parse(t, w.Args)
	checkOwnOptions(t, request, options)
	checkNamespaces(t, request, options)

	for name := range options {
		// Of files Traefik reads the operator's own ConfigMap, nothing else.
		if name == "providers.file.directory" || name == "providers.file.watch" {
			continue
		}

		if strings.HasPrefix(name, "providers.") && !strings.HasPrefix(name, prefix) {
			t.Fatalf("option %s turns on another provider", name)
		}
	}
}

func checkOwnOptions(t *rapid.T, request provider.Request, options map[string]string) {
	providertest.CheckFlagValues(t, options, map[string]string{
		prefix:                                   "true",
		prefix + ".controllerclass":              tenant.ControllerValue(request.Tenant),
		prefix + ".ingressclass":                 tenant.ClassName(request.Tenant),
		prefix + ".ingressclassbyname":           "false",
		prefix + ".watchingresswithoutclass":     "false",
		prefix + ".allowcrossnamespaceresources": "false",
		"providers.file.directory":               "/etc/traefik/dynamic",
		"providers.file.watch":                   "true",
		prefix + ".allowsnippetannotations":      "false",
		prefix + ".disablesvcexternalname":       "true",
		"ping":                                   "true",
		"entrypoints.web.address":                ":8000/tcp",
		"entrypoints.websecure.address":          ":8443/tcp",
		"entrypoints.traefik.address":            ":8080/tcp",
		"entrypoints.metrics.address":            ":9100/tcp",
	})
}

func checkNamespaces(t *rapid.T, request provider.Request, options map[string]string) {
	one, hasOne := options[prefix+".watchnamespace"]
	several, hasSeveral := options[prefix+".watchnamespaceselector"]

	switch {
	case request.Namespaces.All && (hasOne || hasSeveral):
		t.Fatalf("all namespaces are asked for, and it watches %q%q", one, several)
	case !request.Namespaces.All && hasOne == hasSeveral:
		t.Fatalf("watchnamespace=%q and watchnamespaceselector=%q: want one of them", one, several)
	case !request.Namespaces.All && one+several == "":
		t.Fatal("an empty namespace means all of them")
	}
}
