// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package manager turns the operator's flags into a controller manager.
package manager

import (
	"flag"
	"fmt"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/platform"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// Options are the operator's settings.
type Options struct {
	// MetricsAddress is where Prometheus metrics are served over HTTP; "0"
	// serves none.
	MetricsAddress string
	// HealthAddress is where /healthz and /readyz are served; "0" serves none.
	HealthAddress string
	// LeaderElection is whether instances elect one of them to act.
	LeaderElection bool
	// LeaderElectionNamespace holds the election's Lease; empty is the
	// namespace of the operator's pod.
	LeaderElectionNamespace string
	// MaxConcurrentReconciles is how many tenants are reconciled at once.
	MaxConcurrentReconciles int
	// RequireConsent is whether only namespaces are served that consent by their
	// annotation.
	RequireConsent bool
	// AdmissionPolicies is whether the operator installs admission policies and
	// keeps them as they are.
	AdmissionPolicies bool
	// Images replace the providers' own images and default versions.
	Images map[v1alpha1.ProviderName]provider.Image
	// Network is what tenants' network policies need to know of the cluster.
	Network platform.Network
}

// Bind declares the options as flags, with their defaults.
func (o *Options) Bind(flags *flag.FlagSet) {
	o.Images = map[v1alpha1.ProviderName]provider.Image{}

	flags.StringVar(&o.MetricsAddress, "metrics-bind-address", ":8080", "The address that serves Prometheus metrics over HTTP; 0 serves none.")
	flags.StringVar(&o.HealthAddress, "health-probe-bind-address", ":8081", "The address that serves /healthz and /readyz; 0 serves none.")
	flags.BoolVar(&o.LeaderElection, "leader-elect", false, "Elect one instance to act. Needed where more than one runs, an upgrade included.")
	flags.StringVar(&o.LeaderElectionNamespace, "leader-election-namespace", "", "The namespace of the election's Lease; empty is the pod's own.")
	flags.IntVar(&o.MaxConcurrentReconciles, "max-concurrent-reconciles", 4, "How many tenants are reconciled at once.")
	flags.BoolVar(&o.RequireConsent, "require-consent", false,
		"Serve only namespaces whose annotation "+tenant.AnnotationConsent+" names the tenant.")
	flags.BoolVar(&o.AdmissionPolicies, "admission-policies", true,
		"Install ValidatingAdmissionPolicies that keep tenants apart, and keep them as they are. Off, those that are there stay.")
	flags.Func("default-image", "PROVIDER=REPOSITORY:VERSION replaces a provider's image and default version, for a mirror. Repeatable.", o.addImage)
	bindNetwork(&o.Network, flags)
}

func (o *Options) addImage(value string) error {
	name, image, err := provider.ParseImage(value)
	if err != nil {
		return err
	}

	if _, twice := o.Images[name]; twice {
		return fmt.Errorf("default image for provider %s is given twice", name)
	}

	o.Images[name] = image

	return nil
}
