// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package traefik_test

import (
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider/providertest"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider/traefik"
)

// A pod that is ready before it has read its Ingresses answers 404 for all of
// them: seen as failed requests in a rollout on a busy machine.
func TestReadyOnlyWithIngresses(t *testing.T) {
	t.Parallel()

	w, err := traefik.Provider{}.Workload(provider.Request{Tenant: providertest.Blog(nil)})
	if err != nil {
		t.Fatal(err)
	}

	var config struct {
		HTTP struct {
			Routers map[string]struct {
				EntryPoints []string `json:"entryPoints"`
				Rule        string   `json:"rule"`
				Middlewares []string `json:"middlewares"`
				Service     string   `json:"service"`
			} `json:"routers"`
			Middlewares map[string]struct {
				RedirectRegex struct {
					Regex       string `json:"regex"`
					Replacement string `json:"replacement"`
				} `json:"redirectRegex"`
			} `json:"middlewares"`
		} `json:"http"`
	}
	if err := yaml.UnmarshalStrict([]byte(w.ConfigMap["ready.yaml"]), &config); err != nil {
		t.Fatal(err)
	}

	router := config.HTTP.Routers["ready"]
	if want := `Path("` + w.ReadyPath + `")`; router.Rule != want {
		t.Errorf("rule %s, want %s", router.Rule, want)
	}

	if diff := cmp.Diff([]string{"traefik"}, router.EntryPoints); diff != "" {
		t.Errorf("tenants' clients must not reach the route (-want +got):\n%s", diff)
	}

	// Only a service of the Ingress provider ties the route to its
	// configuration.
	if want := "unavailable-service@kubernetesingressnginx"; router.Service != want {
		t.Errorf("service %s, want %s", router.Service, want)
	}

	redirect := config.HTTP.Middlewares[router.Middlewares[0]].RedirectRegex

	got := regexp.MustCompile(redirect.Regex).ReplaceAllString("http://10.0.0.1:8080"+w.ReadyPath, redirect.Replacement)
	if want := "http://10.0.0.1:8080" + w.HealthPath; got != want {
		t.Errorf("redirects to %s, want %s", got, want)
	}
}
