// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package all_test

import (
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider/all"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider/providertest"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// A flag for a default certificate takes the Secret of any namespace that the
// controller reads. That of a served namespace is one that whoever writes
// Ingresses there can exchange for everybody.
func TestDefaultCertificatesAreOfTheTenantsOwnNamespace(t *testing.T) {
	t.Parallel()

	registry, err := provider.NewRegistry(all.All(), nil)
	if err != nil {
		t.Fatal(err)
	}

	for _, p := range all.All() {
		d := p.Descriptor()
		t.Run(string(d.Name), func(t *testing.T) {
			t.Parallel()

			subject := providertest.Certified()
			subject.Spec.Controller = &v1alpha1.ControllerSpec{Provider: d.Name}
			subject.Spec.Policy = &v1alpha1.PolicySpec{Snippets: v1alpha1.Allow}

			choice, err := registry.Choose(subject)
			if err != nil {
				t.Fatal(err)
			}

			w, err := choice.Workload(providertest.Only(provider.Request{Tenant: subject}, "blog"))

			var refused *provider.RefusedError
			if errors.As(err, &refused) && strings.HasPrefix(refused.Message, "spec.tls.defaultCertificate: ") {
				return
			}

			if err != nil {
				t.Fatal(err)
			}

			// What is mounted is of the pod's own namespace.
			mounted := w.Certificate != nil && w.Certificate.SecretName == "wildcard"
			named := false

			for name, value := range flags(w.Args) {
				if namespace, found := strings.CutSuffix(value, "wildcard"); found {
					named = true

					if namespace != tenant.Namespace(subject)+"/" {
						t.Errorf("flag %s names Secret %s", name, value)
					}
				}
			}

			if mounted == named {
				t.Errorf("the certificate is mounted: %v, named: %v; want one of them", mounted, named)
			}
		})
	}
}

// drains are how long a pod of each implementation goes on after it is told to
// stop, by its arguments and its hook.
func drains() map[v1alpha1.ProviderName]func(t *testing.T, w provider.Workload) time.Duration {
	sum := func(names ...string) func(*testing.T, provider.Workload) time.Duration {
		return func(t *testing.T, w provider.Workload) time.Duration {
			t.Helper()

			var total time.Duration

			for _, name := range names {
				// A number alone is one of seconds.
				value := flags(w.Args)[name]
				if _, err := strconv.Atoi(value); err == nil {
					value += "s"
				}

				period, err := time.ParseDuration(value)
				if err != nil {
					t.Errorf("flag %s: %v", name, err)
				}

				total += period
			}

			return total
		}
	}
	// slept is the hook of controllers that close their ports when they are told.
	slept := func(t *testing.T, w provider.Workload) time.Duration {
		t.Helper()

		if len(w.PreStop) != 2 || w.PreStop[0] != "sleep" {
			t.Fatalf("its hook is %q, want a sleep", w.PreStop)
		}

		period, err := time.ParseDuration(w.PreStop[1] + "s")
		if err != nil {
			t.Error(err)
		}

		return period
	}

	return map[v1alpha1.ProviderName]func(*testing.T, provider.Workload) time.Duration{
		v1alpha1.ProviderTraefik: sum("entrypoints.web.transport.lifecycle.requestacceptgracetimeout", "entrypoints.web.transport.lifecycle.gracetimeout"),
		v1alpha1.ProviderIngressNGINX: func(t *testing.T, w provider.Workload) time.Duration {
			t.Helper()

			// Beside it there are the defaults of worker-shutdown-timeout and of
			// --post-shutdown-grace-period.
			return sum("shutdown-grace-period")(t, w) + 240*time.Second + 10*time.Second
		},
		v1alpha1.ProviderHAProxyIngress: sum("wait-before-shutdown", "shutdown-timeout"),
		v1alpha1.ProviderHAProxy:        slept,
		v1alpha1.ProviderNGINX:          slept,
	}
}

// A kubelet that kills a pod in the midst of its drain cuts off requests.
func TestPodsMayLiveUntilTheyAreDrained(t *testing.T) {
	t.Parallel()

	for _, p := range all.All() {
		name := p.Descriptor().Name

		drain, known := drains()[name]
		if !known {
			t.Errorf("%s: it is not said how its pods drain", name)

			continue
		}

		for _, w := range workloads(t, p) {
			grace := time.Duration(w.TerminationGracePeriodSeconds) * time.Second
			if took := drain(t, w); took < 15*time.Second || took >= grace {
				t.Errorf("pods of %s drain for %v, want 15s or more, and less than the %v after which they are killed", name, took, grace)
			}
		}
	}
}
