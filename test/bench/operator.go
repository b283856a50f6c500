// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

const (
	// patience bounds how long the operator may take to start or to settle.
	patience = 10 * time.Minute
	// calm is how long the operator has to be idle to have settled.
	calm = 3 * time.Second
	// pulse is how often the operator is asked.
	pulse = 50 * time.Millisecond
)

// operator is a running operator.
type operator struct {
	*program

	started time.Time
	metrics string
	health  string
}

// startOperator starts the operator and waits until its caches are filled.
func (b *bench) startOperator(ctx context.Context, s *site) (*operator, error) {
	metrics, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}

	health, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}

	o := &operator{started: time.Now(), metrics: "http://" + metrics + "/metrics", health: "http://" + health + "/readyz"}

	o.program, err = b.start(ctx, operatorName, nil,
		"--kubeconfig", s.kubeconfig,
		"--leader-elect=false",
		"--metrics-bind-address", metrics,
		"--health-probe-bind-address", health,
		"--max-concurrent-reconciles", fmt.Sprint(b.options.concurrency))
	if err != nil {
		return nil, err
	}

	if err := o.await(ctx, "start", o.ready); err != nil {
		o.stop()

		return nil, err
	}

	return o, nil
}

func (o *operator) ready(ctx context.Context) (bool, error) {
	response, err := get(ctx, o.health)
	if err != nil {
		// It does not listen yet; if it never will, it has ended.
		return false, nil //nolint:nilerr // As said.
	}

	return response.StatusCode == http.StatusOK, response.Body.Close()
}

// settle waits until the operator has nothing left to do, and returns since when
// it has not.
func (o *operator) settle(ctx context.Context) (time.Time, error) {
	var last activity

	err := o.await(ctx, "settle", func(ctx context.Context) (bool, error) {
		now, err := o.activity(ctx)
		if err != nil {
			return false, err
		}

		if now.pending > 0 || now.reconciles != last.reconciles || last.at.IsZero() {
			last = now
		}

		return now.at.Sub(last.at) > calm, nil
	})

	return last.at, err
}

// activity is what the operator is doing.
type activity struct {
	at time.Time
	// reconciles is how many reconciles have ended since the start.
	reconciles int
	// pending is how many are running or wait to run.
	pending int
}

func (o *operator) activity(ctx context.Context) (activity, error) {
	families, err := o.scrape(ctx)
	if err != nil {
		return activity{}, err
	}

	return activity{
		at:         time.Now(),
		reconciles: int(sum(families["controller_runtime_reconcile_total"])),
		pending: int(sum(families["workqueue_depth"])) +
			int(sum(families["controller_runtime_active_workers"])),
	}, nil
}

func (o *operator) scrape(ctx context.Context) (map[string]*dto.MetricFamily, error) {
	response, err := get(ctx, o.metrics)
	if err != nil {
		return nil, fmt.Errorf("reading the operator's metrics: %w", err)
	}
	defer response.Body.Close()

	parser := expfmt.NewTextParser(model.UTF8Validation)

	families, err := parser.TextToMetricFamilies(response.Body)
	if err != nil {
		return nil, fmt.Errorf("reading the operator's metrics: %w", err)
	}

	return families, nil
}

// memory is what the operator takes at this moment.
func (o *operator) memory(ctx context.Context) (memory, error) {
	families, err := o.scrape(ctx)
	if err != nil {
		return memory{}, err
	}

	resident, peak, err := residentMemory(o.pid)
	if err != nil {
		return memory{}, err
	}

	return memory{
		Resident: resident,
		Peak:     peak,
		Heap:     int64(sum(families["go_memstats_heap_inuse_bytes"])),
	}, nil
}

// await asks until the answer is yes. It fails where the operator has ended, or
// runs out of patience.
func (o *operator) await(ctx context.Context, what string, done func(context.Context) (bool, error)) error {
	ticker := time.NewTicker(pulse)
	defer ticker.Stop()

	deadline := time.After(patience)

	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-o.ended:
			return o.failure()
		case <-deadline:
			return fmt.Errorf("the operator did not %s within %s", what, patience)
		case <-ticker.C:
		}

		if yes, err := done(ctx); yes || err != nil {
			return err
		}
	}
}

// sum adds up the values of a metric's series.
func sum(family *dto.MetricFamily) float64 {
	total := 0.0
	for _, metric := range family.GetMetric() {
		total += metric.GetCounter().GetValue() + metric.GetGauge().GetValue() + metric.GetUntyped().GetValue()
	}

	return total
}

func get(ctx context.Context, url string) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return nil, err
	}

	return http.DefaultClient.Do(request)
}

// freeAddress returns an address of this machine that nobody listens on.
func freeAddress(ctx context.Context) (string, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("looking for a free port: %w", err)
	}

	return listener.Addr().String(), listener.Close()
}
