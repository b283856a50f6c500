// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package manager_test

import (
	"flag"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/manager"
	"github.com/ingresstenant/ingress-tenant-operator/internal/platform"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
)

func parse(args ...string) (manager.Options, error) {
	var options manager.Options

	flags := flag.NewFlagSet("operator", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	options.Bind(flags)

	return options, flags.Parse(args)
}

func TestOptions(t *testing.T) {
	t.Parallel()

	defaults := manager.Options{
		MetricsAddress:          ":8080",
		HealthAddress:           ":8081",
		MaxConcurrentReconciles: 4,
		AdmissionPolicies:       true,
		Images:                  map[v1alpha1.ProviderName]provider.Image{},
		Network: platform.Network{
			MetricsNamespaces: []string{"monitoring"},
			DNSServers:        []platform.DNSServer{{Namespace: "kube-system", Port: 53}, {CIDR: "169.254.0.0/16", Port: 53}},
		},
	}
	everything := manager.Options{
		MetricsAddress:          "0",
		HealthAddress:           "127.0.0.1:9090",
		LeaderElection:          true,
		LeaderElectionNamespace: "operators",
		MaxConcurrentReconciles: 16,
		RequireConsent:          true,
		Images: map[v1alpha1.ProviderName]provider.Image{
			v1alpha1.ProviderTraefik:      {Repository: "registry.example.com:5000/mirror/traefik", Version: "v3.7.20"},
			v1alpha1.ProviderIngressNGINX: {Repository: "controller", Version: "v1.15.1"},
		},
		Network: platform.Network{
			MetricsNamespaces: []string{"prometheus", "openshift-monitoring"},
			APIServerCIDRs:    []string{"192.0.2.1/32", "2001:db8::/64"},
			DNSServers: []platform.DNSServer{
				{Namespace: "openshift-dns", Port: 5353},
				{Namespace: "kube-system", Port: 53},
				{CIDR: "fd00::a/128", Port: 53},
				{CIDR: "fd00::b/128", Port: 54},
				{CIDR: "10.96.0.10/32", Port: 5300},
			},
			ClusterCIDRs: []string{"10.0.0.0/8", "fd00::/8"},
		},
	}
	nothing := defaults
	nothing.Network = platform.Network{}

	for name, test := range map[string]struct {
		args []string
		want manager.Options
	}{
		"the defaults": {nil, defaults},
		"every flag": {[]string{
			"--metrics-bind-address=0",
			"--health-probe-bind-address=127.0.0.1:9090",
			"--leader-elect",
			"--leader-election-namespace=operators",
			"--max-concurrent-reconciles=16",
			"--require-consent",
			"--admission-policies=false",
			"--default-image=Traefik=registry.example.com:5000/mirror/traefik:v3.7.20",
			"--default-image=IngressNGINX=controller:v1.15.1",
			"--metrics-namespaces=prometheus, openshift-monitoring",
			"--api-server-cidrs=192.0.2.1/32,2001:db8::/64",
			"--dns-servers=openshift-dns:5353,kube-system,fd00::a/128,fd00::b/128:54,10.96.0.10/32:5300",
			"--cluster-cidrs=10.0.0.0/8,fd00::/8",
		}, everything},
		"no scrapers, and no DNS": {[]string{"--metrics-namespaces=", "--dns-servers="}, nothing},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			options, err := parse(test.args...)
			if err != nil {
				t.Fatal(err)
			}

			if diff := cmp.Diff(test.want, options); diff != "" {
				t.Errorf("options (-want +got):\n%s", diff)
			}
		})
	}
}

func TestOptionsRefuse(t *testing.T) {
	t.Parallel()

	const (
		label  = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
		ranges = "want a CIDR without bits of a single address, such as 10.96.0.0/12 or 192.0.2.1/32"
		shape  = "want PROVIDER=REPOSITORY:VERSION, such as Traefik=registry.example.com/traefik:v3.7.20"
	)

	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"an image of no provider": {
			[]string{"--default-image=registry.example.com/traefik:v3.7.20"},
			`invalid value "registry.example.com/traefik:v3.7.20" for flag -default-image: default image "registry.example.com/traefik:v3.7.20": ` + shape,
		},
		"a provider without a name": {
			[]string{"--default-image==traefik:v3.7.20"},
			`invalid value "=traefik:v3.7.20" for flag -default-image: default image "=traefik:v3.7.20": ` + shape,
		},
		"a provider without an image": {
			[]string{"--default-image=Traefik="},
			`invalid value "Traefik=" for flag -default-image: default image "Traefik=": ` + shape,
		},
		"an image without a version": {
			[]string{"--default-image=Traefik=registry.example.com/traefik"},
			`invalid value "Traefik=registry.example.com/traefik" for flag -default-image: default image "Traefik=registry.example.com/traefik": ` + shape,
		},
		"a registry's port for a version": {
			[]string{"--default-image=Traefik=registry.example.com:5000/traefik"},
			`invalid value "Traefik=registry.example.com:5000/traefik" for flag -default-image: default image "Traefik=registry.example.com:5000/traefik": ` + shape,
		},
		"a version without a repository": {
			[]string{"--default-image=Traefik=:v3.7.20"},
			`invalid value "Traefik=:v3.7.20" for flag -default-image: default image "Traefik=:v3.7.20": ` + shape,
		},
		"an empty version": {
			[]string{"--default-image=Traefik=traefik:"},
			`invalid value "Traefik=traefik:" for flag -default-image: default image "Traefik=traefik:": ` + shape,
		},
		"a provider twice": {
			[]string{"--default-image=Traefik=one:v3.7.20", "--default-image=Traefik=two:v3.7.20"},
			`invalid value "Traefik=two:v3.7.20" for flag -default-image: default image for provider Traefik is given twice`,
		},
		"a selector for a namespace": {
			[]string{"--metrics-namespaces=team=platform"},
			`invalid value "team=platform" for flag -metrics-namespaces: "team=platform" is no name of a namespace: ` + label,
		},
		"a comma too many": {
			[]string{"--metrics-namespaces=monitoring,"},
			`invalid value "monitoring," for flag -metrics-namespaces: "" is no name of a namespace: ` + label,
		},
		"an address for a CIDR": {
			[]string{"--api-server-cidrs=192.0.2.1"},
			`invalid value "192.0.2.1" for flag -api-server-cidrs: "192.0.2.1" is no range of addresses: ` + ranges,
		},
		"an address with the length of its network": {
			[]string{"--cluster-cidrs=10.0.0.1/8"},
			`invalid value "10.0.0.1/8" for flag -cluster-cidrs: "10.0.0.1/8" is no range of addresses: ` + ranges,
		},
		"all addresses": {
			[]string{"--cluster-cidrs=::/0"},
			`invalid value "::/0" for flag -cluster-cidrs: "::/0" is no range of addresses: ` + ranges,
		},
		"a DNS server by its address alone": {
			[]string{"--dns-servers=10.96.0.10"},
			`invalid value "10.96.0.10" for flag -dns-servers: "10.96.0.10" is no name of a namespace: must not contain dots`,
		},
		"a DNS server without a port after the colon": {
			[]string{"--dns-servers=kube-system:"},
			`invalid value "kube-system:" for flag -dns-servers: "kube-system:" is no DNS server: "" is no port`,
		},
		"a DNS server on a port that there is not": {
			[]string{"--dns-servers=169.254.20.10/32:65536"},
			`invalid value "169.254.20.10/32:65536" for flag -dns-servers: "169.254.20.10/32:65536" is no DNS server: "65536" is no port`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			if _, err := parse(test.args...); err == nil || err.Error() != test.want {
				t.Errorf("parsing %v: %v\nwant: %s", test.args, err, test.want)
			}
		})
	}
}
