// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"errors"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/status"
)

// refusing is a client whose status writes are all answered with an error.
type refusing struct {
	client.Client
	err error
}

func (r refusing) Status() client.SubResourceWriter { return refusingStatus{err: r.err} }

type refusingStatus struct {
	client.SubResourceWriter
	err error
}

func (r refusingStatus) Patch(context.Context, client.Object, client.Patch, ...client.SubResourcePatchOption) error {
	return r.err
}

func TestWriteStatusFailures(t *testing.T) {
	t.Parallel()

	broken := errors.New("connection refused")

	for name, test := range map[string]struct {
		answer, want error
	}{
		"the API server does not answer":   {broken, broken},
		"the tenant was deleted meanwhile": {apierrors.NewNotFound(schema.GroupResource{Resource: "ingresstenants"}, "blog"), nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			metrics, err := NewMetrics(prometheus.NewRegistry())
			if err != nil {
				t.Fatal(err)
			}

			reconciler := &IngressTenantReconciler{Client: refusing{err: test.answer}, Metrics: metrics}
			blog := &v1alpha1.IngressTenant{ObjectMeta: metav1.ObjectMeta{Name: "blog"}}

			if err := reconciler.writeStatus(t.Context(), blog, status.Observed{}); !errors.Is(err, test.want) {
				t.Errorf("writeStatus: %v, want %v", err, test.want)
			}
		})
	}
}
