// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import (
	corev1ac "k8s.io/client-go/applyconfigurations/core/v1"

	"github.com/ingresstenant/ingress-tenant-operator/internal/provider"
)

const (
	// volumeConfig is the volume of the controller's ConfigMap, and of the
	// certificate where both share a directory.
	volumeConfig = "config"
	// volumeCertificate is the volume of a certificate with a directory of its own.
	volumeCertificate = "certificate"
)

// The keys of a Secret of type kubernetes.io/tls.
const (
	keyCertificate = "tls.crt"
	keyPrivateKey  = "tls.key"
)

// addFiles mounts the controller's configuration and its default certificate.
func addFiles(spec *corev1ac.PodSpecApplyConfiguration, container *corev1ac.ContainerApplyConfiguration, workload provider.Workload) {
	certificate := workload.Certificate

	switch {
	case workload.ConfigDir != "" && certificate != nil && certificate.Dir == workload.ConfigDir:
		spec.WithVolumes(corev1ac.Volume().WithName(volumeConfig).WithProjected(corev1ac.ProjectedVolumeSource().WithSources(
			corev1ac.VolumeProjection().WithConfigMap(corev1ac.ConfigMapProjection().WithName(workload.Name)),
			corev1ac.VolumeProjection().WithSecret(corev1ac.SecretProjection().WithName(certificate.SecretName).WithItems(certificateFiles(certificate)...)))))
		mount(container, volumeConfig, workload.ConfigDir)

		return
	case workload.ConfigDir != "":
		spec.WithVolumes(corev1ac.Volume().WithName(volumeConfig).
			WithConfigMap(corev1ac.ConfigMapVolumeSource().WithName(workload.Name)))
		mount(container, volumeConfig, workload.ConfigDir)
	}

	if certificate != nil {
		spec.WithVolumes(corev1ac.Volume().WithName(volumeCertificate).
			WithSecret(corev1ac.SecretVolumeSource().WithSecretName(certificate.SecretName).WithItems(certificateFiles(certificate)...)))
		mount(container, volumeCertificate, certificate.Dir)
	}
}

func certificateFiles(certificate *provider.Certificate) []*corev1ac.KeyToPathApplyConfiguration {
	return []*corev1ac.KeyToPathApplyConfiguration{
		corev1ac.KeyToPath().WithKey(keyCertificate).WithPath(certificate.CertFile),
		corev1ac.KeyToPath().WithKey(keyPrivateKey).WithPath(certificate.KeyFile),
	}
}

func mount(container *corev1ac.ContainerApplyConfiguration, volume, dir string) {
	container.WithVolumeMounts(corev1ac.VolumeMount().WithName(volume).WithMountPath(dir).WithReadOnly(true))
}
