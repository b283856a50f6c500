// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package ingressnginx runs kubernetes/ingress-nginx. The project retired in
// March 2026: it is here because clusters run it, and its status says so.
package ingressnginx

import (
	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
)

// The ClusterRoles of the provider, in config/rbac.
const (
	roleOwn    = "ingresstenant-ingress-nginx-own"
	roleServed = "ingresstenant-ingress-nginx-served"
	// roleNamespaces is for a label selector of namespaces.
	roleNamespaces = "ingresstenant-ingress-nginx-namespaces"
)

// The ports that the controller listens on; its defaults are below 1024.
const (
	portHTTP   = 8080
	portHTTPS  = 8443
	portHealth = 10254
)

const (
	// workload names the Deployment, ServiceAccount and ConfigMap.
	workload = "ingress-nginx"

	// user and group are those of the image since v1.12.
	user  = 101
	group = 82

	// electionID is the name of the Lease. Each tenant's is in a namespace of
	// its own, and the role names it. It is not the controller's default: one that
	// was installed otherwise may run in a namespace that a tenant moves into.
	electionID = "ingress-nginx-tenant"

	// shutdownGrace is how many seconds a pod takes requests after it was told to
	// stop: until every node and load balancer knows that it is to get no more.
	shutdownGrace = "15"

	// terminationGrace leaves nginx the 240 seconds of its default
	// worker-shutdown-timeout to drain, as upstream's manifests do.
	terminationGrace = 300

	// endOfLife is the end of best-effort maintenance: the Kubernetes blog of
	// 2025-11-11 announced March 2026, and the last release was on 2026-03-19.
	endOfLife = "2026-03-31"
)

// Provider implements provider.Provider.
type Provider struct{}

var _ provider.Provider = Provider{}

// Descriptor implements provider.Provider. The versions are the last of each
// minor release with all known fixes; the digest is from the release notes.
func (Provider) Descriptor() provider.Descriptor {
	return provider.Descriptor{
		Name:       v1alpha1.ProviderIngressNGINX,
		Repository: "registry.k8s.io/ingress-nginx/controller",
		Versions: []provider.Version{
			{
				Name:      "v1.15.1",
				Digest:    "sha256:594ceea76b01c592858f803f9ff4d2cb40542cae2060410b2c95f75907d659e1",
				EndOfLife: endOfLife,
			},
			{Name: "v1.14.5", EndOfLife: endOfLife},
			{Name: "v1.13.9", EndOfLife: endOfLife},
		},
		Annotations: provider.Annotations{"nginx.ingress.kubernetes.io/*"},
		RawAnnotations: provider.Prefixed("nginx.ingress.kubernetes.io/",
			"auth-snippet", "configuration-snippet", "modsecurity-snippet", "server-snippet", "stream-snippet"),
		SecretAnnotations: provider.Prefixed("nginx.ingress.kubernetes.io/",
			"auth-secret", "auth-tls-secret", "proxy-ssl-secret"),
		Roles: provider.Roles{
			Cluster: []string{provider.ClassReader, roleNamespaces},
			Own:     []string{roleOwn},
			Served:  []string{roleServed},
		},
		Capabilities: provider.Capabilities{
			ClassBinding:       v1alpha1.BindingControllerValue,
			AnyControllerValue: true,
			NamespaceSelector:  true,
			ExternalNames:      true,
			ProxyProtocol:      true,
			ForwardedHeaders:   true,
			TLSProfile:         true,
		},
	}
}

// Workload implements provider.Provider.
func (Provider) Workload(request provider.Request) (provider.Workload, error) {
	t := request.Tenant

	config, err := configuration(t)
	if err != nil {
		return provider.Workload{}, err
	}

	roles := provider.Roles{
		Cluster: []string{provider.ClassReader},
		Own:     []string{roleOwn},
		Served:  []string{roleServed},
	}

	several := !request.Namespaces.All && len(request.Namespaces.Names) > 1
	if several {
		roles.Cluster = append(roles.Cluster, roleNamespaces)
	}

	args := arguments(request)
	if err := flags().AddTo(args, t); err != nil {
		return provider.Workload{}, err
	}

	return provider.Workload{
		Name:            workload,
		Provider:        v1alpha1.ProviderIngressNGINX,
		ControllerValue: provider.ControllerValue(request),
		Image:           request.Image,
		// The image's entry point is an init process that runs its arguments.
		Args: append([]string{"/nginx-ingress-controller"}, args.Render()...),
		Env: []provider.EnvVar{
			{Name: "POD_NAME", FieldPath: "metadata.name"},
			{Name: "POD_NAMESPACE", FieldPath: "metadata.namespace"},
			{Name: "LD_PRELOAD", Value: "/usr/local/lib/libmimalloc.so"},
		},
		Ports:                         provider.Ports{HTTP: portHTTP, HTTPS: portHTTPS, Health: portHealth, Metrics: portHealth},
		HealthPath:                    "/healthz",
		ReadyPath:                     "/healthz",
		PreStop:                       []string{"/wait-shutdown"},
		TerminationGracePeriodSeconds: terminationGrace,
		RunAsUser:                     user,
		RunAsGroup:                    group,
		// The image's binaries carry this file capability, and do not start
		// without it, whatever ports they listen on.
		AddCapabilities: []string{"NET_BIND_SERVICE"},
		// It writes its configuration and certificates all over /etc.
		WritableRootFilesystem: true,
		ConfigMap:              config,
		Roles:                  roles,
		ClusterWide:            several,
	}, nil
}
