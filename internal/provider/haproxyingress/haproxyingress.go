// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package haproxyingress runs jcmoraisjr/haproxy-ingress, a controller with
// HAProxy in the same container.
package haproxyingress

import (
	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
)

// The ClusterRoles of the provider, in config/rbac.
const (
	roleOwn    = "ingresstenant-haproxy-ingress-own"
	roleServed = "ingresstenant-haproxy-ingress-served"
)

// The ports, all of them the controller's defaults. Others can be set in its
// ConfigMap only, which it does not read where it serves one namespace.
const (
	portHTTP  = 80
	portHTTPS = 443
	// portHealth is HAProxy's own, which answers once HAProxy runs with the
	// Ingresses that the controller has read. The controller's port answers before.
	portHealth  = 10253
	portMetrics = 10254
)

const (
	// workload names the Deployment, ServiceAccount and ConfigMap.
	workload = "haproxy-ingress"

	// controllerValuePrefix begins every controller value of the implementation.
	//
	// Source: pkg/controller/config/config.go of v0.16.1.
	controllerValuePrefix = "haproxy-ingress.github.io/controller/"

	// user and group are those of the image.
	user = 99

	// acceptGrace is how long a stopping pod still accepts connections: until
	// every node and load balancer has heard that it is leaving.
	acceptGrace = "15s"

	// drainGrace is how long requests in flight may then take.
	drainGrace = "30s"

	// shutdownTimeout is how long the controller waits for HAProxy; it has to be
	// longer than the drain.
	shutdownTimeout = "35s"

	// terminationGrace is the time to accept and to shut down, with a margin, in
	// seconds.
	terminationGrace = 60

	// certificateDir is where a default certificate lies. HAProxy finds the key
	// of a certificate in the file beside it that has ".key" at the end.
	certificateDir  = "/etc/haproxy-ingress/default-certificate"
	certificateFile = "tls.crt"
	keyFile         = certificateFile + ".key"
)

// Provider implements provider.Provider.
type Provider struct{}

var _ provider.Provider = Provider{}

// Descriptor implements provider.Provider.
//
// HAProxy's PROXY protocol and X-Forwarded-For trust everybody or nobody here,
// and its TLS settings are keys of the ConfigMap, which is read only where all
// namespaces are served.
//
// Annotations and paths go into haproxy.cfg as they are, where a new line begins
// the next directive: seen with the annotation balance-algorithm, and with a path
// that has no annotation beside it.
//
// Source of the version: the project's README names v0.16 as the latest
// supported minor release; no end of life is announced.
func (Provider) Descriptor() provider.Descriptor {
	return provider.Descriptor{
		Name:        v1alpha1.ProviderHAProxyIngress,
		Repository:  "quay.io/jcmoraisjr/haproxy-ingress",
		Versions:    []provider.Version{{Name: "v0.16.1", Supported: true}},
		Annotations: provider.Annotations{"haproxy-ingress.github.io/*", "ingress.kubernetes.io/*"},
		// The names of pkg/converters/ingress/types/annotations.go, under both prefixes.
		RawAnnotations: provider.Annotations{"haproxy-ingress.github.io/config-*", "ingress.kubernetes.io/config-*"},
		SecretAnnotations: append(
			provider.Prefixed("haproxy-ingress.github.io/", secretAnnotations()...),
			provider.Prefixed("ingress.kubernetes.io/", secretAnnotations()...)...),
		Roles: provider.Roles{
			Cluster: []string{provider.ClassReader},
			Own:     []string{roleOwn},
			Served:  []string{roleServed},
		},
		Capabilities: provider.Capabilities{
			ClassBinding:       v1alpha1.BindingControllerValue,
			ExternalNames:      true,
			DefaultCertificate: true,
			RawConfiguration:   true,
		},
	}
}

// Workload implements provider.Provider.
func (Provider) Workload(request provider.Request) (provider.Workload, error) {
	if !request.Namespaces.All && len(request.Namespaces.Names) > 1 {
		return provider.Workload{}, provider.Refuse(v1alpha1.ReasonUnsupportedByProvider,
			"spec.namespaces: HAProxyIngress serves one namespace or all; name one, or use another provider")
	}

	config, err := configuration(request)
	if err != nil {
		return provider.Workload{}, err
	}

	args := arguments(request)
	if err := flags().AddTo(args, request.Tenant); err != nil {
		return provider.Workload{}, err
	}

	return provider.Workload{
		Name:            workload,
		Provider:        v1alpha1.ProviderHAProxyIngress,
		ControllerValue: controllerValuePrefix + request.Tenant.Name,
		Image:           request.Image,
		Args:            args.Render(),
		// Without POD_NAME the controller does not look itself up, and needs no
		// right to read pods and ReplicaSets of its own namespace.
		Env:                           []provider.EnvVar{{Name: "POD_NAMESPACE", FieldPath: "metadata.namespace"}},
		Ports:                         provider.Ports{HTTP: portHTTP, HTTPS: portHTTPS, Health: portHealth, Metrics: portMetrics},
		UnprivilegedPortStart:         portHTTP,
		HealthPath:                    "/healthz",
		ReadyPath:                     "/healthz",
		TerminationGracePeriodSeconds: terminationGrace,
		RunAsUser:                     user,
		RunAsGroup:                    user,
		// The image's haproxy carries this file capability, and does not start
		// where it is not permitted. It gains nothing by it: pods may not gain
		// privileges.
		AddCapabilities: []string{"NET_BIND_SERVICE"},
		// Configuration and maps; certificates and keys; sockets; temporary files.
		// The image has nothing in any of them, its start script fills the first.
		ScratchDirs: []string{"/etc/haproxy", "/var/lib/haproxy", "/var/run/haproxy", "/tmp"},
		ConfigMap:   config,
		Certificate: certificate(request.Tenant),
		Roles: provider.Roles{
			Cluster: []string{provider.ClassReader},
			Own:     []string{roleOwn},
			Served:  []string{roleServed},
		},
	}, nil
}

// certificate is the tenant's default certificate; nil where it has none.
func certificate(t *v1alpha1.IngressTenant) *provider.Certificate {
	if t.Spec.TLS == nil || t.Spec.TLS.DefaultCertificate == nil {
		return nil
	}

	return &provider.Certificate{
		SecretName: t.Spec.TLS.DefaultCertificate.SecretName,
		Dir:        certificateDir,
		CertFile:   certificateFile,
		KeyFile:    keyFile,
	}
}

// secretAnnotations are the annotations, without prefix, that name Secrets.
func secretAnnotations() []string {
	return []string{"auth-secret", "auth-tls-secret", "secure-crt-secret", "secure-verify-ca-secret"}
}
