// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

func registered(t *testing.T) (*Metrics, *prometheus.Registry) {
	t.Helper()

	registry := prometheus.NewRegistry()

	metrics, err := NewMetrics(registry)
	if err != nil {
		t.Fatal(err)
	}

	return metrics, registry
}

// conditioned is a tenant whose load balancer has the given reason.
func conditioned(name, reason string) *v1alpha1.IngressTenant {
	return &v1alpha1.IngressTenant{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Status: v1alpha1.IngressTenantStatus{Conditions: []metav1.Condition{
			{Type: v1alpha1.ConditionReady, Status: metav1.ConditionFalse},
			{Type: v1alpha1.ConditionAccepted, Status: metav1.ConditionTrue},
			{Type: v1alpha1.ConditionAvailable, Status: metav1.ConditionUnknown},
			{Type: v1alpha1.ConditionLoadBalancerReady, Status: metav1.ConditionFalse, Reason: reason},
		}},
	}
}

// certified is the tenant with a certificate that is shown.
func certified(t *v1alpha1.IngressTenant) *v1alpha1.IngressTenant {
	t.Status.Certificate = &v1alpha1.CertificateStatus{NotAfter: new(metav1.Unix(1700000000, 0))}

	return t
}

func compare(t *testing.T, registry *prometheus.Registry, want string) {
	t.Helper()

	if err := testutil.GatherAndCompare(registry, strings.NewReader(want)); err != nil {
		t.Error(err)
	}
}

func TestMetrics(t *testing.T) {
	t.Parallel()

	metrics, registry := registered(t)

	blog := certified(conditioned("blog", v1alpha1.ReasonAddressPending))
	blog.Status.TotalViolations = 3
	metrics.Observe(blog)
	metrics.Healed("Service")
	metrics.Healed("Service")
	metrics.Healed("Deployment")

	compare(t, registry, `
# HELP ingresstenant_address_pending Whether an IngressTenant waits for a load balancer address: 1 if it does.
# TYPE ingresstenant_address_pending gauge
ingresstenant_address_pending{tenant="blog"} 1
# HELP ingresstenant_condition A condition of an IngressTenant: 1 is True, 0 is False, -1 is Unknown.
# TYPE ingresstenant_condition gauge
ingresstenant_condition{tenant="blog",type="Accepted"} 1
ingresstenant_condition{tenant="blog",type="Available"} -1
ingresstenant_condition{tenant="blog",type="LoadBalancerReady"} 0
ingresstenant_condition{tenant="blog",type="Ready"} 0
# HELP ingresstenant_default_certificate_expiry_timestamp_seconds When the default certificate that the controller of an IngressTenant was last seen to show expires, in seconds since 1970.
# TYPE ingresstenant_default_certificate_expiry_timestamp_seconds gauge
ingresstenant_default_certificate_expiry_timestamp_seconds{tenant="blog"} 1.7e+09
# HELP ingresstenant_drift_healed_total Objects of IngressTenants that somebody else changed and the operator put right, by kind.
# TYPE ingresstenant_drift_healed_total counter
ingresstenant_drift_healed_total{kind="Deployment"} 1
ingresstenant_drift_healed_total{kind="Service"} 2
# HELP ingresstenant_violating_ingresses Ingresses that exist and break what an IngressTenant holds new ones to.
# TYPE ingresstenant_violating_ingresses gauge
ingresstenant_violating_ingresses{tenant="blog"} 3
`)

	problems, err := testutil.GatherAndLint(registry)
	if err != nil {
		t.Fatal(err)
	}

	for _, problem := range problems {
		t.Errorf("%s: %s", problem.Metric, problem.Text)
	}
}

// A series of a tenant that is gone would raise its alert for ever.
func TestMetricsForget(t *testing.T) {
	t.Parallel()

	metrics, registry := registered(t)
	metrics.Observe(certified(conditioned("blog", v1alpha1.ReasonAddressPending)))
	metrics.Observe(conditioned("blogs", v1alpha1.ReasonAddressAssigned))
	metrics.Forget("blog")
	metrics.Forget("unheard-of")

	compare(t, registry, `
# HELP ingresstenant_address_pending Whether an IngressTenant waits for a load balancer address: 1 if it does.
# TYPE ingresstenant_address_pending gauge
ingresstenant_address_pending{tenant="blogs"} 0
# HELP ingresstenant_condition A condition of an IngressTenant: 1 is True, 0 is False, -1 is Unknown.
# TYPE ingresstenant_condition gauge
ingresstenant_condition{tenant="blogs",type="Accepted"} 1
ingresstenant_condition{tenant="blogs",type="Available"} -1
ingresstenant_condition{tenant="blogs",type="LoadBalancerReady"} 0
ingresstenant_condition{tenant="blogs",type="Ready"} 0
# HELP ingresstenant_violating_ingresses Ingresses that exist and break what an IngressTenant holds new ones to.
# TYPE ingresstenant_violating_ingresses gauge
ingresstenant_violating_ingresses{tenant="blogs"} 0
`)
}

// A later look replaces the former one.
func TestMetricsFollow(t *testing.T) {
	t.Parallel()

	metrics, _ := registered(t)
	pending := metrics.pending.WithLabelValues("blog")

	metrics.Observe(conditioned("blog", v1alpha1.ReasonAddressPending))

	if got := testutil.ToFloat64(pending); got != 1 {
		t.Errorf("the address is pending: %v, want 1", got)
	}

	metrics.Observe(conditioned("blog", v1alpha1.ReasonAddressAssigned))

	if got := testutil.ToFloat64(pending); got != 0 {
		t.Errorf("the address is there: %v, want 0", got)
	}
}

// A certificate that is no longer asked for does not expire.
func TestMetricsForgetCertificates(t *testing.T) {
	t.Parallel()

	metrics, _ := registered(t)
	metrics.Observe(certified(conditioned("blog", v1alpha1.ReasonAddressAssigned)))
	metrics.Observe(conditioned("blog", v1alpha1.ReasonAddressAssigned))

	if got := testutil.CollectAndCount(metrics.expiry); got != 0 {
		t.Errorf("%d certificates expire, want none", got)
	}
}

func TestNewMetricsTwice(t *testing.T) {
	t.Parallel()

	_, registry := registered(t)

	if _, err := NewMetrics(registry); err == nil || !strings.HasPrefix(err.Error(), "registering the operator's metrics: ") {
		t.Errorf("registering the same metrics again: %v, want an error that says so", err)
	}
}
