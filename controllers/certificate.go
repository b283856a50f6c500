// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"slices"
	"strconv"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/event"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/probe"
	"github.com/ingresstenant/ingress-tenant-operator/internal/status"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// maxAddresses is how many of a tenant's pods are asked for their certificate
// until one answers.
const maxAddresses = 3

// probeCertificates has a manager look at the certificates of tenants that name a
// default one. It returns the prober, and the tenants to look at again because
// theirs changed. The prober never holds up a reconcile: it works beside them.
func probeCertificates(mgr ctrl.Manager, options Options) (*probe.Certificates, <-chan event.GenericEvent, error) {
	if options.ReadCertificate == nil {
		options.ReadCertificate = probe.ReadCertificate
	}

	changed := make(chan event.GenericEvent)
	log := mgr.GetLogger().WithName("certificates")
	prober := probe.NewCertificates(options.ReadCertificate, cmp.Or(options.CertificateInterval, probe.CertificateInterval),
		func(ctx context.Context, name string, seen probe.Seen) {
			if seen.Err != nil {
				log.Info("No pod shows its certificate", "tenant", name, "since", seen.UnreachableSince, "cause", seen.Err.Error())
			}

			// Where it is not told the process ends, and the next one looks anew.
			_ = tell(ctx, changed, name)
		})

	// Like a reconciler, it starts once this process is elected.
	if err := mgr.Add(prober); err != nil {
		return nil, nil, fmt.Errorf("setting up the certificate prober: %w", err)
	}

	return prober, changed, nil
}

// seenCertificate is what is known of the certificate that a tenant's controller
// shows. Of tenants that name none nobody asks.
func (r *IngressTenantReconciler) seenCertificate(t *v1alpha1.IngressTenant, observed status.Observed) status.Certificate {
	if t.Spec.TLS == nil || t.Spec.TLS.DefaultCertificate == nil || observed.Deployment == nil {
		r.Certificates.Forget(t.Name)

		return status.Certificate{}
	}

	seen := r.Certificates.Follow(t.Name, probe.Server{
		Addresses:     tlsAddresses(observed.Deployment, observed.Pods),
		ProxyProtocol: len(tenant.ProxyProtocolSources(t)) > 0,
	})

	return status.Certificate{Shown: seen.Certificate, UnreachableSince: seen.UnreachableSince}
}

// tlsAddresses are where the pods of a Deployment that are ready end TLS
// connections, the first few by name. The Service leads to the same pods, but
// where the load balancer ends TLS, not to the same port.
func tlsAddresses(deployment *appsv1.Deployment, pods []corev1.Pod) []string {
	port := portOf(deployment, status.PortHTTPS)

	ready := readyPods(pods)

	var addresses []string
	for i := range ready[:min(len(ready), maxAddresses)] {
		addresses = append(addresses, net.JoinHostPort(ready[i].Status.PodIP, strconv.Itoa(int(port))))
	}

	return addresses
}

// readyPods are those pods that take requests, by name.
func readyPods(pods []corev1.Pod) []corev1.Pod {
	ready := slices.DeleteFunc(slices.Clone(pods), func(pod corev1.Pod) bool { return !takesRequests(&pod) })
	slices.SortFunc(ready, func(a, b corev1.Pod) int { return cmp.Compare(a.Name, b.Name) })

	return ready
}

// takesRequests is whether a pod is ready and has an address.
func takesRequests(pod *corev1.Pod) bool {
	return pod.DeletionTimestamp == nil && pod.Status.PodIP != "" &&
		slices.ContainsFunc(pod.Status.Conditions, func(c corev1.PodCondition) bool {
			return c.Type == corev1.PodReady && c.Status == corev1.ConditionTrue
		})
}

// portOf is the port of this name that a Deployment's pods listen on, 0 if none.
func portOf(deployment *appsv1.Deployment, name string) int32 {
	for _, container := range deployment.Spec.Template.Spec.Containers {
		for _, port := range container.Ports {
			if port.Name == name {
				return port.ContainerPort
			}
		}
	}

	return 0
}
