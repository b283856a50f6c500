// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/desired"
	"github.com/ingresstenant/ingress-tenant-operator/internal/probe"
	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
	"github.com/ingresstenant/ingress-tenant-operator/internal/status"
	"github.com/ingresstenant/ingress-tenant-operator/internal/switchover"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// probeAnswers has a manager compare controllers of tenants that are to move from
// one to another. It returns the prober, and the tenants to look at again because
// something came of it.
func probeAnswers(mgr ctrl.Manager, options Options) (*probe.Comparisons, <-chan event.GenericEvent, error) {
	if options.Compare == nil {
		options.Compare = probe.Compare
	}

	changed := make(chan event.GenericEvent)
	log := mgr.GetLogger().WithName("comparisons")
	prober := probe.NewComparisons(liveIngresses{mgr.GetAPIReader()}.list, options.Compare, cmp.Or(options.ComparisonDelay, probe.ComparisonDelay),
		func(ctx context.Context, name string, known probe.Compared) {
			if known.Err != nil {
				log.Info("Could not compare controllers", "tenant", name, "cause", known.Err.Error())
			} else {
				log.Info("Compared controllers", "tenant", name, "outcome", known.Comparison.Outcome(), "requests", known.Comparison.Requests(),
					"alike", len(known.Comparison.Alike), "differences", len(known.Comparison.Differences), "silent", len(known.Comparison.Silent))
			}

			// Where it is not enqueued the process ends, and the next one looks anew.
			_ = tell(ctx, changed, name)
		})

	// Like a reconciler, it starts once this process is elected.
	if err := mgr.Add(prober); err != nil {
		return nil, nil, fmt.Errorf("setting up the prober of answers: %w", err)
	}

	return prober, changed, nil
}

// compared is what is known of how two endpoints answer the tenant's requests. It
// has them looked at, as long as every reconcile asks for it.
func (r *IngressTenantReconciler) compared(t *v1alpha1.IngressTenant, resolved *resolved, before, after probe.Endpoint, revision string) probe.Compared {
	resolved.compares = true
	before.ProxyProtocol = len(tenant.ProxyProtocolSources(t)) > 0
	after.ProxyProtocol = before.ProxyProtocol

	return r.Comparisons.Follow(t.Name, probe.Pair{
		Before:     before,
		After:      after,
		Class:      tenant.ClassName(t),
		Namespaces: scopes(resolved.input.Namespaces),
		Revision:   revision + fingerprint(resolved.users),
	})
}

// stopComparing ends the comparison of controllers for a tenant that does not wait for
// one. A tenant that could not be looked at may still.
func (r *IngressTenantReconciler) stopComparing(t *v1alpha1.IngressTenant, waits bool, failed error) {
	if !waits && failed == nil {
		r.Comparisons.Forget(t.Name)
	}
}

// comparisonOf is what the status says of a comparison.
func comparisonOf(known probe.Compared) status.Comparison {
	comparison := status.Comparison{
		Requests: known.Comparison.Requests(),
		Silent:   len(known.Comparison.Silent),
		Unasked:  len(known.Comparison.Unasked),
		Open:     known.Done && known.Comparison.Outcome() == switchover.OutcomeUnknown,
	}

	for _, difference := range known.Comparison.Differences {
		comparison.Differences = append(comparison.Differences, difference.String())
	}

	if known.Err != nil {
		comparison.Failed = known.Err.Error()
	}

	return comparison
}

// endpoint is where a ready one of a Deployment's pods takes requests, the first by
// name, or nil if none is.
func endpoint(deployment *appsv1.Deployment, pods []corev1.Pod) *probe.Endpoint {
	ready := readyPods(pods)
	if len(ready) == 0 {
		return nil
	}

	return &probe.Endpoint{
		Address: ready[0].Status.PodIP,
		HTTP:    probe.Port{Number: portOf(deployment, status.PortHTTP)},
		HTTPS:   probe.Port{Number: portOf(deployment, status.PortHTTPS), TLS: true},
	}
}

// behind is where what is behind a Service takes requests, and where the tenant's
// controller would take them if the Service led to it.
func behind(service *corev1.Service, controller probe.Endpoint) (before, after probe.Endpoint, err error) {
	http, https, err := desired.Entrances(service)
	if err != nil {
		return before, after, err
	}

	lead := func(entrance desired.Entrance) probe.Port {
		if entrance.TLS {
			return controller.HTTPS
		}

		return controller.HTTP
	}

	before = probe.Endpoint{
		Address: service.Spec.ClusterIP,
		HTTP:    probe.Port{Number: http.Port, TLS: http.TLS},
		HTTPS:   probe.Port{Number: https.Port, TLS: https.TLS},
	}
	after = probe.Endpoint{Address: controller.Address, HTTP: lead(http), HTTPS: lead(https)}

	return before, after, nil
}

// scopes are the namespaces to list, one of which may be all of them.
func scopes(namespaces provider.Namespaces) []string {
	if namespaces.All {
		return []string{corev1.NamespaceAll}
	}

	return namespaces.Names
}

// fingerprint changes with Ingresses, as far as the cache shows them.
func fingerprint(ingresses []networkingv1.Ingress) string {
	type identity struct {
		Namespace, Name string
		UID             types.UID
		Generation      int64
		Annotations     map[string]string
	}

	all := make([]identity, 0, len(ingresses))
	for i := range ingresses {
		meta := &ingresses[i].ObjectMeta
		all = append(all, identity{meta.Namespace, meta.Name, meta.UID, meta.Generation, meta.Annotations})
	}

	slices.SortFunc(all, func(a, b identity) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})

	return hashOf(all)
}

// hashOf changes with a value of text, numbers, lists and maps.
func hashOf(value any) string {
	hash := sha256.New()
	// Such values can always be written, and a hash takes all that is.
	_ = json.NewEncoder(hash).Encode(value)

	return hex.EncodeToString(hash.Sum(nil))
}

// liveIngresses reads whole Ingresses, which the cache does not hold. They are asked
// for only while a tenant is to move.
type liveIngresses struct {
	reader client.Reader
}

func (l liveIngresses) list(ctx context.Context, class string, namespaces []string) ([]networkingv1.Ingress, error) {
	var found []networkingv1.Ingress

	for _, namespace := range namespaces {
		list := &networkingv1.IngressList{}
		if err := l.reader.List(ctx, list, client.InNamespace(namespace)); err != nil {
			return nil, fmt.Errorf("listing the tenant's Ingresses: %w", err)
		}

		for i := range list.Items {
			if slices.Contains(classesOf(&list.Items[i]), class) {
				found = append(found, list.Items[i])
			}
		}
	}

	return found, nil
}
