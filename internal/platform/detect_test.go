// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package platform_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/internal/platform"
)

// errRefused is an API server that answers, but not with what was asked.
var errRefused = errors.New("connection refused")

func TestDetect(t *testing.T) {
	t.Parallel()

	service := platform.ServiceAddress{IPs: []string{"10.96.0.1", "fd00::1"}, Ports: []int32{443}}
	everything := platform.Facts{
		HorizontalPodAutoscaler: true, PodDisruptionBudget: true, NetworkPolicy: true, APIServerPorts: []int32{6443}, APIServerService: service,
	}

	tests := map[string]struct {
		missing []string
		reader  reader
		want    platform.Facts
		wantErr string
	}{
		"everything is served": {
			reader: reader{ports: []int32{443}, endpoints: []int32{6443}},
			want:   everything,
		},
		"no HorizontalPodAutoscaler": {
			missing: []string{"HorizontalPodAutoscaler"},
			reader:  reader{ports: []int32{443}, endpoints: []int32{6443}},
			want:    platform.Facts{PodDisruptionBudget: true, NetworkPolicy: true, APIServerPorts: []int32{6443}, APIServerService: service},
		},
		"no PodDisruptionBudget": {
			missing: []string{"PodDisruptionBudget"},
			reader:  reader{ports: []int32{443}, endpoints: []int32{6443}},
			want:    platform.Facts{HorizontalPodAutoscaler: true, NetworkPolicy: true, APIServerPorts: []int32{6443}, APIServerService: service},
		},
		"no NetworkPolicy": {
			missing: []string{"NetworkPolicy"},
			reader:  reader{ports: []int32{443}, endpoints: []int32{6443}},
			want:    platform.Facts{HorizontalPodAutoscaler: true, PodDisruptionBudget: true, APIServerPorts: []int32{6443}, APIServerService: service},
		},
		"one API server on the Service's port": {
			reader: reader{ports: []int32{443}, endpoints: []int32{443}},
			want:   platform.Facts{HorizontalPodAutoscaler: true, PodDisruptionBudget: true, NetworkPolicy: true, APIServerPorts: []int32{443}, APIServerService: service},
		},
		"several API servers, on unlike ports": {
			reader: reader{ports: []int32{443}, endpoints: []int32{6444, 6443, 6444}},
			want:   platform.Facts{HorizontalPodAutoscaler: true, PodDisruptionBudget: true, NetworkPolicy: true, APIServerPorts: []int32{6443, 6444}, APIServerService: service},
		},
		"no endpoints yet": {
			reader: reader{ports: []int32{443}},
			want:   platform.Facts{HorizontalPodAutoscaler: true, PodDisruptionBudget: true, NetworkPolicy: true, APIServerPorts: []int32{443}, APIServerService: service},
		},
		"a Service without an address": {
			reader: reader{ports: []int32{443}, endpoints: []int32{6443}, headless: true},
			want: platform.Facts{
				HorizontalPodAutoscaler: true, PodDisruptionBudget: true, NetworkPolicy: true,
				APIServerPorts: []int32{6443}, APIServerService: platform.ServiceAddress{Ports: []int32{443}},
			},
		},
		"no IngressClass": {
			missing: []string{"IngressClass"},
			wantErr: "the API server does not serve networking.k8s.io/v1 IngressClass: enable them (--runtime-config) and start the operator again",
		},
		"several that are needed": {
			missing: []string{"Deployment", "RoleBinding", "NetworkPolicy"},
			wantErr: "the API server does not serve apps/v1 Deployment, rbac.authorization.k8s.io/v1 RoleBinding: enable them (--runtime-config) and start the operator again",
		},
		"the API server's Service is not to be read": {
			reader:  reader{getErr: errRefused},
			wantErr: "reading Service default/kubernetes for the API server's port: connection refused",
		},
		"the API server's endpoints are not to be read": {
			reader:  reader{ports: []int32{443}, listErr: errRefused},
			wantErr: "listing the EndpointSlices of Service default/kubernetes for the API server's port: connection refused",
		},
		"the API server's ports are not known": {
			wantErr: "the API server's port is not known, for Service default/kubernetes and its EndpointSlices name none: the tenants' network policies need it; put the Service right and start the operator again",
		},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			facts, err := platform.Detect(t.Context(), without(test.missing), test.reader)
			if got := text(err); got != test.wantErr {
				t.Fatalf("Detect: %q, want %q", got, test.wantErr)
			}

			if test.wantErr != "" {
				return
			}

			if diff := cmp.Diff(test.want, facts); diff != "" {
				t.Errorf("facts (-want +got):\n%s", diff)
			}
		})
	}
}

// A question that was not answered is no answer: to take it for "not served"
// would remove what tenants have.
func TestDetectTellsNoAnswerFromNo(t *testing.T) {
	t.Parallel()

	for _, kind := range served() {
		t.Run(kind.Kind, func(t *testing.T) {
			t.Parallel()

			mapper := silent{RESTMapper: without(nil), about: kind.GroupKind()}

			_, err := platform.Detect(t.Context(), mapper, reader{ports: []int32{443}})
			if !errors.Is(err, errRefused) {
				t.Errorf("Detect: %v, want %v", err, errRefused)
			}
		})
	}
}

func text(err error) string {
	if err == nil {
		return ""
	}

	return err.Error()
}

// served are the kinds that Detect asks about.
func served() []schema.GroupVersionKind {
	return []schema.GroupVersionKind{
		appsv1.SchemeGroupVersion.WithKind("Deployment"),
		autoscalingv2.SchemeGroupVersion.WithKind("HorizontalPodAutoscaler"),
		corev1.SchemeGroupVersion.WithKind("Service"),
		discoveryv1.SchemeGroupVersion.WithKind("EndpointSlice"),
		networkingv1.SchemeGroupVersion.WithKind("Ingress"),
		networkingv1.SchemeGroupVersion.WithKind("IngressClass"),
		networkingv1.SchemeGroupVersion.WithKind("NetworkPolicy"),
		policyv1.SchemeGroupVersion.WithKind("PodDisruptionBudget"),
		rbacv1.SchemeGroupVersion.WithKind("ClusterRoleBinding"),
		rbacv1.SchemeGroupVersion.WithKind("RoleBinding"),
	}
}

// without maps all kinds but the missing ones.
func without(missing []string) meta.RESTMapper {
	mapper := meta.NewDefaultRESTMapper(nil)

	for _, kind := range served() {
		if !slices.Contains(missing, kind.Kind) {
			mapper.Add(kind, meta.RESTScopeRoot)
		}
	}

	return mapper
}

// silent is a mapper that gets no answer about one kind.
type silent struct {
	meta.RESTMapper
	about schema.GroupKind
}

func (s silent) RESTMapping(kind schema.GroupKind, versions ...string) (*meta.RESTMapping, error) {
	if kind == s.about {
		return nil, errRefused
	}

	return s.RESTMapper.RESTMapping(kind, versions...)
}

// reader is an API server that has its own Service and EndpointSlices.
type reader struct {
	ports, endpoints []int32
	headless         bool
	getErr, listErr  error
}

func (r reader) Get(_ context.Context, key client.ObjectKey, object client.Object, _ ...client.GetOption) error {
	service, ok := object.(*corev1.Service)
	if !ok || key != (client.ObjectKey{Namespace: "default", Name: "kubernetes"}) {
		return errors.New("not Service default/kubernetes: " + key.String())
	}

	service.Spec.ClusterIPs = []string{"10.96.0.1", "fd00::1"}
	if r.headless {
		service.Spec.ClusterIPs = []string{corev1.ClusterIPNone}
	}

	for _, port := range r.ports {
		service.Spec.Ports = append(service.Spec.Ports, corev1.ServicePort{Port: port})
	}

	return r.getErr
}

func (r reader) List(_ context.Context, list client.ObjectList, options ...client.ListOption) error {
	asked := (&client.ListOptions{}).ApplyOptions(options)

	slices, ok := list.(*discoveryv1.EndpointSliceList)
	if !ok || asked.Namespace != "default" || asked.LabelSelector.String() != "kubernetes.io/service-name=kubernetes" {
		return errors.New("not the EndpointSlices of Service default/kubernetes")
	}

	for _, port := range r.endpoints {
		slices.Items = append(slices.Items, discoveryv1.EndpointSlice{
			// A port without a number is any port.
			Ports: []discoveryv1.EndpointPort{{Port: new(port)}, {}},
		})
	}

	return r.listErr
}
