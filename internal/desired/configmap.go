// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import (
	corev1ac "k8s.io/client-go/applyconfigurations/core/v1"

	"github.com/ingresstenant/ingress-tenant-operator/internal/apply"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

func configMap(in Input) apply.Object {
	object := corev1ac.ConfigMap(in.Workload.Name, tenant.Namespace(in.Tenant))

	return seal(workloadOwned(object, in).WithData(in.Workload.ConfigMap))
}
