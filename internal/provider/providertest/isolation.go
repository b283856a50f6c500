// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package providertest

import (
	"errors"
	"strings"

	"pgregory.net/rapid"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
)

// Requests draws what a tenant asks for, wild things included: it asks for what
// could lead its controller to what belongs to others.
type Requests struct {
	// Flags and Keys draw the names of flags, without "--", and of configuration.
	Flags, Keys *rapid.Generator[string]
	// Values are those to give to either, beside a few that are always tried.
	Values []string
}

// NameOf draws one of the names that are known, or of those that a pattern
// describes.
func NameOf(known []string, pattern string) *rapid.Generator[string] {
	return rapid.OneOf(rapid.SampledFrom(known), rapid.StringMatching(pattern))
}

// Draw draws one request.
func (r Requests) Draw(t *rapid.T) provider.Request {
	value := rapid.SampledFrom(append([]string{"", "true", "other", "k8s.io/ingress-nginx", "kube-system"}, r.Values...))

	controller := &v1alpha1.ControllerSpec{
		LogLevel:  rapid.SampledFrom([]v1alpha1.LogLevel{"", v1alpha1.LogError, v1alpha1.LogDebug}).Draw(t, "logLevel"),
		AccessLog: rapid.SampledFrom([]v1alpha1.Toggle{"", v1alpha1.Enabled, v1alpha1.Disabled}).Draw(t, "accessLog"),
		Config:    map[string]v1alpha1.ConfigValue{},
	}

	for range rapid.IntRange(0, 2).Draw(t, "entries") {
		controller.Config[r.Keys.Draw(t, "key")] = v1alpha1.ConfigValue(value.Draw(t, "value"))
	}

	for range rapid.IntRange(0, 2).Draw(t, "arguments") {
		controller.ExtraArgs = append(controller.ExtraArgs,
			"--"+r.Flags.Draw(t, "flag")+rapid.SampledFrom([]string{"", "="}).Draw(t, "sign")+value.Draw(t, "value"))
	}

	subject := Blog(controller)
	subject.Name = rapid.StringMatching(`[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?`).Draw(t, "tenant")
	subject.Spec.IngressClass = &v1alpha1.IngressClassSpec{Name: rapid.StringMatching(`([a-z0-9]{1,63})?`).Draw(t, "class")}
	namespaces := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z0-9]{1,8}`), 0, 3, rapid.ID)

	return provider.Request{
		Tenant:          subject,
		ControllerValue: rapid.SampledFrom([]string{"", "ingresstenant.io/" + subject.Name}).Draw(t, "controller value"),
		Namespaces:      provider.Namespaces{All: rapid.Bool().Draw(t, "all"), Names: namespaces.Draw(t, "namespaces")},
		Addresses:       rapid.SliceOfN(rapid.Just("192.0.2.1"), 0, 2).Draw(t, "addresses"),
	}
}

// CheckIsolated draws requests, and has each that is not refused looked at by
// check. A refusal has to name the field that is at fault.
func CheckIsolated(t rapid.TB, p provider.Provider, requests Requests, check func(*rapid.T, provider.Request, provider.Workload)) {
	t.Helper()

	rapid.Check(t, func(t *rapid.T) {
		request := requests.Draw(t)

		w, err := p.Workload(request)
		if err == nil {
			check(t, request, w)

			return
		}

		var refused *provider.RefusedError
		if !errors.As(err, &refused) || !strings.HasPrefix(refused.Message, "spec.") || refused.Reason == "" {
			t.Fatalf("got %#v, want a *RefusedError that names the field", err)
		}
	})
}

// Parse returns the values of a command line by flag, each of which has to be
// there once.
func Parse(t *rapid.T, args []string) map[string]string {
	flags := map[string]string{}

	for _, arg := range args {
		name, value, found := strings.Cut(strings.TrimPrefix(arg, "--"), "=")
		if !found || !strings.HasPrefix(arg, "--") || strings.HasPrefix(name, "-") || name != strings.ToLower(name) {
			t.Fatalf("argument %q is not a lower-case --name=value", arg)
		}

		if _, twice := flags[name]; twice {
			t.Fatalf("flag %s is there twice", name)
		}

		flags[name] = value
	}

	return flags
}

// CheckFlagValues holds a command line to the values of the operator's own flags.
func CheckFlagValues(t *rapid.T, flags, want map[string]string) {
	for name, value := range want {
		if flags[name] != value {
			t.Fatalf("flag %s is %q, want %q", name, flags[name], value)
		}
	}
}
