// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"fmt"

	"github.com/prometheus/client_golang/prometheus"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// Metrics are the operator's own metrics, beside those of controller-runtime.
type Metrics struct {
	condition *prometheus.GaugeVec
	pending   *prometheus.GaugeVec
	expiry    *prometheus.GaugeVec
	violating *prometheus.GaugeVec
	healed    *prometheus.CounterVec
}

// NewMetrics returns the operator's metrics, registered with a registry.
func NewMetrics(registry prometheus.Registerer) (*Metrics, error) {
	m := &Metrics{
		condition: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "ingresstenant_condition",
			Help: "A condition of an IngressTenant: 1 is True, 0 is False, -1 is Unknown.",
		}, []string{"tenant", "type"}),
		pending: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "ingresstenant_address_pending",
			Help: "Whether an IngressTenant waits for a load balancer address: 1 if it does.",
		}, []string{"tenant"}),
		expiry: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "ingresstenant_default_certificate_expiry_timestamp_seconds",
			Help: "When the default certificate that the controller of an IngressTenant was last seen to show expires, in seconds since 1970.",
		}, []string{"tenant"}),
		violating: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "ingresstenant_violating_ingresses",
			Help: "Ingresses that exist and break what an IngressTenant holds new ones to.",
		}, []string{"tenant"}),
		healed: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "ingresstenant_drift_healed_total",
			Help: "Objects of IngressTenants that somebody else changed and the operator put right, by kind.",
		}, []string{"kind"}),
	}

	for _, collector := range []prometheus.Collector{m.condition, m.pending, m.expiry, m.violating, m.healed} {
		if err := registry.Register(collector); err != nil {
			return nil, fmt.Errorf("registering the operator's metrics: %w", err)
		}
	}

	return m, nil
}

// Observe records the status of a tenant.
func (m *Metrics) Observe(t *v1alpha1.IngressTenant) {
	pending := 0.0

	for _, condition := range t.Status.Conditions {
		m.condition.WithLabelValues(t.Name, condition.Type).Set(number(condition.Status))

		if condition.Type == v1alpha1.ConditionLoadBalancerReady && condition.Reason == v1alpha1.ReasonAddressPending {
			pending = 1
		}
	}

	m.pending.WithLabelValues(t.Name).Set(pending)
	m.violating.WithLabelValues(t.Name).Set(float64(t.Status.TotalViolations))

	if shown := t.Status.Certificate; shown == nil || shown.NotAfter == nil {
		m.expiry.DeleteLabelValues(t.Name)
	} else {
		m.expiry.WithLabelValues(t.Name).Set(float64(shown.NotAfter.Unix()))
	}
}

// Forget drops the series of a tenant that is gone.
func (m *Metrics) Forget(name string) {
	m.condition.DeletePartialMatch(prometheus.Labels{"tenant": name})
	m.pending.DeletePartialMatch(prometheus.Labels{"tenant": name})
	m.expiry.DeletePartialMatch(prometheus.Labels{"tenant": name})
	m.violating.DeletePartialMatch(prometheus.Labels{"tenant": name})
}

// Healed counts an object that was put right.
func (m *Metrics) Healed(kind string) {
	m.healed.WithLabelValues(kind).Inc()
}

func number(status metav1.ConditionStatus) float64 {
	switch status {
	case metav1.ConditionTrue:
		return 1
	case metav1.ConditionFalse:
		return 0
	default:
		return -1
	}
}
