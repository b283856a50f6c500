// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package desired_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"sigs.k8s.io/yaml"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/apply"
	"github.com/ingresstenant/ingress-tenant-operator/internal/desired"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
	"github.com/ingresstenant/ingress-tenant-operator/test/golden"
)

// edge is a Service of somebody else.
func edge(ports ...corev1.ServicePort) *corev1.Service {
	return &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Namespace: "ingress-blog", Name: "edge", UID: "the-edge"},
		Spec: corev1.ServiceSpec{
			Type:     corev1.ServiceTypeLoadBalancer,
			Selector: map[string]string{"app": "edge"},
			Ports:    ports,
		},
	}
}

func tcpPort(number int32, target intstr.IntOrString) corev1.ServicePort {
	return corev1.ServicePort{Protocol: corev1.ProtocolTCP, Port: number, TargetPort: target}
}

// adopting renders a tenant that takes a Service over. Its Services come last but
// for what runs the pods, so they are told by their names.
func adopting(t *testing.T, live *corev1.Service) apply.Object {
	t.Helper()

	in, _ := render(t, scenario{Tenant: v1alpha1.IngressTenant{ObjectMeta: metav1.ObjectMeta{Name: "blog"}}})
	in.Adopted = []*corev1.Service{live}

	objects, err := desired.Objects(in)
	if err != nil {
		t.Fatal(err)
	}

	for _, object := range objects {
		if reference := apply.ReferenceTo(object); reference.Kind == "Service" && reference.Name == live.Name {
			return object
		}
	}

	t.Fatal("the adopted Service is not among the objects")

	return nil
}

// An adopted Service gets the selector, the targets and what tells whose it is.
// What else it has stays its owner's.
func TestAdoptedService(t *testing.T) {
	t.Parallel()

	object := adopting(t, edge(tcpPort(80, intstr.FromInt32(8080)), tcpPort(443, intstr.FromString("secure"))))
	golden.Compare(t, filepath.Join("testdata", "adoption", "service.yaml"), stream(t, []apply.Object{object}))
}

// What it led to is recorded once, and is what it leads to when it is returned.
func TestAdoptedServiceIsReturnedAsItWas(t *testing.T) {
	t.Parallel()

	live := edge(tcpPort(443, intstr.FromString("secure")))
	taken := decodeService(t, adopting(t, live))

	// It is taken over a second time, when it leads to the tenant already.
	live.Annotations = taken.Annotations
	live.Spec.Selector = taken.Spec.Selector
	live.Spec.Ports[0].TargetPort = taken.Spec.Ports[0].TargetPort

	again := decodeService(t, adopting(t, live))
	if diff := cmp.Diff(taken, again); diff != "" {
		t.Errorf("taken over again, it differs (-first +second):\n%s", diff)
	}

	object, err := desired.Returned(live)
	if err != nil {
		t.Fatal(err)
	}

	returned := decodeService(t, object)
	if diff := cmp.Diff(edge(tcpPort(443, intstr.FromString("secure"))).Spec.Selector, returned.Spec.Selector); diff != "" {
		t.Errorf("selector (-want +got):\n%s", diff)
	}

	if want := []corev1.ServicePort{tcpPort(443, intstr.FromString("secure"))}; !cmp.Equal(want, returned.Spec.Ports) {
		t.Errorf("ports %v, want %v", returned.Spec.Ports, want)
	}

	if returned.UID != live.UID {
		t.Errorf("UID %s, want that of the very Service", returned.UID)
	}

	// Its owner removed the port meanwhile.
	live.Spec.Ports = nil

	if object, err = desired.Returned(live); err != nil {
		t.Fatal(err)
	}

	if ports := decodeService(t, object).Spec.Ports; len(ports) > 0 {
		t.Errorf("ports %v come back", ports)
	}
}

// Where both ports led to one target, the load balancer ends TLS.
func TestAdoptedServiceWhoseLoadBalancerEndsTLS(t *testing.T) {
	t.Parallel()

	taken := decodeService(t, adopting(t, edge(tcpPort(80, intstr.FromString("http")), tcpPort(443, intstr.FromString("http")))))
	for _, port := range taken.Spec.Ports {
		if port.TargetPort.String() != "http" {
			t.Errorf("port %d leads to %s", port.Port, port.TargetPort.String())
		}
	}
}

// A record that somebody changed is no reason to guess.
func TestAdoptedServiceWithABrokenRecord(t *testing.T) {
	t.Parallel()

	live := edge(tcpPort(80, intstr.FromInt32(8080)))
	for _, record := range []string{"{", "{}", `{"selector":{}}`} {
		live.Annotations = map[string]string{tenant.AnnotationAdopted: record}

		_, err := desired.Returned(live)

		var refused *provider.RefusedError
		if !errors.As(err, &refused) || refused.ConditionReason() != v1alpha1.ReasonAdoptionRecordDamaged {
			t.Fatalf("record %s: got %v, want a refusal", record, err)
		}

		// Repeating it helps nobody: the message names the way out.
		for _, part := range []string{"ingresstenant.io/adopted of Service ingress-blog/edge", "kubectl annotate service -n ingress-blog edge ingresstenant.io/adopted-"} {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("record %s: %v does not say %q", record, err, part)
			}
		}

		if desired.Readable(live) {
			t.Errorf("record %s is taken for one", record)
		}
	}
}

func TestEntrances(t *testing.T) {
	t.Parallel()

	web, other := intstr.FromInt32(8080), intstr.FromString("secure")

	for name, c := range map[string]struct {
		ports       []corev1.ServicePort
		http, https desired.Entrance
	}{
		"both":                       {[]corev1.ServicePort{tcpPort(80, web), tcpPort(443, other)}, desired.Entrance{Port: 80}, desired.Entrance{Port: 443, TLS: true}},
		"both, and TLS ended before": {[]corev1.ServicePort{tcpPort(80, web), tcpPort(443, web)}, desired.Entrance{Port: 80}, desired.Entrance{Port: 443}},
		"none but the one for HTTP":  {[]corev1.ServicePort{tcpPort(80, web)}, desired.Entrance{Port: 80}, desired.Entrance{Port: 80}},
		"none but the one for HTTPS": {[]corev1.ServicePort{tcpPort(443, other)}, desired.Entrance{Port: 443, TLS: true}, desired.Entrance{Port: 443, TLS: true}},
		"none, which is not adopted": {nil, desired.Entrance{}, desired.Entrance{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			http, https, err := desired.Entrances(edge(c.ports...))
			if err != nil || http != c.http || https != c.https {
				t.Errorf("got %+v and %+v (%v), want %+v and %+v", http, https, err, c.http, c.https)
			}
		})
	}
}

func TestUnfit(t *testing.T) {
	t.Parallel()

	fit := tcpPort(80, intstr.FromInt32(8080))

	for name, c := range map[string]struct {
		change func(*corev1.Service)
		want   string
	}{
		"fit":          {func(*corev1.Service) {}, ""},
		"another type": {func(s *corev1.Service) { s.Spec.Type = corev1.ServiceTypeNodePort }, "it is of type NodePort, and a load balancer is asked for"},
		"a broken record": {
			func(s *corev1.Service) { s.Annotations = map[string]string{tenant.AnnotationAdopted: "{"} },
			"its annotation ingresstenant.io/adopted is not what the operator wrote: put its text back, or remove it: kubectl annotate service -n ingress-blog edge ingresstenant.io/adopted-",
		},
		"no selector":     {func(s *corev1.Service) { s.Spec.Selector = nil }, "it has no selector, so that somebody else keeps its endpoints"},
		"no ports":        {func(s *corev1.Service) { s.Spec.Ports = nil }, "it has neither port 80 nor port 443"},
		"a port too many": {func(s *corev1.Service) { s.Spec.Ports = append(s.Spec.Ports, tcpPort(22, fit.TargetPort)) }, "the controller does not answer on its port 22 (TCP): remove that port first"},
		"QUIC":            {func(s *corev1.Service) { s.Spec.Ports[0].Protocol = corev1.ProtocolUDP }, "the controller does not answer on its port 80 (UDP): remove that port first"},
		"somebody's controlled": {func(s *corev1.Service) {
			s.OwnerReferences = []metav1.OwnerReference{{Kind: "Gateway", Name: "edge", Controller: new(true)}}
		}, "Gateway edge controls it and would change it back"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			service := edge(fit)
			c.change(service)

			if got := desired.Unfit(service); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// A tenant that adopts a Service has its own inside the cluster, and keeps a load
// balancer that it had.
func TestOwnServiceBesideAnAdoptedOne(t *testing.T) {
	t.Parallel()

	adopts := v1alpha1.IngressTenant{ObjectMeta: metav1.ObjectMeta{Name: "blog"}}
	adopts.Spec.Exposure = &v1alpha1.ExposureSpec{
		Type: v1alpha1.ExposureLoadBalancer,
		LoadBalancer: &v1alpha1.LoadBalancerExposure{
			Adopt: &v1alpha1.LoadBalancerAdoption{ServiceName: "edge"},
		},
	}
	in, objects := render(t, scenario{Tenant: adopts})

	if own := one[*corev1.Service](t, decode(t, objects)); own.Spec.Type != corev1.ServiceTypeClusterIP {
		t.Errorf("its own Service is of type %s", own.Spec.Type)
	}

	in.Live.Service = &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Namespace: tenant.Namespace(in.Tenant), Name: tenant.Name(in.Tenant), UID: "own"},
		Spec:       corev1.ServiceSpec{Type: corev1.ServiceTypeLoadBalancer, LoadBalancerClass: new("example.com/a")},
	}

	objects, err := desired.Objects(in)
	if err != nil {
		t.Fatal(err)
	}

	own := one[*corev1.Service](t, decode(t, objects))
	if own.Spec.Type != corev1.ServiceTypeLoadBalancer || own.UID != "own" {
		t.Errorf("the load balancer that it had became one of type %s, UID %s", own.Spec.Type, own.UID)
	}

	changes, err := desired.LoadBalancerChanges(in)
	if err != nil {
		t.Fatal(err)
	}

	if len(changes) != 1 || !changes[0].Removed {
		t.Errorf("changes %+v, want that it is no longer asked for", changes)
	}
}

func decodeService(t *testing.T, object apply.Object) *corev1.Service {
	t.Helper()

	encoded, err := yaml.Marshal(object)
	if err != nil {
		t.Fatal(err)
	}

	service := &corev1.Service{}
	if err := yaml.UnmarshalStrict(encoded, service); err != nil {
		t.Fatal(err)
	}

	return service
}
