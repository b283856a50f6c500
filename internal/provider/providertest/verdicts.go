// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package providertest

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
)

// Verdict is whether a tenant may set an option of an ingress controller.
type Verdict string

// The verdicts of Documented.
const (
	Permit Verdict = "permit"
	Refuse Verdict = "refuse"
	// Snippet permits an option where the tenant's policy allows snippets.
	Snippet Verdict = "snippet"
)

// Options are the options that a controller has, and their verdicts.
type Options map[string]Verdict

// Names are the options, sorted.
func (o Options) Names() []string {
	return slices.Sorted(maps.Keys(o))
}

// Documented reads a list of options from a file in testdata: a verdict and an
// option in each line that is not a comment.
func Documented(t *testing.T, file string) Options {
	t.Helper()

	text, err := os.ReadFile(filepath.Join("testdata", filepath.Base(file)))
	if err != nil {
		t.Fatal(err)
	}

	options := Options{}

	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}

		verdict, name, _ := strings.Cut(line, " ")
		if _, twice := options[name]; twice || !slices.Contains([]Verdict{Permit, Refuse, Snippet}, Verdict(verdict)) {
			t.Fatalf("testdata/%s: %q is no verdict, or its option is there twice", file, line)
		}

		options[name] = Verdict(verdict)
	}

	if len(options) == 0 {
		t.Fatalf("testdata/%s holds no options", file)
	}

	return options
}

// CheckFlags holds an implementation whose controller knows flags in lower case
// only to the verdicts on its flags.
func CheckFlags(t *testing.T, p provider.Provider, options Options) {
	t.Helper()

	for name, verdict := range options {
		for _, arg := range []string{"--" + name, "--" + name + "=", "--" + name + "=true"} {
			CheckVerdict(t, p, Every(Flags(arg)), "spec.controller.extraArgs[0]", verdict == Permit)
		}

		if upper := strings.ToUpper(name); upper != name {
			CheckVerdict(t, p, Every(Flags("--"+upper)), "spec.controller.extraArgs[0]", false)
		}
	}
}

// CheckKeys holds an implementation to the verdicts on the keys of its
// controller's configuration.
func CheckKeys(t *testing.T, p provider.Provider, options Options) {
	t.Helper()

	for name, verdict := range options {
		request := Every(Config(name, "true"))
		field := "spec.controller.config[" + name + "]"

		CheckVerdict(t, p, request, field, verdict == Permit)

		request.Tenant = Permissive(&v1alpha1.ControllerSpec{Config: request.Tenant.Spec.Controller.Config})
		CheckVerdict(t, p, request, field, verdict != Refuse)
	}
}

// CheckVerdict holds an implementation to permit a request, or to refuse it with
// a message that begins with the field that is at fault.
func CheckVerdict(t *testing.T, p provider.Provider, request provider.Request, field string, permitted bool) {
	t.Helper()

	_, err := p.Workload(request)

	var refused *provider.RefusedError

	switch controller := request.Tenant.Spec.Controller; {
	case permitted && err != nil:
		t.Errorf("%+q, %v: refused: %v", controller.ExtraArgs, controller.Config, err)
	case !permitted && !errors.As(err, &refused):
		t.Errorf("%+q, %v: got %v, want a refusal", controller.ExtraArgs, controller.Config, err)
	case !permitted && !strings.HasPrefix(refused.Message, field+": "):
		t.Errorf("%+q, %v: the refusal does not name %s: %s", controller.ExtraArgs, controller.Config, field, refused)
	}
}
