// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package status_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/status"
)

func TestNamespaces(t *testing.T) {
	t.Parallel()

	type states map[string]v1alpha1.NamespaceState

	list := func(all states) []v1alpha1.NamespaceStatus {
		var found []v1alpha1.NamespaceStatus
		for name, state := range all {
			found = append(found, v1alpha1.NamespaceStatus{Name: name, State: state})
		}

		return found
	}
	refusedSpec := func(o *status.Observed) { o.Plan, o.Err = nil, refused{"InvalidSpec", "No."} }
	refusedObject := func(o *status.Observed) { o.Err = refused{"Refused", "No."} }
	failing := func(o *status.Observed) { o.Err = errors.New("timeout") }
	rollsOut := func(o *status.Observed) { o.Deployment = rolling() }
	gone := func(o *status.Observed) { o.Deployment = nil }
	moving := func(o *status.Observed) { o.Plan.Switchover = &status.Switchover{From: "Traefik", To: "IngressNGINX"} }
	rightsIn := func(names ...string) func(*status.Observed) {
		return func(o *status.Observed) { o.Namespaces.RightsLeft = names }
	}

	for name, test := range map[string]struct {
		before, asked states
		with          []func(*status.Observed)
		want          states
	}{
		"a new one": {asked: states{"a": "Served"}, want: states{"a": "Served"}},
		"a new one of a refused spec": {
			before: states{"a": "Served"}, asked: states{"a": "Served", "b": "Served"},
			with: []func(*status.Observed){refusedSpec}, want: states{"a": "Served", "b": "Pending"},
		},
		"a new one while an object is refused": {
			asked: states{"b": "Served"}, with: []func(*status.Observed){refusedObject}, want: states{"b": "Pending"},
		},
		"one that was pending": {before: states{"b": "Pending"}, asked: states{"b": "Served"}, want: states{"b": "Served"}},
		"one that took its consent back, while pods run that may serve it": {
			before: states{"a": "Served"}, asked: states{"a": "NoConsent"}, with: []func(*status.Observed){rollsOut},
			want: states{"a": "Withdrawing"},
		},
		"one that took its consent back, while the Deployment is refused": {
			before: states{"a": "Withdrawing"}, asked: states{"a": "NoConsent"}, with: []func(*status.Observed){refusedObject},
			want: states{"a": "Withdrawing"},
		},
		"one that took its consent back, while the last attempt failed": {
			before: states{"a": "Served"}, asked: states{"a": "NoConsent"}, with: []func(*status.Observed){failing},
			want: states{"a": "Withdrawing"},
		},
		"one that took its consent back, while the former provider serves": {
			before: states{"a": "Served"}, asked: states{"a": "NoConsent"}, with: []func(*status.Observed){moving},
			want: states{"a": "Withdrawing"},
		},
		"one that took its consent back, and is served by nobody": {
			before: states{"a": "Withdrawing"}, asked: states{"a": "NoConsent"}, want: states{"a": "NoConsent"},
		},
		"one that took its consent back from a controller that is gone": {
			before: states{"a": "Served"}, asked: states{"a": "NoConsent"}, with: []func(*status.Observed){gone, refusedObject},
			want: states{"a": "NoConsent"},
		},
		"one that never consented, while pods are replaced": {
			before: states{"a": "NoConsent"}, asked: states{"a": "NoConsent"}, with: []func(*status.Observed){rollsOut},
			want: states{"a": "NoConsent"},
		},
		"one that is no longer asked for": {
			before: states{"a": "Served", "b": "Served"}, asked: states{"a": "Served"}, with: []func(*status.Observed){rollsOut},
			want: states{"a": "Served", "b": "Withdrawing"},
		},
		"one that is no longer asked for, and served by nobody": {
			before: states{"a": "Served", "b": "Withdrawing"}, asked: states{"a": "Served"}, want: states{"a": "Served"},
		},
		"one that is gone takes its Ingresses with it": {
			before: states{"a": "Served"}, asked: states{"a": "NotFound"}, with: []func(*status.Observed){rollsOut},
			want: states{"a": "NotFound"},
		},
		"rights that are left, in one that was never named": {
			asked: states{"a": "Served"}, with: []func(*status.Observed){rightsIn("b")}, want: states{"a": "Served", "b": "Withdrawing"},
		},
		"rights that are left, whatever else is so": {
			before: states{"b": "NoConsent"}, asked: states{"b": "NoConsent"}, with: []func(*status.Observed){rightsIn("b")},
			want: states{"b": "Withdrawing"},
		},
		"not looked at": {
			before: states{"a": "Served"}, with: []func(*status.Observed){func(o *status.Observed) { o.Namespaces = nil }},
			want: states{"a": "Served"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			blog := tenant()
			blog.Status.Namespaces = list(test.before)

			o := serving(append([]func(*status.Observed){func(o *status.Observed) { o.Namespaces.States = list(test.asked) }}, test.with...)...)

			got := states{}
			for _, namespace := range compute(t, blog, o).Namespaces {
				got[namespace.Name] = namespace.State
			}

			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestImageIsTheOneThatIsStored(t *testing.T) {
	t.Parallel()

	const stored = "mirror.example/traefik:v3"

	with := func(changes ...func(*status.Observed)) status.Observed {
		return serving(append([]func(*status.Observed){func(o *status.Observed) {
			o.Deployment.Spec.Template.Spec.Containers = append(o.Deployment.Spec.Template.Spec.Containers, controllerOf(stored))
		}}, changes...)...)
	}

	for name, test := range map[string]struct {
		observed status.Observed
		want     string
	}{
		"stored otherwise": {with(), stored},
		"not deployed":     {with(func(o *status.Observed) { o.Deployment = nil }), image},
		"of another provider, which serves": {
			with(func(o *status.Observed) { o.Plan.Switchover = &status.Switchover{From: "IngressNGINX", To: "Traefik"} }), image,
		},
		"after the move": {
			with(func(o *status.Observed) {
				o.Plan.Switchover = &status.Switchover{From: "IngressNGINX", To: "Traefik", Moved: true}
			}), stored,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			if got := compute(t, tenant(), test.observed).Provider.Image; got != test.want {
				t.Errorf("image %s, want %s", got, test.want)
			}
		})
	}
}
