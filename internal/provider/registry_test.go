// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package provider_test

import (
	"errors"
	"testing"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
)

const digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

// fake is a provider that runs nothing.
type fake struct {
	descriptor provider.Descriptor
}

func (f fake) Descriptor() provider.Descriptor { return f.descriptor }

func (fake) Workload(provider.Request) (provider.Workload, error) {
	return provider.Workload{}, nil
}

func fakes() []provider.Provider {
	return []provider.Provider{
		fake{provider.Descriptor{
			Name:       v1alpha1.ProviderIngressNGINX,
			Repository: "example.com/nginx",
			Versions:   []provider.Version{{Name: "v2.0.0", Digest: digest}, {Name: "v1.0.0"}},
		}},
		fake{provider.Descriptor{
			Name:       v1alpha1.ProviderTraefik,
			Repository: "example.com/traefik",
			Versions:   []provider.Version{{Name: "v3.1.0", Supported: true}, {Name: "v3.0.0"}},
		}},
		fake{provider.Descriptor{
			Name:       v1alpha1.ProviderNGINX,
			Repository: "example.com/nginx-ingress",
			Versions:   []provider.Version{{Name: "v5.5.4", Tag: "5.5.4"}},
		}},
	}
}

func TestChoose(t *testing.T) {
	t.Parallel()

	mirror := map[v1alpha1.ProviderName]provider.Image{
		v1alpha1.ProviderIngressNGINX: {Repository: "mirror.example.com:5000/nginx", Version: "v1.0.0"},
	}

	tests := map[string]struct {
		images         map[v1alpha1.ProviderName]provider.Image
		controller     *v1alpha1.ControllerSpec
		wantProvider   v1alpha1.ProviderName
		wantVersion    string
		wantImage      string
		wantOverridden bool
	}{
		"nothing asked for": {
			wantProvider: v1alpha1.ProviderTraefik, wantVersion: "v3.1.0", wantImage: "example.com/traefik:v3.1.0",
		},
		"a controller without provider": {
			controller:   &v1alpha1.ControllerSpec{Replicas: 3},
			wantProvider: v1alpha1.ProviderTraefik, wantVersion: "v3.1.0", wantImage: "example.com/traefik:v3.1.0",
		},
		"an older version": {
			controller:   &v1alpha1.ControllerSpec{Version: "v3.0.0"},
			wantProvider: v1alpha1.ProviderTraefik, wantVersion: "v3.0.0", wantImage: "example.com/traefik:v3.0.0",
		},
		"a version whose digest is known": {
			controller:   &v1alpha1.ControllerSpec{Provider: v1alpha1.ProviderIngressNGINX},
			wantProvider: v1alpha1.ProviderIngressNGINX, wantVersion: "v2.0.0", wantImage: "example.com/nginx:v2.0.0@" + digest,
		},
		"a version whose digest is not known": {
			controller:   &v1alpha1.ControllerSpec{Provider: v1alpha1.ProviderIngressNGINX, Version: "v1.0.0"},
			wantProvider: v1alpha1.ProviderIngressNGINX, wantVersion: "v1.0.0", wantImage: "example.com/nginx:v1.0.0",
		},
		"an image of one's own": {
			controller:   &v1alpha1.ControllerSpec{Image: "example.org/mine:1"},
			wantProvider: v1alpha1.ProviderTraefik, wantImage: "example.org/mine:1", wantOverridden: true,
		},
		"an image of one's own at a known version": {
			controller:   &v1alpha1.ControllerSpec{Image: "example.org/mine@" + digest, Version: "v3.0.0"},
			wantProvider: v1alpha1.ProviderTraefik, wantVersion: "v3.0.0", wantImage: "example.org/mine@" + digest, wantOverridden: true,
		},
		"a version whose tag is another": {
			controller:   &v1alpha1.ControllerSpec{Provider: v1alpha1.ProviderNGINX, Version: "v5.5.4"},
			wantProvider: v1alpha1.ProviderNGINX, wantVersion: "v5.5.4", wantImage: "example.com/nginx-ingress:5.5.4",
		},
		"the operator's mirror, by the tag": {
			images:       map[v1alpha1.ProviderName]provider.Image{v1alpha1.ProviderNGINX: {Repository: "mirror.example.com/f5", Version: "5.5.4"}},
			controller:   &v1alpha1.ControllerSpec{Provider: v1alpha1.ProviderNGINX},
			wantProvider: v1alpha1.ProviderNGINX, wantVersion: "v5.5.4", wantImage: "mirror.example.com/f5:5.5.4",
		},
		"the operator's mirror": {
			images:       mirror,
			controller:   &v1alpha1.ControllerSpec{Provider: v1alpha1.ProviderIngressNGINX},
			wantProvider: v1alpha1.ProviderIngressNGINX, wantVersion: "v1.0.0", wantImage: "mirror.example.com:5000/nginx:v1.0.0",
		},
		"another version from the operator's mirror, which may be a build of its own": {
			images:       mirror,
			controller:   &v1alpha1.ControllerSpec{Provider: v1alpha1.ProviderIngressNGINX, Version: "v2.0.0"},
			wantProvider: v1alpha1.ProviderIngressNGINX, wantVersion: "v2.0.0", wantImage: "mirror.example.com:5000/nginx:v2.0.0",
		},
		"an image of one's own beside a mirror": {
			images:       mirror,
			controller:   &v1alpha1.ControllerSpec{Provider: v1alpha1.ProviderIngressNGINX, Image: "example.org/mine:1"},
			wantProvider: v1alpha1.ProviderIngressNGINX, wantImage: "example.org/mine:1", wantOverridden: true,
		},
		"the mirror of another provider": {
			images:       mirror,
			wantProvider: v1alpha1.ProviderTraefik, wantVersion: "v3.1.0", wantImage: "example.com/traefik:v3.1.0",
		},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			registry, err := provider.NewRegistry(fakes(), test.images)
			if err != nil {
				t.Fatal(err)
			}

			got, err := registry.Choose(tenantWith(test.controller))
			if err != nil {
				t.Fatal(err)
			}

			if got := got.Provider.Descriptor().Name; got != test.wantProvider {
				t.Errorf("provider %s, want %s", got, test.wantProvider)
			}

			if got.Version.Name != test.wantVersion {
				t.Errorf("version %q, want %q", got.Version.Name, test.wantVersion)
			}

			if got.Image != test.wantImage {
				t.Errorf("image %s, want %s", got.Image, test.wantImage)
			}

			if got.ImageOverridden != test.wantOverridden {
				t.Errorf("image overridden: %v, want %v", got.ImageOverridden, test.wantOverridden)
			}
		})
	}
}

func TestChooseRefuses(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		controller  v1alpha1.ControllerSpec
		wantReason  string
		wantMessage string
	}{
		"a provider that the operator is built without": {
			v1alpha1.ControllerSpec{Provider: "HAProxy"},
			v1alpha1.ReasonInvalidSpec,
			`spec.controller.provider: "HAProxy" is not a provider of this operator; use one of IngressNGINX, NGINX, Traefik`,
		},
		"a version that the operator does not know": {
			v1alpha1.ControllerSpec{Version: "v9.9.9"},
			v1alpha1.ReasonUnsupportedVersion,
			"spec.controller.version: the operator does not know Traefik v9.9.9; use one of v3.1.0, v3.0.0, or omit the field",
		},
		"a version of another provider": {
			v1alpha1.ControllerSpec{Provider: v1alpha1.ProviderIngressNGINX, Version: "v3.1.0"},
			v1alpha1.ReasonUnsupportedVersion,
			"spec.controller.version: the operator does not know IngressNGINX v3.1.0; use one of v2.0.0, v1.0.0, or omit the field",
		},
		"an unknown version beside an image of one's own, as the arguments go by it": {
			v1alpha1.ControllerSpec{Version: "v9.9.9", Image: "example.org/mine:1"},
			v1alpha1.ReasonUnsupportedVersion,
			"spec.controller.version: the operator does not know Traefik v9.9.9; use one of v3.1.0, v3.0.0, or omit the field",
		},
	}

	registry, err := provider.NewRegistry(fakes(), nil)
	if err != nil {
		t.Fatal(err)
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			_, err := registry.Choose(tenantWith(&test.controller))

			var refused *provider.RefusedError
			if !errors.As(err, &refused) {
				t.Fatalf("got %v, want a *RefusedError", err)
			}

			if refused.Reason != test.wantReason {
				t.Errorf("reason %s, want %s", refused.Reason, test.wantReason)
			}

			if refused.Error() != test.wantMessage {
				t.Errorf("message\n%s\nwant\n%s", refused, test.wantMessage)
			}
		})
	}
}

func TestNewRegistryRefuses(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		providers []provider.Provider
		images    map[v1alpha1.ProviderName]provider.Image
		want      string
	}{
		"an image for an unknown provider": {
			providers: fakes(),
			images:    map[v1alpha1.ProviderName]provider.Image{"HAProxy": {Repository: "example.com/haproxy", Version: "v1.0.0"}},
			want:      `default image for provider "HAProxy": no such provider; there are IngressNGINX, NGINX, Traefik`,
		},
		"an image of an unknown version": {
			providers: fakes(),
			images:    map[v1alpha1.ProviderName]provider.Image{v1alpha1.ProviderTraefik: {Repository: "example.com/traefik", Version: "latest"}},
			want:      `default image for provider Traefik: version "latest" is not known; there are v3.1.0, v3.0.0`,
		},
		"a provider twice": {
			providers: append(fakes(), fakes()[0]),
			want:      "provider IngressNGINX is registered twice",
		},
		"a provider without versions": {
			providers: []provider.Provider{fake{provider.Descriptor{Name: v1alpha1.ProviderTraefik}}},
			want:      "provider Traefik has no versions",
		},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			_, err := provider.NewRegistry(test.providers, test.images)
			if err == nil || err.Error() != test.want {
				t.Errorf("got error %v, want %s", err, test.want)
			}
		})
	}
}

func TestNewRegistryKeepsItsImages(t *testing.T) {
	t.Parallel()

	images := map[v1alpha1.ProviderName]provider.Image{
		v1alpha1.ProviderTraefik: {Repository: "mirror.example.com/traefik", Version: "v3.0.0"},
	}

	registry, err := provider.NewRegistry(fakes(), images)
	if err != nil {
		t.Fatal(err)
	}

	clear(images)

	choice, err := registry.Choose(tenantWith(nil))
	if err != nil {
		t.Fatal(err)
	}

	if want := "mirror.example.com/traefik:v3.0.0"; choice.Image != want {
		t.Errorf("image %s after the caller changed its map, want %s", choice.Image, want)
	}
}

func TestParseImage(t *testing.T) {
	t.Parallel()

	valid := map[string]provider.Image{
		"Traefik=docker.io/library/traefik:v3.7.20":           {Repository: "docker.io/library/traefik", Version: "v3.7.20"},
		"Traefik=registry.example.com:5000/a/traefik:v3.7.20": {Repository: "registry.example.com:5000/a/traefik", Version: "v3.7.20"},
		"Traefik=traefik:v3.7.20":                             {Repository: "traefik", Version: "v3.7.20"},
	}

	for flag, want := range valid {
		t.Run(flag, func(t *testing.T) {
			t.Parallel()

			name, image, err := provider.ParseImage(flag)
			if err != nil {
				t.Fatal(err)
			}

			if name != v1alpha1.ProviderTraefik || image != want {
				t.Errorf("got %s %+v, want Traefik %+v", name, image, want)
			}
		})
	}

	for _, flag := range []string{
		"", "Traefik", "=traefik:v3.7.20", "Traefik=", "Traefik=traefik", "Traefik=:v3.7.20", "Traefik=traefik:",
		"Traefik=registry.example.com:5000/traefik", "Traefik=traefik@" + digest, "Traefik=traefik:v3.7.20@" + digest,
	} {
		t.Run("refused: "+flag, func(t *testing.T) {
			t.Parallel()

			want := `default image "` + flag + `": want PROVIDER=REPOSITORY:VERSION, such as Traefik=registry.example.com/traefik:v3.7.20`
			if _, _, err := provider.ParseImage(flag); err == nil || err.Error() != want {
				t.Errorf("got error %v, want %s", err, want)
			}
		})
	}
}

func tenantWith(controller *v1alpha1.ControllerSpec) *v1alpha1.IngressTenant {
	t := &v1alpha1.IngressTenant{}
	t.Name = "blog"
	t.Spec.Controller = controller

	return t
}
