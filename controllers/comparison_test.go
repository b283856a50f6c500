// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/probe"
	"github.com/ingresstenant/ingress-tenant-operator/internal/status"
	"github.com/ingresstenant/ingress-tenant-operator/internal/switchover"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

func TestFingerprint(t *testing.T) {
	t.Parallel()

	ingresses := func(changes ...func([]networkingv1.Ingress)) string {
		all := []networkingv1.Ingress{
			{ObjectMeta: metav1.ObjectMeta{Namespace: "apps", Name: "a", UID: "1", Generation: 1, Annotations: map[string]string{"x": "", "y": ""}}},
			{ObjectMeta: metav1.ObjectMeta{Namespace: "apps", Name: "b", UID: "2", Generation: 1}},
		}
		for _, change := range changes {
			change(all)
		}

		return fingerprint(all)
	}

	before := ingresses()
	if got := ingresses(func(all []networkingv1.Ingress) { all[0], all[1] = all[1], all[0] }); got != before {
		t.Error("it goes by the order of the cache")
	}

	for name, change := range map[string]func([]networkingv1.Ingress){
		"a resource version": func(all []networkingv1.Ingress) { all[0].ResourceVersion = "7" },
		"a status": func(all []networkingv1.Ingress) {
			all[0].Status.LoadBalancer.Ingress = make([]networkingv1.IngressLoadBalancerIngress, 1)
		},
		"nothing whatsoever":  func([]networkingv1.Ingress) {},
		"labels":              func(all []networkingv1.Ingress) { all[0].Labels = map[string]string{"a": "b"} },
		"what the cache cuts": func(all []networkingv1.Ingress) { all[0].Spec.Rules = make([]networkingv1.IngressRule, 1) },
	} {
		if got := ingresses(change); got != before {
			t.Errorf("%s changes it", name)
		}
	}

	for name, change := range map[string]func([]networkingv1.Ingress){
		"a generation":   func(all []networkingv1.Ingress) { all[0].Generation++ },
		"another object": func(all []networkingv1.Ingress) { all[0].UID = "3" },
		"a name":         func(all []networkingv1.Ingress) { all[0].Name = "c" },
		"a namespace":    func(all []networkingv1.Ingress) { all[0].Namespace = "other" },
		"an annotation":  func(all []networkingv1.Ingress) { delete(all[0].Annotations, "x") },
		"one's value":    func(all []networkingv1.Ingress) { all[0].Annotations["x"] = "z" },
		"where it begins": func(all []networkingv1.Ingress) {
			all[0].Annotations = nil
			all[1].Annotations = map[string]string{"x": "", "y": ""}
		},
	} {
		if got := ingresses(change); got == before {
			t.Errorf("%s does not change it", name)
		}
	}
}

func TestEndpoint(t *testing.T) {
	t.Parallel()

	deployment := &appsv1.Deployment{}
	deployment.Spec.Template.Spec.Containers = []corev1.Container{{Ports: []corev1.ContainerPort{
		{Name: "http", ContainerPort: 8000}, {Name: "https", ContainerPort: 8443},
	}}}
	pod := func(name, address string) corev1.Pod {
		return corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: name}, Status: corev1.PodStatus{
			PodIP: address, Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}},
		}}
	}

	// Another pod would be another endpoint, and nothing would be known of it.
	want := &probe.Endpoint{Address: "192.0.2.1", HTTP: probe.Port{Number: 8000}, HTTPS: probe.Port{Number: 8443, TLS: true}}
	for _, pods := range [][]corev1.Pod{{pod("a", "192.0.2.1"), pod("b", "192.0.2.2")}, {pod("b", "192.0.2.2"), pod("a", "192.0.2.1")}} {
		if diff := cmp.Diff(want, endpoint(deployment, pods)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}

	if got := endpoint(deployment, []corev1.Pod{{}}); got != nil {
		t.Errorf("of pods that are not ready it is %+v", got)
	}
}

func TestBehind(t *testing.T) {
	t.Parallel()

	controller := probe.Endpoint{Address: "192.0.2.1", HTTP: probe.Port{Number: 8000}, HTTPS: probe.Port{Number: 8443, TLS: true}}
	port := func(number int32, target string) corev1.ServicePort {
		return corev1.ServicePort{Port: number, TargetPort: intstr.FromString(target)}
	}

	for name, test := range map[string]struct {
		ports         []corev1.ServicePort
		before, after probe.Endpoint
	}{
		"both ports": {
			[]corev1.ServicePort{port(80, "web"), port(443, "secure")},
			probe.Endpoint{Address: "10.96.0.9", HTTP: probe.Port{Number: 80}, HTTPS: probe.Port{Number: 443, TLS: true}},
			controller,
		},
		"TLS ends before it": {
			[]corev1.ServicePort{port(80, "web"), port(443, "web")},
			probe.Endpoint{Address: "10.96.0.9", HTTP: probe.Port{Number: 80}, HTTPS: probe.Port{Number: 443}},
			probe.Endpoint{Address: "192.0.2.1", HTTP: controller.HTTP, HTTPS: controller.HTTP},
		},
		"only port 80": {
			[]corev1.ServicePort{port(80, "web")},
			probe.Endpoint{Address: "10.96.0.9", HTTP: probe.Port{Number: 80}, HTTPS: probe.Port{Number: 80}},
			probe.Endpoint{Address: "192.0.2.1", HTTP: controller.HTTP, HTTPS: controller.HTTP},
		},
		"only port 443": {
			[]corev1.ServicePort{port(443, "secure")},
			probe.Endpoint{Address: "10.96.0.9", HTTP: probe.Port{Number: 443, TLS: true}, HTTPS: probe.Port{Number: 443, TLS: true}},
			probe.Endpoint{Address: "192.0.2.1", HTTP: controller.HTTPS, HTTPS: controller.HTTPS},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			before, after, err := behind(&corev1.Service{Spec: corev1.ServiceSpec{ClusterIP: "10.96.0.9", Ports: test.ports}}, controller)
			if err != nil {
				t.Fatal(err)
			}

			if diff := cmp.Diff([]probe.Endpoint{test.before, test.after}, []probe.Endpoint{before, after}); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestComparisonOf(t *testing.T) {
	t.Parallel()

	request := switchover.Request{Host: "a.example.com", Path: "/"}

	for name, test := range map[string]struct {
		known probe.Compared
		want  status.Comparison
	}{
		"nothing yet":  {probe.Compared{}, status.Comparison{}},
		"alike":        {probe.Compared{Done: true, Comparison: switchover.Comparison{Alike: []switchover.Request{request}}}, status.Comparison{Requests: 1}},
		"nobody there": {probe.Compared{Done: true, Comparison: switchover.Comparison{Silent: []switchover.Request{request}, Unasked: []switchover.Request{request}}}, status.Comparison{Requests: 2, Silent: 1, Unasked: 1, Open: true}},
		"forbidden":    {probe.Compared{Done: true, Err: errors.New("forbidden")}, status.Comparison{Open: true, Failed: "forbidden"}},
		"different": {
			probe.Compared{Done: true, Comparison: switchover.Comparison{Differences: []switchover.Difference{{Request: request, Old: "200", New: "404"}}}},
			status.Comparison{Requests: 1, Differences: []string{"http://a.example.com/: 404 instead of 200"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			if diff := cmp.Diff(test.want, comparisonOf(test.known)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestFatesOf(t *testing.T) {
	t.Parallel()

	blog := &v1alpha1.IngressTenant{ObjectMeta: metav1.ObjectMeta{Name: "blog"}}
	blog.Spec.Exposure = &v1alpha1.ExposureSpec{LoadBalancer: &v1alpha1.LoadBalancerExposure{Adopt: &v1alpha1.LoadBalancerAdoption{ServiceName: "asked"}}}

	const record = `{"selector":{"app":"edge"}}`

	// leading is a Service that leads to pods of a provider.
	leading := func(name, record string, permitted bool, provider v1alpha1.ProviderName) *corev1.Service {
		service := &corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: "ingress-blog", Name: name, Annotations: map[string]string{tenant.AnnotationAdopted: record}}}
		service.Spec.Selector = tenant.WorkloadSelector(blog, provider)

		if permitted {
			service.Annotations[tenant.AnnotationAdopt] = "blog"
		}

		return service
	}
	traefik := v1alpha1.ProviderTraefik
	running := map[v1alpha1.ProviderName]*appsv1.Deployment{traefik: {}}

	for name, test := range map[string]struct {
		service *corev1.Service
		of      func(fates) []*corev1.Service
		pinned  bool
	}{
		"both want it":       {leading("asked", record, true, traefik), func(f fates) []*corev1.Service { return f.kept }, false},
		"the owner does":     {leading("other", record, true, traefik), func(f fates) []*corev1.Service { return f.unwanted }, false},
		"the tenant does":    {leading("asked", record, false, traefik), func(f fates) []*corev1.Service { return f.withdrawn }, true},
		"neither does":       {leading("other", record, false, traefik), func(f fates) []*corev1.Service { return f.returned }, false},
		"it is damaged":      {leading("asked", "{", true, traefik), func(f fates) []*corev1.Service { return f.damaged }, true},
		"damaged, by nobody": {leading("other", "{", false, traefik), func(f fates) []*corev1.Service { return f.damaged }, true},
		"its pods are gone":  {leading("asked", record, false, v1alpha1.ProviderNGINX), func(f fates) []*corev1.Service { return f.withdrawn }, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			now := existing{adoption: adoption{taken: []*corev1.Service{test.service}}, running: running}
			if got := test.of(fatesOf(blog, now.adoption)); len(got) != 1 || got[0] != test.service {
				t.Errorf("it is not where it belongs: %+v", fatesOf(blog, now.adoption))
			}

			if got := pinned(blog, now); (len(got) == 1 && got[0] == traefik) != test.pinned {
				t.Errorf("pinned is %v", got)
			}

			if got := holds(blog, now, traefik); (len(got) == 1) != test.pinned {
				t.Errorf("holds are %q", got)
			}
		})
	}

	// Its owner made it lead elsewhere.
	elsewhere := leading("asked", record, false, traefik)
	elsewhere.Spec.Selector = map[string]string{"app": "edge"}

	if got := pinned(blog, existing{adoption: adoption{taken: []*corev1.Service{elsewhere}}, running: running}); len(got) > 0 {
		t.Errorf("a Service that leads elsewhere pins %v", got)
	}
}
