// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package traefik_test

import (
	"errors"
	"os"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider/traefik"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// prefix begins the options of the provider for Ingresses.
const prefix = "providers.kubernetesingressnginx"

// documented reads testdata/options.txt: every option, and whether a tenant may
// set it.
func documented(t *testing.T) map[string]bool {
	t.Helper()

	text, err := os.ReadFile("testdata/options.txt")
	if err != nil {
		t.Fatal(err)
	}

	options := map[string]bool{}

	for line := range strings.Lines(string(text)) {
		verdict, name, _ := strings.Cut(strings.TrimSpace(line), " ")
		if verdict == "permit" || verdict == "refuse" {
			options[name] = verdict == "permit"
		}
	}

	if len(options) == 0 {
		t.Fatal("testdata/options.txt holds no options")
	}

	return options
}

func TestEveryDocumentedOptionIsPermittedOrRefused(t *testing.T) {
	t.Parallel()

	for name, permitted := range documented(t) {
		for _, spelling := range []string{name, strings.ToUpper(name), mixed(name)} {
			for field, controller := range map[string]v1alpha1.ControllerSpec{
				"spec.controller.extraArgs[0]":             {ExtraArgs: []string{"--" + spelling}},
				"spec.controller.extraArgs[1]":             {ExtraArgs: []string{"--log.nocolor", "--" + spelling + "=true"}},
				"spec.controller.config[" + spelling + "]": {Config: map[string]v1alpha1.ConfigValue{spelling: "true"}},
			} {
				if name == "log.nocolor" && field == "spec.controller.extraArgs[1]" {
					continue // There it is refused for being given twice.
				}

				checkVerdict(t, controller, field, permitted)
			}
		}
	}
}

func checkVerdict(t *testing.T, controller v1alpha1.ControllerSpec, field string, permitted bool) {
	t.Helper()

	_, err := traefik.Provider{}.Workload(provider.Request{Tenant: blog(&controller)})

	var refused *provider.RefusedError

	switch {
	case permitted && err != nil:
		t.Errorf("%+q, %v: refused: %v", controller.ExtraArgs, controller.Config, err)
	case !permitted && !errors.As(err, &refused):
		t.Errorf("%+q, %v: got %v, want a refusal", controller.ExtraArgs, controller.Config, err)
	case !permitted && !strings.HasPrefix(refused.Message, field+": "):
		t.Errorf("%+q, %v: the refusal does not name %s: %s", controller.ExtraArgs, controller.Config, field, refused)
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

	var names []string
	for name := range documented(t) {
		names = append(names, name)
	}

	rapid.Check(t, func(t *rapid.T) {
		request := drawRequest(t, names)

		w, err := traefik.Provider{}.Workload(request)
		if err != nil {
			var refused *provider.RefusedError
			if !errors.As(err, &refused) || !strings.HasPrefix(refused.Message, "spec.") || refused.Reason == "" {
				t.Fatalf("got %#v, want a *RefusedError that names the field", err)
			}

			return
		}

		checkIsolated(t, request, w.Args)
	})
}

func drawRequest(t *rapid.T, names []string) provider.Request {
	option := rapid.OneOf(
		rapid.SampledFrom(names),
		rapid.Custom(func(t *rapid.T) string { return mixed(rapid.SampledFrom(names).Draw(t, "option")) }),
		// A permitted block with an ending of any kind.
		rapid.StringMatching(`(log|accesslog\.filters|entrypoints\.web\.http)\.[ -~]{0,20}`),
	)
	value := rapid.SampledFrom([]string{"", "true", "k8s.io/ingress-nginx", "kube-system", "a --" + names[0] + "=true", "a\n--ping=false"})

	controller := &v1alpha1.ControllerSpec{
		LogLevel:  rapid.SampledFrom([]v1alpha1.LogLevel{"", v1alpha1.LogError, v1alpha1.LogDebug}).Draw(t, "logLevel"),
		AccessLog: rapid.SampledFrom([]v1alpha1.Toggle{"", v1alpha1.Enabled, v1alpha1.Disabled}).Draw(t, "accessLog"),
		Config:    map[string]v1alpha1.ConfigValue{},
	}

	for range rapid.IntRange(0, 2).Draw(t, "entries") {
		controller.Config[option.Draw(t, "key")] = v1alpha1.ConfigValue(value.Draw(t, "value"))
	}

	for range rapid.IntRange(0, 2).Draw(t, "arguments") {
		controller.ExtraArgs = append(controller.ExtraArgs, "--"+option.Draw(t, "name")+rapid.SampledFrom([]string{"", "="}).Draw(t, "sign")+value.Draw(t, "value"))
	}

	subject := blog(controller)
	subject.Name = rapid.StringMatching(`[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?`).Draw(t, "tenant")
	subject.Spec.IngressClass = &v1alpha1.IngressClassSpec{Name: rapid.StringMatching(`([a-z0-9]{1,63})?`).Draw(t, "class")}
	namespaces := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z0-9]{1,8}`), 0, 4, rapid.ID)

	return provider.Request{
		Tenant:     subject,
		Namespaces: provider.Namespaces{All: rapid.Bool().Draw(t, "all"), Names: namespaces.Draw(t, "namespaces")},
		Addresses:  rapid.SliceOfN(rapid.Just("192.0.2.1"), 0, 2).Draw(t, "addresses"),
	}
}

func checkIsolated(t *rapid.T, request provider.Request, args []string) {
	options := parse(t, args)
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

// parse returns the values by option, each of which must be there once.
func parse(t *rapid.T, args []string) map[string]string {
	options := map[string]string{}

	for _, arg := range args {
		name, value, found := strings.Cut(strings.TrimPrefix(arg, "--"), "=")
		if !found || !strings.HasPrefix(arg, "--") || name != strings.ToLower(name) {
			t.Fatalf("argument %q is not a lower-case --name=value", arg)
		}

		if _, twice := options[name]; twice {
			t.Fatalf("option %s is there twice", name)
		}

		options[name] = value
	}

	return options
}

func checkOwnOptions(t *rapid.T, request provider.Request, options map[string]string) {
	for name, want := range map[string]string{
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
	} {
		if options[name] != want {
			t.Fatalf("option %s is %q, want %q", name, options[name], want)
		}
	}
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
