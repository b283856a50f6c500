// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package desired_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	appsv1ac "k8s.io/client-go/applyconfigurations/apps/v1"
	autoscalingv2ac "k8s.io/client-go/applyconfigurations/autoscaling/v2"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/desired"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

func blog(spec v1alpha1.IngressTenantSpec) scenario {
	return scenario{Tenant: v1alpha1.IngressTenant{ObjectMeta: metav1.ObjectMeta{Name: "blog"}, Spec: spec}}
}

func autoscaled() v1alpha1.IngressTenantSpec {
	return v1alpha1.IngressTenantSpec{Controller: &v1alpha1.ControllerSpec{
		Autoscaling: &v1alpha1.AutoscalingSpec{MaxReplicas: 9},
	}}
}

func TestAutoscalingWithoutItsAPIIsRefused(t *testing.T) {
	t.Parallel()

	s := blog(autoscaled())
	s.Cluster.Lacks = []string{"HorizontalPodAutoscaler"}

	in, err := s.input()
	if err != nil {
		t.Fatal(err)
	}

	objects, err := desired.Objects(in)

	var refused *provider.RefusedError
	if !errors.As(err, &refused) {
		t.Fatalf("Objects: %v, want a *RefusedError", err)
	}

	want := &provider.RefusedError{
		Reason:  v1alpha1.ReasonAPIUnavailable,
		Message: "spec.controller.autoscaling: the API server does not serve autoscaling/v2; enable it, or set spec.controller.replicas instead",
	}
	if diff := cmp.Diff(want, refused); diff != "" {
		t.Errorf("refusal (-want +got):\n%s", diff)
	}

	if len(objects) > 0 {
		t.Errorf("a refused tenant has %d objects, want none: half of them would be applied", len(objects))
	}
}

func TestAutoscaled(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		spec v1alpha1.IngressTenantSpec
		want bool
	}{
		"no controller block": {v1alpha1.IngressTenantSpec{}, false},
		"replicas":            {v1alpha1.IngressTenantSpec{Controller: &v1alpha1.ControllerSpec{Replicas: 3}}, false},
		"autoscaling":         {autoscaled(), true},
	} {
		in, _ := render(t, blog(test.spec))
		if got := desired.Autoscaled(in); got != test.want {
			t.Errorf("%s: Autoscaled = %v, want %v", name, got, test.want)
		}
	}
}

// The autoscaler follows the pods that clients reach.
func TestAutoscalerFollowsTheServingDeployment(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct{ serving, want string }{
		"of the workload":                  {"", "traefik"},
		"of the one that it is to replace": {"ingress-nginx", "ingress-nginx"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			in, _ := render(t, blog(autoscaled()))
			in.ServeName = test.serving

			objects, err := desired.Objects(in)
			if err != nil {
				t.Fatal(err)
			}

			for _, object := range objects {
				if scaler, ok := object.(*autoscalingv2ac.HorizontalPodAutoscalerApplyConfiguration); ok {
					if got := *scaler.Spec.ScaleTargetRef.Name; got != test.want {
						t.Errorf("scales %s, want %s", got, test.want)
					}

					return
				}
			}

			t.Error("no autoscaler")
		})
	}
}

func TestNewAccountStartsNewPods(t *testing.T) {
	t.Parallel()

	template := func(uid types.UID) map[string]string {
		in, _ := render(t, blog(v1alpha1.IngressTenantSpec{}))
		in.NewAccount = uid

		objects, err := desired.Objects(in)
		if err != nil {
			t.Fatal(err)
		}

		for _, object := range objects {
			if deployment, ok := object.(*appsv1ac.DeploymentApplyConfiguration); ok {
				return deployment.Spec.Template.Annotations
			}
		}

		return nil
	}

	if _, set := template("")[tenant.AnnotationServiceAccount]; set {
		t.Error("the pods of an account that is there as long as they are carry its UID")
	}

	if got := template("17")[tenant.AnnotationServiceAccount]; got != "17" {
		t.Errorf("the pods of a new account carry UID %q", got)
	}
}

func TestMinReplicas(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		controller *v1alpha1.ControllerSpec
		want       int32
	}{
		"omitted":                    {nil, 2},
		"replicas":                   {&v1alpha1.ControllerSpec{Replicas: 5}, 5},
		"autoscaling":                {&v1alpha1.ControllerSpec{Autoscaling: &v1alpha1.AutoscalingSpec{MaxReplicas: 9}}, 2},
		"autoscaling with a minimum": {&v1alpha1.ControllerSpec{Autoscaling: &v1alpha1.AutoscalingSpec{MinReplicas: 4, MaxReplicas: 9}}, 4},
	} {
		if got := desired.MinReplicas(&v1alpha1.IngressTenant{Spec: v1alpha1.IngressTenantSpec{Controller: test.controller}}); got != test.want {
			t.Errorf("%s: %d, want %d", name, got, test.want)
		}
	}
}

// What is handed over is the number of pods: with an owner or a label more, the
// manager that it is handed to would hold those too.
func TestReplicasHasNothingElse(t *testing.T) {
	t.Parallel()

	in, _ := render(t, blog(autoscaled()))
	want := `{"kind":"Deployment","apiVersion":"apps/v1","metadata":{"name":"traefik","namespace":"ingress-blog"},"spec":{"replicas":4}}`

	if diff := cmp.Diff(want, string(encode(t, desired.Replicas(in, 4)))); diff != "" {
		t.Errorf("Replicas (-want +got):\n%s", diff)
	}
}

func TestExposure(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		given *v1alpha1.ExposureSpec
		want  v1alpha1.ExposureSpec
	}{
		"omitted": {nil, v1alpha1.ExposureSpec{Type: v1alpha1.ExposureLoadBalancer}},
		"given": {
			&v1alpha1.ExposureSpec{Type: v1alpha1.ExposureNodePort, NodePort: &v1alpha1.NodePortExposure{HTTP: 30080}},
			v1alpha1.ExposureSpec{Type: v1alpha1.ExposureNodePort, NodePort: &v1alpha1.NodePortExposure{HTTP: 30080}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			s := blog(v1alpha1.IngressTenantSpec{Exposure: test.given})
			if diff := cmp.Diff(test.want, desired.Exposure(&s.Tenant)); diff != "" {
				t.Errorf("Exposure (-want +got):\n%s", diff)
			}
		})
	}
}

// The API server fills a default in once: what depends on another field is set.
func TestPullPolicyFollowsTheImage(t *testing.T) {
	t.Parallel()

	for image, want := range map[string]corev1.PullPolicy{
		"":                                     corev1.PullIfNotPresent, // the operator's own has a tag
		"registry.example.com:5000/traefik":    corev1.PullAlways,
		"registry.example.com:5000/traefik:v3": corev1.PullIfNotPresent,
		"traefik":                              corev1.PullAlways,
		"traefik:latest":                       corev1.PullAlways,
		"traefik@sha256:" + strings.Repeat("a", 64):        corev1.PullIfNotPresent,
		"traefik:latest@sha256:" + strings.Repeat("a", 64): corev1.PullIfNotPresent,
	} {
		_, objects := render(t, blog(v1alpha1.IngressTenantSpec{Controller: &v1alpha1.ControllerSpec{Image: image}}))

		for _, object := range objects {
			if deployment, ok := object.(*appsv1ac.DeploymentApplyConfiguration); ok {
				if got := *deployment.Spec.Template.Spec.Containers[0].ImagePullPolicy; got != want {
					t.Errorf("%q is pulled %s, want %s", image, got, want)
				}
			}
		}
	}
}
