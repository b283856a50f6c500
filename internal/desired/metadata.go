// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package desired

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	metav1ac "k8s.io/client-go/applyconfigurations/meta/v1"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
	"github.com/ingresstenant/ingress-tenant-operator/internal/tenant"
)

// ownable is an apply configuration with metadata.
type ownable[T any] interface {
	WithLabels(labels map[string]string) T
	WithOwnerReferences(references ...*metav1ac.OwnerReferenceApplyConfiguration) T
}

// annotatable is an apply configuration with annotations.
type annotatable[T any] interface {
	WithAnnotations(annotations map[string]string) T
}

// owned labels an object as the tenant's and makes the tenant its controller.
func owned[T ownable[T]](object T, t *v1alpha1.IngressTenant) T {
	return object.
		WithLabels(tenant.Labels(t)).
		WithOwnerReferences(metav1ac.OwnerReference().
			WithAPIVersion(v1alpha1.GroupVersion.String()).
			WithKind("IngressTenant").
			WithName(t.Name).
			WithUID(t.UID).
			WithController(true).
			WithBlockOwnerDeletion(true))
}

// workloadOwned is owned, for what belongs to one provider's controller.
func workloadOwned[T ownable[T]](object T, in Input) T {
	return owned(object, in.Tenant).WithLabels(tenant.WorkloadLabels(in.Tenant, in.Workload.Provider))
}

// hashOf is the annotation that tells one desired object from another.
func hashOf(object any) map[string]string {
	return map[string]string{tenant.AnnotationDesiredHash: hash(object)}
}

// hash is 64 bits of the SHA-256 of a value's JSON. Values are apply
// configurations and maps, which always have one.
func hash(v any) string {
	encoded, err := json.Marshal(v)
	if err != nil {
		encoded = []byte(err.Error())
	}

	sum := sha256.Sum256(encoded)

	return hex.EncodeToString(sum[:8])
}
