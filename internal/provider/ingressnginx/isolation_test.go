// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package ingressnginx_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider/ingressnginx"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// documented reads testdata/flags.txt: every flag, and whether a tenant may set
// it.
func documented(t *testing.T) map[string]bool {
	t.Helper()

	text, err := os.ReadFile("testdata/flags.txt")
	if err != nil {
		t.Fatal(err)
	}

	flags := map[string]bool{}

	for line := range strings.Lines(string(text)) {
		verdict, name, _ := strings.Cut(strings.TrimSpace(line), " ")
		if verdict == "permit" || verdict == "refuse" {
			flags[name] = verdict == "permit"
		}
	}

	if len(flags) == 0 {
		t.Fatal("testdata/flags.txt holds no flags")
	}

	return flags
}

func TestEveryDocumentedFlagIsPermittedOrRefused(t *testing.T) {
	t.Parallel()

	for name, permitted := range documented(t) {
		for _, arg := range []string{"--" + name, "--" + name + "=", "--" + name + "=true"} {
			checkVerdict(t, v1alpha1.ControllerSpec{ExtraArgs: []string{arg}}, "spec.controller.extraArgs[0]", permitted)
		}

		// The controller knows flags in lower case only.
		if upper := strings.ToUpper(name); upper != name {
			checkVerdict(t, v1alpha1.ControllerSpec{ExtraArgs: []string{"--" + upper}}, "spec.controller.extraArgs[0]", false)
		}
	}
}

// The controller matches keys whatever their letter case.
func TestProtectedKeysAreRefusedInAnyLetterCase(t *testing.T) {
	t.Parallel()

	for _, key := range []string{
		"allow-snippet-annotations", "annotations-risk-level", "allow-cross-namespace-resources", "disable-access-log",
		"annotation-value-word-blocklist", "lua-shared-dicts", "plugins", "enable-modsecurity", "modsecurity-snippet",
		"main-snippet", "http-snippet", "server-snippet", "location-snippet", "stream-snippet", "global-auth-snippet",
	} {
		for _, spelling := range []string{key, strings.ToUpper(key), strings.ToUpper(key[:1]) + key[1:], strings.Replace(key, "s", "\u017f", 1)} {
			checkVerdict(t, v1alpha1.ControllerSpec{Config: map[string]v1alpha1.ConfigValue{spelling: "true"}}, "spec.controller.config["+spelling+"]", false)
		}
	}
}

func checkVerdict(t *testing.T, controller v1alpha1.ControllerSpec, field string, permitted bool) {
	t.Helper()

	_, err := ingressnginx.Provider{}.Workload(provider.Request{Tenant: blog(&controller)})

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

// Whatever a tenant asks for: either it is refused, or the controller serves the
// tenant's class in the tenant's namespace, and nothing else.
func TestWhateverIsAskedForTheTenantStaysIsolated(t *testing.T) {
	t.Parallel()

	var names []string
	for name := range documented(t) {
		names = append(names, name)
	}

	rapid.Check(t, func(t *rapid.T) {
		request := drawRequest(t, names)

		w, err := ingressnginx.Provider{}.Workload(request)
		if err != nil {
			var refused *provider.RefusedError
			if !errors.As(err, &refused) || !strings.HasPrefix(refused.Message, "spec.") || refused.Reason == "" {
				t.Fatalf("got %#v, want a *RefusedError that names the field", err)
			}

			return
		}

		checkIsolated(t, request, w)
	})
}

func drawRequest(t *rapid.T, names []string) provider.Request {
	flag := rapid.OneOf(rapid.SampledFrom(names), rapid.StringMatching(`[a-zA-Z0-9][ -~]{0,20}`))
	key := rapid.OneOf(
		rapid.SampledFrom([]string{"proxy-body-size", "Plugins", "use-gzip", "HTTP-snippet", "allow-snippet-annotations"}),
		rapid.StringMatching(`[-a-zA-Z]{1,20}`),
	)
	value := rapid.SampledFrom([]string{"", "true", "k8s.io/ingress-nginx", "kube-system", "a --watch-namespace=", "1m; load_module a.so"})

	controller := &v1alpha1.ControllerSpec{Config: map[string]v1alpha1.ConfigValue{}}

	for range rapid.IntRange(0, 2).Draw(t, "entries") {
		controller.Config[key.Draw(t, "key")] = v1alpha1.ConfigValue(value.Draw(t, "value"))
	}

	for range rapid.IntRange(0, 2).Draw(t, "arguments") {
		controller.ExtraArgs = append(controller.ExtraArgs, "--"+flag.Draw(t, "flag")+rapid.SampledFrom([]string{"", "="}).Draw(t, "sign")+value.Draw(t, "value"))
	}

	subject := blog(controller)
	subject.Name = rapid.StringMatching(`[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?`).Draw(t, "tenant")
	subject.Spec.IngressClass = &v1alpha1.IngressClassSpec{Name: rapid.StringMatching(`([a-z0-9]{1,63})?`).Draw(t, "class")}
	namespaces := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z0-9]{1,8}`), 0, 2, rapid.ID)

	return provider.Request{
		Tenant:     subject,
		Namespaces: provider.Namespaces{All: rapid.Bool().Draw(t, "all"), Names: namespaces.Draw(t, "namespaces")},
	}
}

func checkIsolated(t *rapid.T, request provider.Request, w provider.Workload) {
	flags := parse(t, w.Args[1:])
	checkOwnFlags(t, request, flags)
	checkNamespaces(t, request, w, flags)
	checkConfiguration(t, w.ConfigMap)
}

// parse returns the values by flag, each of which must be there once.
func parse(t *rapid.T, args []string) map[string]string {
	flags := map[string]string{}

	for _, arg := range args {
		name, value, found := strings.Cut(strings.TrimPrefix(arg, "--"), "=")
		if !found || !strings.HasPrefix(arg, "--") {
			t.Fatalf("argument %q is not --name=value", arg)
		}

		if _, twice := flags[name]; twice {
			t.Fatalf("flag %s is there twice", name)
		}

		flags[name] = value
	}

	return flags
}

func checkOwnFlags(t *rapid.T, request provider.Request, flags map[string]string) {
	own := tenant.Namespace(request.Tenant)
	for name, want := range map[string]string{
		"controller-class":             tenant.ControllerValue(request.Tenant),
		"ingress-class":                tenant.ClassName(request.Tenant),
		"ingress-class-by-name":        "false",
		"watch-ingress-without-class":  "false",
		"disable-svc-external-name":    "true",
		"enable-annotation-validation": "true",
		"election-id":                  "ingress-controller-leader",
		"configmap":                    own + "/ingress-nginx",
		"publish-service":              own + "/" + tenant.Name(request.Tenant),
		"http-port":                    "8080",
		"https-port":                   "8443",
		"healthz-port":                 "10254",
	} {
		if flags[name] != want {
			t.Fatalf("flag %s is %q, want %q", name, flags[name], want)
		}
	}
}

func checkNamespaces(t *rapid.T, request provider.Request, w provider.Workload, flags map[string]string) {
	one, hasOne := flags["watch-namespace"]
	selector, selects := flags["watch-namespace-selector"]
	several := !request.Namespaces.All && len(request.Namespaces.Names) > 1

	switch {
	case request.Namespaces.All == (hasOne || selects):
		t.Fatalf("it watches %q%q where all namespaces are asked for: %v", one, selector, request.Namespaces.All)
	case hasOne && selects || hasOne && one == "":
		t.Fatalf("watch-namespace=%q and watch-namespace-selector=%q: want one of them", one, selector)
	case selects != several || w.ClusterWide != several:
		// A selector reads every Secret of the cluster, and the status says so.
		t.Fatalf("for %q it selects %q, ClusterWide is %v", request.Namespaces.Names, selector, w.ClusterWide)
	}
}

func checkConfiguration(t *rapid.T, data map[string]string) {
	for key, value := range data {
		if key != strings.ToLower(key) || strings.HasSuffix(key, "-snippet") || strings.Contains(value, ";") {
			t.Fatalf("key %s with value %q carries raw configuration", key, value)
		}
	}

	if data["allow-snippet-annotations"] != "false" || data["allow-cross-namespace-resources"] != "false" {
		t.Fatalf("configuration %v lifts a protection", data)
	}
}
