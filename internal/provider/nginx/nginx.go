// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package nginx runs F5's NGINX Ingress Controller (nginx/kubernetes-ingress) with
// the open-source NGINX in the same container. Nobody has run it with what this
// package gives it: everything is from its documentation and source.
package nginx

import (
	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// The ClusterRoles of the provider, in config/rbac. Their names begin with f5, as
// a name that ends like those of ingress-nginx would let two tenants' bindings
// meet.
const (
	roleOwn    = "ingresstenant-f5-nginx-own"
	roleServed = "ingresstenant-f5-nginx-served"
)

// The ports. The flags for other ones move NGINX's default server alone: servers
// of Ingresses stay at 80 and 443 unless an annotation of each says otherwise.
//
// Source: NewDefaultConfigParams in internal/configs/config_params.go, and
// -default-http-listener-port in the reference of command-line arguments.
const (
	portHTTP  = 80
	portHTTPS = 443
	// portHealth is the controller's, which answers 503 until NGINX has the
	// configuration of all Ingresses. There is no other endpoint that says more
	// than that NGINX's default server answers.
	portHealth  = 8081
	portMetrics = 9113
)

const (
	// workload names the Deployment, ServiceAccount and ConfigMap.
	workload = "nginx"

	// user is that of the image.
	user = 101

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
// ExternalName backends need NGINX Plus. The default certificate is read from the
// API server, from the controller's own namespace, where nothing else needs the
// right to read Secrets; a mounted one would have to hold certificate and key in
// one file.
//
// Annotations are checked before they go into NGINX's configuration, and until
// 5.6.0 that was too little: CVE-2026-77180, weeks after CVE-2026-55723. The
// project's test that gives each annotation hostile values leaves out paths, and
// annotations that came after it.
//
// Source of the version: the change of 16 September 2026 to nginx/documentation
// that adds the release notes of 5.6.3, and the project's pull requests of 5
// October, which go to main, release-5.6 and release-2026-lts. That it gets fixes
// is from the technical specifications: the most recent release does. That the
// image's tag lacks the v is from the project's own manifests.
func (Provider) Descriptor() provider.Descriptor {
	return provider.Descriptor{
		Name:           v1alpha1.ProviderNGINX,
		Repository:     "docker.io/nginx/nginx-ingress",
		Versions:       []provider.Version{{Name: "v5.6.3", Tag: "5.6.3", Supported: true}},
		Annotations:    provider.Annotations{"nginx.org/*", "nginx.com/*", "ingress.kubernetes.io/ssl-redirect"},
		RawAnnotations: provider.Prefixed("nginx.org/", "location-snippets", "server-snippets"),
		Unverified:     true,
		Roles: provider.Roles{
			Cluster: []string{provider.ClassReader},
			Own:     []string{roleOwn},
			Served:  []string{roleServed},
		},
		Capabilities: provider.Capabilities{
			ClassBinding:     v1alpha1.BindingClassName,
			NamespaceLists:   true,
			ProxyProtocol:    true,
			ForwardedHeaders: true,
			TLSProfile:       true,
			RawConfiguration: true,
		},
	}
}

// Workload implements provider.Provider.
func (Provider) Workload(request provider.Request) (provider.Workload, error) {
	if err := checkClass(request); err != nil {
		return provider.Workload{}, err
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
		Provider:        v1alpha1.ProviderNGINX,
		ControllerValue: provider.SharedControllerValue,
		Image:           request.Image,
		Args:            args.Render(),
		// The controller reads its own pod, and ends if it cannot.
		Env: []provider.EnvVar{
			{Name: "POD_NAMESPACE", FieldPath: "metadata.namespace"},
			{Name: "POD_NAME", FieldPath: "metadata.name"},
		},
		Ports:                 provider.Ports{HTTP: portHTTP, HTTPS: portHTTPS, Health: portHealth, Metrics: portMetrics},
		UnprivilegedPortStart: portHTTP,
		HealthPath:            "/nginx-ready",
		ReadyPath:             "/nginx-ready",
		// On SIGTERM the controller has NGINX quit, which closes its ports at once.
		// The image has a shell and coreutils.
		PreStop:                       []string{"sleep", acceptGrace},
		TerminationGracePeriodSeconds: terminationGrace,
		RunAsUser:                     user,
		// The group that the image gives its files to is root's. What NGINX writes to
		// belongs to the user.
		RunAsGroup: user,
		// The image's nginx carries this file capability.
		AddCapabilities: []string{"NET_BIND_SERVICE"},
		// It writes to /etc/nginx itself, which the image has filled. The project's own
		// manifest copies that directory with an init container where the root
		// filesystem is read-only.
		WritableRootFilesystem: true,
		ConfigMap:              config,
		Roles: provider.Roles{
			Cluster: []string{provider.ClassReader},
			Own:     []string{roleOwn},
			Served:  []string{roleServed},
		},
	}, nil
}

// checkClass refuses to run beside another implementation's class. The controller
// looks at its class once, when it starts, and ends if the value is not its own:
// its pods would never be ready, and the class is not created anew before they are.
//
// Source: mustValidateIngressClass in cmd/nginx-ingress/main.go.
func checkClass(request provider.Request) error {
	if request.ControllerValue == "" || request.ControllerValue == provider.SharedControllerValue {
		return nil
	}

	return provider.Refuse(v1alpha1.ReasonUnsupportedByProvider,
		"spec.controller.provider: NGINX does not start while IngressClass %s has controller value %s, which Kubernetes cannot change; "+
			"create another tenant for NGINX and move the Ingresses to its class, or set spec.controller.provider back",
		tenant.ClassName(request.Tenant), request.ControllerValue)
}
