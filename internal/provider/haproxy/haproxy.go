// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package haproxy runs HAProxy Technologies' kubernetes-ingress, a controller
// with HAProxy in the same container. Nobody has run it with what this package
// gives it: everything is from its documentation and source.
package haproxy

import (
	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
)

// The ClusterRoles of the provider, in config/rbac.
const (
	roleCluster = "ingresstenant-haproxy-namespaces"
	roleOwn     = "ingresstenant-haproxy-own"
	roleServed  = "ingresstenant-haproxy-served"
)

// The ports, all set by flags. Those for traffic and health are the controller's
// defaults.
const (
	portHTTP  = 8080
	portHTTPS = 8443
	// portHealth is HAProxy's own. The controller opens it with the first
	// configuration that holds the Ingresses it has read.
	//
	// Source: setToReady in pkg/controller/controller.go.
	portHealth = 1042
	// portMetrics is HAProxy's page of statistics, which has its metrics beside
	// it. The default is 1024.
	portMetrics = 1936
)

const (
	// workload names the Deployment, ServiceAccount and ConfigMap.
	workload = "haproxy"

	// controllerValuePrefix begins every controller value of the implementation.
	//
	// Source: CONTROLLER in pkg/store/store.go of v3.2.11, and of revision 0491475,
	// which is later than v3.2.15.
	controllerValuePrefix = "haproxy.org/ingress-controller/"

	// user and group are those of the project's own manifest.
	user = 1000

	// acceptGrace is how long a stopping pod still accepts connections, in
	// seconds: until every node and load balancer has heard that it is leaving.
	acceptGrace = "15"

	// terminationGrace is that and 45 s for requests in flight, in seconds.
	terminationGrace = 60
)

// Provider implements provider.Provider.
type Provider struct{}

var _ provider.Provider = Provider{}

// Descriptor implements provider.Provider.
//
// The PROXY protocol is believed from the addresses of a list only, a header of
// a client's address from everybody. TLS versions and cipher suites are raw
// configuration of HAProxy's, for which there is no key.
//
// Nothing shows that annotations are looked at before they go into haproxy.cfg:
// the project's own page says of snippets that they are not, and set-host,
// src-ip-header and a Service's route-acl are passed on as they are.
//
// Source of the versions: the project's chart, whose appVersion has been 3.2.15
// since pull request 383 of haproxytech/helm-charts (2026-09-11), and which takes it
// for the image's tag, without a v. v3.2.11 is there for tenants that name it, which
// would be refused otherwise; it lacks the fixes of four later releases. The end of
// life is from documentation/lifecycle.yaml, which has 2027-01 as the earliest one of
// 3.2 (min_eol), and lifecycle.md, which has the month alone; the day here is the last
// of it.
func (Provider) Descriptor() provider.Descriptor {
	return provider.Descriptor{
		Name:       v1alpha1.ProviderHAProxy,
		Repository: "docker.io/haproxytech/kubernetes-ingress",
		Versions: []provider.Version{
			{Name: "v3.2.15", Tag: "3.2.15", EndOfLife: "2027-01-31", Supported: true},
			{Name: "v3.2.11", Tag: "3.2.11"},
		},
		Annotations: annotations(),
		RawAnnotations: append(
			provider.Prefixed("haproxy.org/", "backend-config-snippet"),
			provider.Prefixed(sharedPrefix, "backend-config-snippet")...),
		SecretAnnotations: append(
			provider.Prefixed("haproxy.org/", "auth-secret", "server-ca", "server-crt"),
			provider.Prefixed(sharedPrefix, "auth-secret", "server-ca", "server-crt")...),
		Unverified: true,
		Roles: provider.Roles{
			Cluster: []string{provider.ClassReader, roleCluster},
			Own:     []string{roleOwn},
			Served:  []string{roleServed},
		},
		Capabilities: provider.Capabilities{
			ClassBinding:       v1alpha1.BindingControllerValue,
			NamespaceLists:     true,
			ExternalNames:      true,
			ProxyProtocol:      true,
			DefaultCertificate: true,
			RawConfiguration:   true,
		},
	}
}

// Workload implements provider.Provider.
func (Provider) Workload(request provider.Request) (provider.Workload, error) {
	config, err := configuration(request.Tenant)
	if err != nil {
		return provider.Workload{}, err
	}

	args := arguments(request)
	if err := flags().AddTo(args, request.Tenant); err != nil {
		return provider.Workload{}, err
	}

	return provider.Workload{
		Name:            workload,
		Provider:        v1alpha1.ProviderHAProxy,
		ControllerValue: controllerValuePrefix + request.Tenant.Name,
		Image:           request.Image,
		Args:            args.RenderAs(syntax()),
		// As in the project's own manifest. By the first two the controller finds
		// its other pods, by the third it tells them where it is.
		Env: []provider.EnvVar{
			{Name: "POD_NAME", FieldPath: "metadata.name"},
			{Name: "POD_NAMESPACE", FieldPath: "metadata.namespace"},
			{Name: "POD_IP", FieldPath: "status.podIP"},
		},
		Ports:      provider.Ports{HTTP: portHTTP, HTTPS: portHTTPS, Health: portHealth, Metrics: portMetrics},
		HealthPath: "/healthz",
		ReadyPath:  "/healthz",
		// There is no flag for it, and HAProxy closes its ports when it is told to
		// stop.
		PreStop:                       []string{"sleep", acceptGrace},
		TerminationGracePeriodSeconds: terminationGrace,
		RunAsUser:                     user,
		RunAsGroup:                    user,
		// The image's haproxy carries this file capability.
		AddCapabilities: []string{"NET_BIND_SERVICE"},
		// Which directories it writes to is not documented, and the project's own
		// manifest does not ask for a read-only one.
		WritableRootFilesystem: true,
		ConfigMap:              config,
		Roles: provider.Roles{
			Cluster: []string{provider.ClassReader, roleCluster},
			Own:     []string{roleOwn},
			Served:  []string{roleServed},
		},
	}, nil
}
