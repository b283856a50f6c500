// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package traefik runs Traefik Proxy with its ingress-nginx-compatible
// provider. Of Traefik's Ingress providers it is the one that takes any
// controller value, so that a class is told by more than its name.
package traefik

import (
	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
)

// The ClusterRoles of the provider, in config/rbac.
const (
	roleServed     = "ingresstenant-traefik-served"
	roleNamespaces = "ingresstenant-traefik-namespaces"
)

// The ports that the controller listens on, as in Traefik's own Helm chart.
const (
	portHTTP    = 8000
	portHTTPS   = 8443
	portHealth  = 8080
	portMetrics = 9100
)

const (
	// user is the identity of Traefik's own Helm chart.
	user = 65532

	// acceptGrace is how long a stopping pod still accepts connections, in
	// seconds: until every node and load balancer has heard that it is leaving.
	// Its readiness fails from the first second on.
	acceptGrace = "15s"

	// drainGrace is how long requests in flight may then take.
	drainGrace = "30s"

	// terminationGrace is the sum of both with a margin, in seconds.
	terminationGrace = 60
)

// Provider implements provider.Provider.
type Provider struct{}

var _ provider.Provider = Provider{}

// Descriptor implements provider.Provider.
//
// Source of the versions: Traefik's release page up to v3.7.13, and that v3.7.20
// is out the release notes of Traefik's Helm chart v42.4.3, whose default it is. 3.7
// is the minor release that gets fixes, and its end of life is not announced. What
// v3.7.14 to v3.7.20 changed could not be had.
//
// The others are there for tenants that name them, which would be refused
// otherwise, and v3.7.9 for tests. Each lacks the fixes of the later ones:
//
//   - v3.7.12 those of v3.7.13 (CVE-2026-88008: requests past an Ingress's
//     authentication by an upgrade to h2c),
//   - v3.7.11 also that of from-to-www-redirect, which let requests past the
//     middlewares (CVE-2026-88877; fixed in v3.7.12 by its text and by Traefik's
//     CHANGELOG.md, though its list of versions ends with v3.7.13),
//   - v3.7.9 also those of digest authentication and of client certificates
//     (CVE-2026-85595, CVE-2026-85596, CVE-2026-85597; v3.7.11).
func (Provider) Descriptor() provider.Descriptor {
	return provider.Descriptor{
		Name:       v1alpha1.ProviderTraefik,
		Repository: "docker.io/library/traefik",
		Versions: []provider.Version{
			{Name: "v3.7.20", Supported: true},
			{Name: "v3.7.13"},
			{Name: "v3.7.12"},
			{Name: "v3.7.11"},
			{Name: "v3.7.9"},
		},
		Annotations: annotations(),
		RawAnnotations: provider.Prefixed("nginx.ingress.kubernetes.io/",
			"auth-snippet", "configuration-snippet", "server-snippet"),
		SecretAnnotations: provider.Prefixed("nginx.ingress.kubernetes.io/",
			"auth-secret", "auth-tls-secret", "proxy-ssl-secret"),
		Roles: provider.Roles{
			Cluster: []string{provider.ClassReader, roleNamespaces},
			Served:  []string{roleServed},
		},
		Capabilities: provider.Capabilities{
			ClassBinding:       v1alpha1.BindingControllerValue,
			AnyControllerValue: true,
			ExternalNames:      true,
			ProxyProtocol:      true,
			ForwardedHeaders:   true,
			DefaultCertificate: true,
			TLSProfile:         true,
			NamespaceLists:     true,
		},
	}
}

// Workload implements provider.Provider.
func (Provider) Workload(request provider.Request) (provider.Workload, error) {
	args := arguments(request)
	if err := addOptions(args, request.Tenant); err != nil {
		return provider.Workload{}, err
	}

	roles := provider.Roles{
		Cluster: []string{provider.ClassReader},
		Served:  []string{roleServed},
	}
	// Traefik watches several namespaces by a label selector only, and resolves
	// it by listing namespaces.
	if !request.Namespaces.All && len(request.Namespaces.Names) > 1 {
		roles.Cluster = append(roles.Cluster, roleNamespaces)
	}

	return provider.Workload{
		Name:                          "traefik",
		Provider:                      v1alpha1.ProviderTraefik,
		ControllerValue:               provider.ControllerValue(request),
		Image:                         request.Image,
		Args:                          args.Render(),
		Ports:                         provider.Ports{HTTP: portHTTP, HTTPS: portHTTPS, Health: portHealth, Metrics: portMetrics},
		HealthPath:                    healthPath,
		ReadyPath:                     readyPath,
		TerminationGracePeriodSeconds: terminationGrace,
		RunAsUser:                     user,
		RunAsGroup:                    user,
		ScratchDirs:                   []string{"/tmp"},
		ConfigMap:                     map[string]string{readyFile: readyRoute(), tlsFile: tlsConfiguration(request.Tenant)},
		ConfigDir:                     configDir,
		Certificate:                   defaultCertificate(request.Tenant),
		Roles:                         roles,
	}, nil
}
