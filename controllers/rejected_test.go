// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"errors"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/ingresstenant/ingress-tenant-operator/internal/apply"
)

// invalid is the API server's answer about some fields of an object.
func invalid(gvk schema.GroupVersionKind, name string, problems ...*field.Error) *apply.RejectedError {
	return &apply.RejectedError{
		Object: reference(gvk, "ingress-blog", name),
		Err:    apierrors.NewInvalid(gvk.GroupKind(), name, problems),
	}
}

func TestRejectionsNameTheTenantsFields(t *testing.T) {
	t.Parallel()

	service, deployment := corev1.SchemeGroupVersion.WithKind("Service"), appsv1.SchemeGroupVersion.WithKind("Deployment")
	ports := field.NewPath("spec", "ports")
	pod := field.NewPath("spec", "template", "spec")
	allocated := func(i int) *field.Error {
		return field.Invalid(ports.Index(i).Child("nodePort"), 30080+i, "provided port is already allocated")
	}

	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"a node port that somebody has": {
			&takenError{RejectedError: invalid(service, "ingress-blog", allocated(0)), holders: map[string]string{"30080": "shop/web"}},
			`the API server refused Service ingress-blog/ingress-blog: Service "ingress-blog" is invalid: spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated. ` +
				"spec.exposure.nodePort.http: node port 30080 is that of Service shop/web already; write another, or omit the field, and the cluster picks one; " +
				"the operator tries again every minute.",
		},
		"a node port that has no holder any more": {
			&takenError{RejectedError: invalid(service, "ingress-blog", allocated(1)), holders: map[string]string{"30080": "shop/web"}},
			`the API server refused Service ingress-blog/ingress-blog: Service "ingress-blog" is invalid: spec.ports[1].nodePort: Invalid value: 30081: provided port is already allocated. ` +
				"spec.exposure.nodePort.https: node port 30081 is taken already; write another, or omit the field, and the cluster picks one; " +
				"the operator tries again every minute.",
		},
		"a node port out of range": {
			invalid(service, "ingress-blog", field.Invalid(ports.Index(1).Child("nodePort"), 443, "provided port is not in the valid range. The range of valid ports is 30000-32767")),
			`the API server refused Service ingress-blog/ingress-blog: Service "ingress-blog" is invalid: spec.ports[1].nodePort: Invalid value: 443: provided port is not in the valid range. The range of valid ports is 30000-32767. ` +
				"spec.exposure.nodePort.https: node port 443 is not one of this cluster's, which are 30000-32767; write another, or omit the field, and the cluster picks one; " +
				"the operator tries again every minute.",
		},
		"a field of a Deployment": {
			invalid(deployment, "traefik", field.Invalid(pod.Child("tolerations").Index(0).Child("operator"), "Gt", "no")),
			`the API server refused Deployment ingress-blog/traefik: Deployment.apps "traefik" is invalid: spec.template.spec.tolerations[0].operator: Invalid value: "Gt": no. ` +
				"Correct spec.controller.tolerations[0].operator; the operator tries again every minute.",
		},
		"a field that no tenant has": {
			invalid(service, "ingress-blog", field.Required(field.NewPath("spec", "clusterIPs"), "none")),
			`the API server refused Service ingress-blog/ingress-blog: Service "ingress-blog" is invalid: spec.clusterIPs: Required value: none. ` +
				"Correct the spec, or what forbids it; the operator tries again every minute.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			_, got := explain(errors.Join(c.err))
			if got.Error() != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}
