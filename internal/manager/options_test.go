// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package manager_test

import (
	"flag"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/manager"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
)

func parse(args ...string) (manager.Options, error) {
	var options manager.Options

	flags := flag.NewFlagSet("operator", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	options.Bind(flags)

	return options, flags.Parse(args)
}

func TestOptions(t *testing.T) {
	t.Parallel()

	defaults := manager.Options{
		MetricsAddress:          ":8080",
		HealthAddress:           ":8081",
		MaxConcurrentReconciles: 4,
		Images:                  map[v1alpha1.ProviderName]provider.Image{},
	}
	everything := manager.Options{
		MetricsAddress:          "0",
		HealthAddress:           "127.0.0.1:9090",
		LeaderElection:          true,
		LeaderElectionNamespace: "operators",
		MaxConcurrentReconciles: 16,
		RequireConsent:          true,
		Images: map[v1alpha1.ProviderName]provider.Image{
			v1alpha1.ProviderTraefik:      {Repository: "registry.example.com:5000/mirror/traefik", Version: "v3.7.20"},
			v1alpha1.ProviderIngressNGINX: {Repository: "controller", Version: "v1.15.1"},
		},
	}

	for name, test := range map[string]struct {
		args []string
		want manager.Options
	}{
		"the defaults": {nil, defaults},
		"every flag": {[]string{
			"--metrics-bind-address=0",
			"--health-probe-bind-address=127.0.0.1:9090",
			"--leader-elect",
			"--leader-election-namespace=operators",
			"--max-concurrent-reconciles=16",
			"--require-consent",
			"--default-image=Traefik=registry.example.com:5000/mirror/traefik:v3.7.20",
			"--default-image=IngressNGINX=controller:v1.15.1",
		}, everything},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			options, err := parse(test.args...)
			if err != nil {
				t.Fatal(err)
			}

			if diff := cmp.Diff(test.want, options); diff != "" {
				t.Errorf("options (-want +got):\n%s", diff)
			}
		})
	}
}

func TestOptionsRefuse(t *testing.T) {
	t.Parallel()

	const shape = "want PROVIDER=REPOSITORY:VERSION, such as Traefik=registry.example.com/traefik:v3.7.20"

	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"an image of no provider": {
			[]string{"--default-image=registry.example.com/traefik:v3.7.20"},
			`invalid value "registry.example.com/traefik:v3.7.20" for flag -default-image: default image "registry.example.com/traefik:v3.7.20": ` + shape,
		},
		"a provider without a name": {
			[]string{"--default-image==traefik:v3.7.20"},
			`invalid value "=traefik:v3.7.20" for flag -default-image: default image "=traefik:v3.7.20": ` + shape,
		},
		"a provider without an image": {
			[]string{"--default-image=Traefik="},
			`invalid value "Traefik=" for flag -default-image: default image "Traefik=": ` + shape,
		},
		"an image without a version": {
			[]string{"--default-image=Traefik=registry.example.com/traefik"},
			`invalid value "Traefik=registry.example.com/traefik" for flag -default-image: default image "Traefik=registry.example.com/traefik": ` + shape,
		},
		"a registry's port for a version": {
			[]string{"--default-image=Traefik=registry.example.com:5000/traefik"},
			`invalid value "Traefik=registry.example.com:5000/traefik" for flag -default-image: default image "Traefik=registry.example.com:5000/traefik": ` + shape,
		},
		"a version without a repository": {
			[]string{"--default-image=Traefik=:v3.7.20"},
			`invalid value "Traefik=:v3.7.20" for flag -default-image: default image "Traefik=:v3.7.20": ` + shape,
		},
		"an empty version": {
			[]string{"--default-image=Traefik=traefik:"},
			`invalid value "Traefik=traefik:" for flag -default-image: default image "Traefik=traefik:": ` + shape,
		},
		"a provider twice": {
			[]string{"--default-image=Traefik=one:v3.7.20", "--default-image=Traefik=two:v3.7.20"},
			`invalid value "Traefik=two:v3.7.20" for flag -default-image: default image for provider Traefik is given twice`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			if _, err := parse(test.args...); err == nil || err.Error() != test.want {
				t.Errorf("parsing %v: %v\nwant: %s", test.args, err, test.want)
			}
		})
	}
}
