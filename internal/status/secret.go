// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

// containerCreating is the kubelet's reason for a container whose pod is being
// set up, for which the kubelet waits until every volume is there.
const containerCreating = "ContainerCreating"

// causeOf looks for why pods are missing. Pods that wait for a Secret show no
// more than that they are being created: whether it is there, the operator has no
// right to see.
func (v view) causeOf(d *appsv1.Deployment, pods []corev1.Pod) (cause, bool) {
	found, ok := findCause(d, pods)
	if ok && found.reason != v1alpha1.ReasonPodsNotReady || v.Plan == nil || v.Plan.CertificateSecret == "" || !creating(pods) {
		return found, ok
	}

	if !ok {
		found = cause{v1alpha1.ReasonStarting, "The pods are being created and started."}
	}

	found.message = sentences(found.message, fmt.Sprintf("Pods wait for Secret %s in namespace %s as long as it does not exist "+
		"or lacks tls.crt or tls.key (spec.tls.defaultCertificate).", v.Plan.CertificateSecret, v.Plan.Namespace))

	return found, true
}

// creating is whether a missing pod's container is not created yet.
func creating(pods []corev1.Pod) bool {
	for container := range containers(missing(pods)) {
		if waiting := container.State.Waiting; waiting != nil && waiting.Reason == containerCreating {
			return true
		}
	}

	return false
}
