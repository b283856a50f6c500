// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package provider

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// Default is the provider of tenants that name none.
const Default = v1alpha1.ProviderTraefik

// Registry holds the providers that the operator knows.
type Registry struct {
	providers map[v1alpha1.ProviderName]Provider
	images    map[v1alpha1.ProviderName]Image
}

// Image is a container image of a provider: repository and version.
type Image struct {
	// Repository is the image's repository.
	Repository string
	// Version is one of the provider's versions, or the tag that its image has.
	Version string
}

// NewRegistry returns a registry of the given providers. The images replace
// their own repositories and default versions. It fails on a provider that is
// there twice or has no versions, and on an image for an unknown provider or of
// an unknown version.
func NewRegistry(providers []Provider, images map[v1alpha1.ProviderName]Image) (*Registry, error) {
	registry := &Registry{
		providers: make(map[v1alpha1.ProviderName]Provider, len(providers)),
		images:    maps.Clone(images),
	}
	for _, p := range providers {
		name := p.Descriptor().Name
		if _, twice := registry.providers[name]; twice {
			return nil, fmt.Errorf("provider %s is registered twice", name)
		}

		if len(p.Descriptor().Versions) == 0 {
			return nil, fmt.Errorf("provider %s has no versions", name)
		}

		registry.providers[name] = p
	}

	for _, name := range slices.Sorted(maps.Keys(images)) {
		p, ok := registry.providers[name]
		if !ok {
			return nil, fmt.Errorf("default image for provider %q: no such provider; there are %s", name, registry.names())
		}

		if _, ok := p.Descriptor().version(images[name].Version); !ok {
			return nil, fmt.Errorf("default image for provider %s: version %q is not known; there are %s",
				name, images[name].Version, p.Descriptor().versionNames())
		}
	}

	return registry, nil
}

// Descriptors are what is always true of the implementations, by name.
func (r *Registry) Descriptors() []Descriptor {
	descriptors := make([]Descriptor, 0, len(r.providers))
	for _, name := range slices.Sorted(maps.Keys(r.providers)) {
		descriptors = append(descriptors, r.providers[name].Descriptor())
	}

	return descriptors
}

// Choice is the provider, version and image that serve a tenant.
type Choice struct {
	// Provider is the implementation.
	Provider Provider
	// Version is the version; its Name is empty where the tenant overrides the
	// image without naming a version.
	Version Version
	// Image is the container image.
	Image string
	// ImageOverridden is whether the image is the tenant's own choice.
	ImageOverridden bool

	registry *Registry
}

// Workload is how the chosen implementation runs for the tenant of a request,
// with the chosen image. A request for what it cannot do is answered with a
// *RefusedError that names the implementations which can.
func (c Choice) Workload(request Request) (Workload, error) {
	if err := c.check(request); err != nil {
		return Workload{}, err
	}

	request.Image = c.Image

	return c.Provider.Workload(request)
}

// NameOf is the implementation that a tenant asks for.
func NameOf(t *v1alpha1.IngressTenant) v1alpha1.ProviderName {
	if t.Spec.Controller == nil || t.Spec.Controller.Provider == "" {
		return Default
	}

	return t.Spec.Controller.Provider
}

// Choose returns the provider, version and image for a tenant, or a
// *RefusedError where there is none.
func (r *Registry) Choose(t *v1alpha1.IngressTenant) (Choice, error) {
	spec := v1alpha1.ControllerSpec{}
	if t.Spec.Controller != nil {
		spec = *t.Spec.Controller
	}

	name := NameOf(t)

	p, ok := r.providers[name]
	if !ok {
		return Choice{}, Refuse(v1alpha1.ReasonInvalidSpec,
			"spec.controller.provider: %q is not a provider of this operator; use one of %s", name, r.names())
	}

	descriptor := p.Descriptor()
	image := Image{Repository: descriptor.Repository, Version: descriptor.Versions[0].Name}
	_, mirrored := r.images[name]

	if mirrored {
		image = r.images[name]
	}

	if spec.Version != "" {
		image.Version = spec.Version
	}

	version, ok := descriptor.version(image.Version)
	if !ok {
		return Choice{}, Refuse(v1alpha1.ReasonUnsupportedVersion,
			"spec.controller.version: the operator does not know %s %s; use one of %s, or omit the field",
			name, spec.Version, descriptor.versionNames())
	}

	if spec.Image != "" {
		if spec.Version == "" {
			version = Version{}
		}

		return Choice{Provider: p, Version: version, Image: spec.Image, ImageOverridden: true, registry: r}, nil
	}

	reference := image.Repository + ":" + version.tag()
	// A digest holds in every repository that mirrors the image, but a mirror
	// may also hold a build of its own.
	if version.Digest != "" && !mirrored {
		reference += "@" + version.Digest
	}

	return Choice{Provider: p, Version: version, Image: reference, registry: r}, nil
}

// ParseImage parses a default image as given on the operator's command line:
// PROVIDER=REPOSITORY:VERSION. A digest is refused: it would hold for one version
// only, and tenants choose among several.
func ParseImage(flag string) (v1alpha1.ProviderName, Image, error) {
	name, reference, ok := strings.Cut(flag, "=")
	colon := strings.LastIndex(reference, ":")

	tagged := colon > 0 && colon < len(reference)-1 && !strings.Contains(reference, "@") && !strings.Contains(reference[colon:], "/")
	if !ok || name == "" || !tagged {
		return "", Image{}, fmt.Errorf("default image %q: want PROVIDER=REPOSITORY:VERSION, such as Traefik=registry.example.com/traefik:v3.7.20", flag)
	}

	return v1alpha1.ProviderName(name), Image{Repository: reference[:colon], Version: reference[colon+1:]}, nil
}

func (r *Registry) names() string {
	names := make([]string, 0, len(r.providers))
	for _, name := range slices.Sorted(maps.Keys(r.providers)) {
		names = append(names, string(name))
	}

	return strings.Join(names, ", ")
}

// version returns the version of that name, or whose image has that tag.
func (d Descriptor) version(name string) (Version, bool) {
	for _, v := range d.Versions {
		if v.Name == name || v.tag() == name {
			return v, true
		}
	}

	return Version{}, false
}

func (v Version) tag() string {
	return cmp.Or(v.Tag, v.Name)
}

func (d Descriptor) versionNames() string {
	names := make([]string, 0, len(d.Versions))
	for _, v := range d.Versions {
		names = append(names, v.Name)
	}

	return strings.Join(names, ", ")
}
