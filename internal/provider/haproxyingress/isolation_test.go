// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package haproxyingress_test

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider/haproxyingress"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// documented reads a list of options in testdata: each, and its verdict.
func documented(t *testing.T, file string) map[string]string {
	t.Helper()

	text, err := os.ReadFile(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}

	verdicts := map[string]string{}

	for line := range strings.Lines(string(text)) {
		verdict, name, _ := strings.Cut(strings.TrimSpace(line), " ")
		if slices.Contains([]string{"permit", "refuse", "snippet"}, verdict) {
			verdicts[name] = verdict
		}
	}

	if len(verdicts) == 0 {
		t.Fatalf("testdata/%s holds no options", file)
	}

	return verdicts
}

func TestEveryDocumentedFlagIsPermittedOrRefused(t *testing.T) {
	t.Parallel()

	for name, verdict := range documented(t, "flags.txt") {
		for _, arg := range []string{"--" + name, "--" + name + "=", "--" + name + "=true"} {
			subject := blog(&v1alpha1.ControllerSpec{ExtraArgs: []string{arg}})
			checkVerdict(t, subject, "spec.controller.extraArgs[0]", verdict == "permit")
		}

		// The controller knows flags in lower case only.
		if upper := strings.ToUpper(name); upper != name {
			checkVerdict(t, blog(&v1alpha1.ControllerSpec{ExtraArgs: []string{"--" + upper}}), "spec.controller.extraArgs[0]", false)
		}
	}
}

func TestEveryDocumentedKeyIsPermittedOrRefused(t *testing.T) {
	t.Parallel()

	for name, verdict := range documented(t, "keys.txt") {
		settings := &v1alpha1.ControllerSpec{Config: map[string]v1alpha1.ConfigValue{name: "true"}}
		field := "spec.controller.config[" + name + "]"

		checkVerdict(t, blog(settings), field, verdict == "permit")
		checkVerdict(t, permissive(settings), field, verdict != "refuse")
	}
}

func checkVerdict(t *testing.T, subject *v1alpha1.IngressTenant, field string, permitted bool) {
	t.Helper()

	_, err := haproxyingress.Provider{}.Workload(provider.Request{Tenant: subject, Namespaces: every()})

	var refused *provider.RefusedError

	switch controller := subject.Spec.Controller; {
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

	flags := slices.Sorted(maps.Keys(documented(t, "flags.txt")))
	keys := slices.Sorted(maps.Keys(documented(t, "keys.txt")))

	rapid.Check(t, func(t *rapid.T) {
		request := drawRequest(t, flags, keys)

		w, err := haproxyingress.Provider{}.Workload(request)
		if err != nil {
			var refused *provider.RefusedError
			if !errors.As(err, &refused) || !strings.HasPrefix(refused.Message, "spec.") || refused.Reason == "" {
				t.Fatalf("got %#v, want a *RefusedError that names the field", err)
			}

			return
		}

		checkOwnFlags(t, request, w)
		checkConfiguration(t, request, w.ConfigMap)
	})
}

func drawRequest(t *rapid.T, flags, keys []string) provider.Request {
	flag := rapid.OneOf(rapid.SampledFrom(flags), rapid.StringMatching(`[a-zA-Z0-9][ -~]{0,20}`))
	key := rapid.OneOf(rapid.SampledFrom(keys), rapid.StringMatching(`[-a-zA-Z]{1,20}`))
	value := rapid.SampledFrom([]string{"", "true", "other", "kube-system", "a --watch-namespace=", "1m\n    http-request deny"})

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
		Tenant:          subject,
		ControllerValue: rapid.SampledFrom([]string{"", "ingresstenant.io/" + subject.Name}).Draw(t, "controller value"),
		Namespaces:      provider.Namespaces{All: rapid.Bool().Draw(t, "all"), Names: namespaces.Draw(t, "namespaces")},
	}
}

func checkOwnFlags(t *rapid.T, request provider.Request, w provider.Workload) {
	flags := map[string]string{}

	for _, arg := range w.Args {
		name, value, found := strings.Cut(strings.TrimPrefix(arg, "--"), "=")
		if !found || !strings.HasPrefix(arg, "--") {
			t.Fatalf("argument %q is not --name=value", arg)
		}

		if _, twice := flags[name]; twice {
			t.Fatalf("flag %s is there twice", name)
		}

		flags[name] = value
	}

	own := tenant.Namespace(request.Tenant)
	want := map[string]string{
		"controller-class":            strings.TrimPrefix(w.ControllerValue, "haproxy-ingress.github.io/controller/"),
		"ingress-class":               tenant.ClassName(request.Tenant),
		"ingress-class-precedence":    "true",
		"watch-ingress-without-class": "false",
		"watch-gateway":               "false",
		"allow-cross-namespace":       "false",
		"disable-external-name":       "true",
		"disable-config-keywords":     "*",
		"healthz-addr":                ":10254",
		"update-status":               "false",
	}

	switch names := request.Namespaces.Names; {
	case request.Namespaces.All:
		want["configmap"], want["watch-namespace"] = own+"/haproxy-ingress", ""
	case len(names) == 1:
		want["configmap"], want["watch-namespace"] = "", names[0]
	default:
		want["configmap"], want["watch-namespace"] = "", own
	}

	for name, value := range want {
		if flags[name] != value {
			t.Fatalf("flag %s is %q, want %q", name, flags[name], value)
		}
	}

	if w.ControllerValue != "haproxy-ingress.github.io/controller/"+request.Tenant.Name || w.ClusterWide {
		t.Fatalf("controller value %s, cluster-wide %v", w.ControllerValue, w.ClusterWide)
	}
}

func checkConfiguration(t *rapid.T, request provider.Request, data map[string]string) {
	if (data != nil) != request.Namespaces.All {
		t.Fatalf("configuration %q, while all namespaces are served: %v", data, request.Namespaces.All)
	}

	for key, value := range data {
		if strings.HasPrefix(key, "config-") || strings.Contains(value, "\n") || strings.HasPrefix(key, "cross-namespace") || strings.HasSuffix(key, "-port") {
			t.Fatalf("key %s with value %q is not the tenant's to set", key, value)
		}
	}
}
