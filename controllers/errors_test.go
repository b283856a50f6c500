// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/apply"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/status"
)

func reference(gvk schema.GroupVersionKind, namespace, name string) apply.Reference {
	return apply.Reference{GroupVersionKind: gvk, ObjectKey: client.ObjectKey{Namespace: namespace, Name: name}}
}

func namespaceInTheWay() error {
	return &apply.NotOwnedError{Object: reference(corev1.SchemeGroupVersion.WithKind("Namespace"), "", "ingress-blog")}
}

func classInTheWay() error {
	return &apply.NotOwnedError{
		Object:     reference(networkingv1.SchemeGroupVersion.WithKind("IngressClass"), "", "blog"),
		Controller: "IngressTenant news",
	}
}

func serviceInTheWay() error {
	return &apply.NotOwnedError{Object: reference(corev1.SchemeGroupVersion.WithKind("Service"), "ingress-blog", "ingress-blog")}
}

func serviceRejected() error {
	return &apply.RejectedError{
		Object: reference(corev1.SchemeGroupVersion.WithKind("Service"), "ingress-blog", "ingress-blog"),
		Err:    errors.New("exceeded quota: services"),
	}
}

func TestClassify(t *testing.T) {
	t.Parallel()

	refused := provider.Refuse(v1alpha1.ReasonInvalidSpec, "spec.controller: no")
	broken, slow := errors.New("connection refused"), errors.New("timeout")

	for name, test := range map[string]struct {
		err       error
		want      time.Duration
		wantRetry []error
	}{
		"none":                              {nil, 0, nil},
		"a refused spec":                    {refused, 0, nil},
		"an object in the way":              {classInTheWay(), time.Minute, nil},
		"an object that is rejected":        {serviceRejected(), time.Minute, nil},
		"any other":                         {broken, 0, []error{broken}},
		"wrapped ones":                      {fmt.Errorf("applying: %w", serviceRejected()), time.Minute, nil},
		"a refused spec and one in the way": {errors.Join(refused, classInTheWay()), time.Minute, nil},
		// Repeating may help, and then soon, whatever else there is.
		"one that repeating helps among those that it does not": {
			errors.Join(refused, errors.Join(serviceRejected(), broken), classInTheWay()), 0, []error{broken},
		},
		"several that repeating helps": {errors.Join(slow, errors.Join(nil, broken)), 0, []error{slow, broken}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			result, err := classify(test.err)
			if diff := cmp.Diff(ctrl.Result{RequeueAfter: test.want}, result); diff != "" {
				t.Errorf("result (-want +got):\n%s", diff)
			}

			// A join of one is still a join, and says the same.
			if want := errors.Join(test.wantRetry...); fmt.Sprint(err) != fmt.Sprint(want) {
				t.Errorf("errors to retry: %v, want %v", err, want)
			}

			for _, want := range test.wantRetry {
				if !errors.Is(err, want) {
					t.Errorf("errors to retry do not hold %v", want)
				}
			}
		})
	}
}

// explanation is what a condition says of an error.
type explanation struct{ Reason, Message string }

func TestExplain(t *testing.T) {
	t.Parallel()

	refused := provider.Refuse(v1alpha1.ReasonInvalidSpec, "spec.controller: no")
	broken := errors.New("connection refused")
	class := explanation{
		v1alpha1.ReasonNameConflict,
		"IngressClass blog exists already and belongs to IngressTenant news. It is left as it is, and nothing of the tenant is changed until it is gone: delete it, or give the tenant another spec.ingressClass.name.",
	}
	service := explanation{
		v1alpha1.ReasonNameConflict,
		"Service ingress-blog/ingress-blog exists already and was not created for this tenant. It is left as it is, and nothing of the tenant is changed until it is gone: delete or rename it.",
	}
	rejected := explanation{
		v1alpha1.ReasonRefused,
		"the API server refused Service ingress-blog/ingress-blog: exceeded quota: services. Correct the spec, or what forbids it; the operator tries again every minute.",
	}

	for name, test := range map[string]struct {
		err  error
		want []explanation
	}{
		"none": {nil, nil},
		"a namespace in the way": {namespaceInTheWay(), []explanation{{
			v1alpha1.ReasonNameConflict,
			"Namespace ingress-blog exists already and was not created for this tenant. It is left as it is, and nothing of the tenant is changed until it is gone: delete it, name the tenant otherwise, or annotate the namespace ingresstenant.io/adopt with the tenant's name to let the tenant move in.",
		}}},
		"a class in the way":        {classInTheWay(), []explanation{class}},
		"another object in the way": {serviceInTheWay(), []explanation{service}},
		"a rejected object":         {serviceRejected(), []explanation{rejected}},
		"what explains itself":      {refused, []explanation{{v1alpha1.ReasonInvalidSpec, "spec.controller: no"}}},
		"what has no reason":        {broken, []explanation{{"", "connection refused"}}},
		"several, however they are put together": {
			errors.Join(errors.Join(classInTheWay(), serviceInTheWay()), errors.Join(broken, serviceRejected())),
			[]explanation{class, service, {"", "connection refused"}, rejected},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			altered, explained := explain(test.err)
			if len(altered) > 0 {
				t.Errorf("taken for stored otherwise: %v", altered)
			}

			if diff := cmp.Diff(test.want, explanations(explained)); diff != "" {
				t.Errorf("explained (-want +got):\n%s", diff)
			}

			for _, leaf := range status.Leaves(test.err) {
				if !errors.Is(explained, leaf) {
					t.Errorf("what is explained does not hold %v any more", leaf)
				}
			}
		})
	}
}

func explanations(err error) []explanation {
	var found []explanation

	for _, leaf := range status.Leaves(err) {
		said := explanation{Message: leaf.Error()}

		var reasoned interface{ ConditionReason() string }
		if errors.As(leaf, &reasoned) {
			said.Reason = reasoned.ConditionReason()
		}

		found = append(found, said)
	}

	return found
}
