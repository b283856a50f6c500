// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package desired_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/desired"
	"github.com/ingresstenant/ingress-tenant-operator/internal/platform"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider/all"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// role is what an end of a connection is in the cluster.
type role string

const (
	roleController role = "controller"
	roleOperator   role = "operator"
	roleScraper    role = "scraper"
	roleDNS        role = "DNS"
	roleApp        role = "application"
	roleAPIServer  role = "API server"
	roleAPIService role = "API server's Service"
	roleLinkLocal  role = "link-local address"
	roleNeighbour  role = "link-local address of IPv6"
	roleOutside    role = "outside"
)

// member is one tenant of the fleet, as the proof expects it to be treated: in words
// of its spec, not of its network policy.
type member struct {
	name string
	// all is whether it serves all namespaces, and serves are those if not.
	all    bool
	serves []string
	// externalNames is whether it may have Services of type ExternalName.
	externalNames bool
	// traffic and metrics are the ports of its pods, of both implementations while
	// it changes from one to the other.
	traffic, metrics []int32
}

// fleet is a cluster with tenants of every sort.
type fleet struct {
	facts    platform.Facts
	members  []*member
	ends     []*end
	policies []*networkingv1.NetworkPolicy
}

// newFleet renders tenants of all implementations, and puts around them what clusters
// have. The labels and ports of controllers' pods, and the labels of their
// namespaces, are those that are rendered; the operator's are those of config.
func newFleet(t *testing.T, facts platform.Facts) *fleet {
	t.Helper()

	f := &fleet{facts: facts}

	for _, p := range all.All() {
		d := p.Descriptor()
		short := strings.ToLower(string(d.Name))

		f.add(t, d.Name, short+"-one", &v1alpha1.NamespacesSpec{}, []string{short + "-shop"}, nil)
		f.add(t, d.Name, short+"-none", &v1alpha1.NamespacesSpec{}, nil, nil)
		f.add(t, d.Name, short+"-all", nil, nil, nil)

		if d.Capabilities.NamespaceLists {
			f.add(t, d.Name, short+"-two", &v1alpha1.NamespacesSpec{}, []string{short + "-cart", short + "-news"}, nil)
		}

		if d.Capabilities.ExternalNames {
			f.add(t, d.Name, short+"-names", &v1alpha1.NamespacesSpec{}, []string{short + "-legacy"}, func(s *scenario) {
				s.Tenant.Spec.Policy = &v1alpha1.PolicySpec{ExternalNameServices: v1alpha1.Allow}
			})
		}
	}

	f.add(t, v1alpha1.ProviderTraefik, "adopted", &v1alpha1.NamespacesSpec{}, []string{"adopted-shop"}, func(s *scenario) {
		s.Cluster.AdoptsNamespace = true
	})
	f.addMoving(t)
	f.addOperator(t)
	f.addOthers()

	return f
}

// scenarioOf is a tenant of a provider, with what it is to serve.
func scenarioOf(name v1alpha1.ProviderName, tenantName string, chosen *v1alpha1.NamespacesSpec, serves []string) scenario {
	s := scenario{
		Tenant: v1alpha1.IngressTenant{
			ObjectMeta: metav1.ObjectMeta{Name: tenantName},
			Spec: v1alpha1.IngressTenantSpec{
				Namespaces: chosen,
				Controller: &v1alpha1.ControllerSpec{Provider: name},
			},
		},
		Cluster: cluster{Serves: serves},
	}
	if chosen != nil {
		chosen.Names = serves
	}

	return s
}

func (f *fleet) add(t *testing.T, p v1alpha1.ProviderName, tenantName string, chosen *v1alpha1.NamespacesSpec, serves []string, change func(*scenario)) {
	t.Helper()

	s := scenarioOf(p, tenantName, chosen, serves)
	if change != nil {
		change(&s)
	}

	fit(&s.Tenant.Spec)

	in, err := s.input()
	if err != nil {
		t.Fatal(err)
	}

	m := f.join(t, in)

	for _, namespace := range serves {
		f.pod(roleApp, "app", namespace, nil, map[string]string{"app": "web"}, map[int32]string{8080: "http"})
	}

	f.controller(t, m, in)
}

// addMoving adds a tenant between two implementations, with the pods of both.
func (f *fleet) addMoving(t *testing.T) {
	t.Helper()

	serves := []string{"moving-shop"}

	before, err := scenarioOf(v1alpha1.ProviderIngressNGINX, "moving", &v1alpha1.NamespacesSpec{}, serves).input()
	if err != nil {
		t.Fatal(err)
	}

	in, err := scenarioOf(v1alpha1.ProviderTraefik, "moving", &v1alpha1.NamespacesSpec{}, serves).input()
	if err != nil {
		t.Fatal(err)
	}

	in.Serve = v1alpha1.ProviderIngressNGINX
	in.Beside = []provider.Ports{before.Workload.Ports}

	m := f.join(t, in)
	f.pod(roleApp, "app", "moving-shop", nil, map[string]string{"app": "web"}, map[int32]string{8080: "http"})
	f.controller(t, m, in)
	f.controller(t, m, before)
}

// join adds a tenant and its policy.
func (f *fleet) join(t *testing.T, in desired.Input) *member {
	t.Helper()

	in.Facts = f.facts

	rendered, err := desired.Objects(in)
	if err != nil {
		t.Fatal(err)
	}

	f.policies = append(f.policies, every[*networkingv1.NetworkPolicy](decode(t, rendered))...)

	m := &member{
		name:          in.Tenant.Name,
		all:           in.Namespaces.All,
		serves:        in.Namespaces.Names,
		externalNames: in.Tenant.Spec.Policy != nil && in.Tenant.Spec.Policy.ExternalNameServices == v1alpha1.Allow,
	}
	f.members = append(f.members, m)

	return m
}

// controller adds a pod of a tenant's Deployment, and one of somebody else's that was
// in its namespace before.
func (f *fleet) controller(t *testing.T, m *member, in desired.Input) {
	t.Helper()

	rendered, err := desired.Objects(in)
	if err != nil {
		t.Fatal(err)
	}

	objects := decode(t, rendered)
	namespace := one[*corev1.Namespace](t, objects)
	deployment := one[*appsv1.Deployment](t, objects)
	template := deployment.Spec.Template
	ports := portNames(template.Spec)

	e := f.pod(roleController, deployment.Name, namespace.Name, namespace.Labels, template.Labels, ports)
	e.of = m

	for number, portName := range ports {
		switch portName {
		case "http", "https":
			m.traffic = append(m.traffic, number)
		case "metrics":
			m.metrics = append(m.metrics, number)
		case "health":
			if !slices.Contains(slices.Collect(maps.Values(ports)), "metrics") {
				m.metrics = append(m.metrics, number)
			}
		}
	}

	if in.AdoptNamespace {
		f.pod(roleOutside, "was-here-before", namespace.Name, namespace.Labels, map[string]string{"app": "old"}, map[int32]string{8080: "http"})
	}
}

func portNames(pod corev1.PodSpec) map[int32]string {
	names := map[int32]string{}

	for _, container := range pod.Containers {
		for _, port := range container.Ports {
			names[port.ContainerPort] = port.Name
		}
	}

	return names
}

// addOperator adds the operator as config deploys it.
func (f *fleet) addOperator(t *testing.T) {
	t.Helper()

	var (
		namespace  corev1.Namespace
		deployment appsv1.Deployment
		policy     networkingv1.NetworkPolicy
	)

	for file, object := range map[string]client.Object{"namespace.yaml": &namespace, "deployment.yaml": &deployment, "network_policy.yaml": &policy} {
		text, err := os.ReadFile(filepath.Join("..", "..", "config", "manager", file))
		if err != nil {
			t.Fatal(err)
		}

		if err := yaml.UnmarshalStrict(text, object); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
	}

	f.policies = append(f.policies, &policy)
	f.pod(roleOperator, "operator", namespace.Name, namespace.Labels, deployment.Spec.Template.Labels, portNames(deployment.Spec.Template.Spec))
}

// addOthers adds what is neither a tenant's nor the operator's.
func (f *fleet) addOthers() {
	f.pod(roleScraper, "prometheus", "monitoring", nil, map[string]string{"app": "prometheus"}, map[int32]string{9090: "web"})
	f.pod(roleDNS, "coredns", "kube-system", nil, map[string]string{"k8s-app": "kube-dns"}, map[int32]string{53: "dns", 9153: "metrics"})
	f.pod(roleOutside, "stranger", "elsewhere", nil, map[string]string{"app": "web"}, map[int32]string{8080: "http"})
	f.pod(roleOutside, "stranger-of-IPv6", "elsewhere", nil, map[string]string{"app": "web"}, map[int32]string{8080: "http"}).ip = "fd00:10:244::7"
	// One that looks like a controller, in a namespace of its own.
	f.pod(roleOutside, "lookalike", "lookalike", nil, tenant.WorkloadLabels(&v1alpha1.IngressTenant{ObjectMeta: metav1.ObjectMeta{Name: "traefik-one"}}, v1alpha1.ProviderTraefik), map[int32]string{8000: "http"})

	f.ends = append(f.ends,
		&end{name: "API server", is: roleAPIServer, ip: "192.0.2.10"},
		&end{name: "Service kubernetes", is: roleAPIService, ip: "10.96.0.1"},
		&end{name: "the internet", is: roleOutside, ip: "198.51.100.7"},
		&end{name: "the other internet", is: roleOutside, ip: "2001:db8::7"},
		&end{name: "the cloud's metadata", is: roleLinkLocal, ip: "169.254.169.254"},
		&end{name: "a neighbour", is: roleNeighbour, ip: "fe80::7"},
	)
}

// pod adds a pod. Its namespace has its name for a label, as the API server sees to.
func (f *fleet) pod(is role, podName, namespace string, namespaceLabels, labels map[string]string, ports map[int32]string) *end {
	labelled := map[string]string{corev1.LabelMetadataName: namespace}
	maps.Copy(labelled, namespaceLabels)

	e := &end{
		name: namespace + "/" + podName, is: is, pod: true,
		ip:        fmt.Sprintf("10.244.%d.%d", len(f.ends)/200, len(f.ends)%200+1),
		namespace: namespace, namespaceLabels: labelled, labels: labels, ports: ports,
	}
	f.ends = append(f.ends, e)

	return e
}

// connections are all from every end to every port that any pod has, and to some that
// none has.
func (f *fleet) connections() []connection {
	numbers := map[int32]bool{53: true, 443: true, 6443: true, 10000: true}

	for _, e := range f.ends {
		for number := range e.ports {
			numbers[number] = true
		}
	}

	ports := slices.Sorted(maps.Keys(numbers))

	var found []connection

	for _, from := range f.ends {
		for _, to := range f.ends {
			if from == to || !from.pod && !to.pod {
				continue
			}

			for _, port := range ports {
				found = append(found, connection{from, to, port, corev1.ProtocolTCP})
			}

			found = append(found, connection{from, to, 53, corev1.ProtocolUDP}, connection{from, to, 443, corev1.ProtocolUDP})
		}
	}

	return found
}
