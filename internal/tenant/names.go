// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package tenant derives every name, label and controller value that the
// operator gives to an IngressTenant's objects, each in one place.
package tenant

import (
	"crypto/sha256"
	"encoding/base32"
	"strings"

	"github.com/ingresstenant/ingress-tenant-operator/api/v1alpha1"
)

const (
	// prefix begins the name of every derived object.
	prefix = "ingress-"

	// internalPrefix begins the name of the internal one of two Services.
	internalPrefix = "internal-"

	// Verbatim is the longest tenant name that derived names repeat unchanged.
	// Longer ones are cut to this length and told apart by a hash. A name that
	// was cut is always longer than one that was not, so the two never meet.
	Verbatim = 40

	// hashLength is the length of that hash in base32 characters, 50 bits.
	hashLength = 10
)

// Name is the name of the tenant's namespace, and of its objects outside of it:
// "ingress-" and the tenant's name. It is a DNS label of at most 59 characters,
// and no two tenants share it.
func Name(t *v1alpha1.IngressTenant) string {
	return prefix + shorten(t.Name)
}

// InternalName is the name of the Service of the tenant's internal load
// balancer where it has one beside the external one: "internal-" and the
// tenant's name. It is a DNS label of at most 60 characters, no two tenants
// share it, and it is never any tenant's Name.
func InternalName(t *v1alpha1.IngressTenant) string {
	return internalPrefix + shorten(t.Name)
}

// Namespace is the namespace that the tenant's controller runs in.
func Namespace(t *v1alpha1.IngressTenant) string {
	return Name(t)
}

// ClassName is the IngressClass that Ingresses name to reach the tenant.
func ClassName(t *v1alpha1.IngressTenant) string {
	if t.Spec.IngressClass != nil && t.Spec.IngressClass.Name != "" {
		return t.Spec.IngressClass.Name
	}

	return t.Name
}

// ControllerValue is the spec.controller of the tenant's IngressClass, for
// providers that take any value. IngressClasses cannot change it, so it is
// derived from nothing but the tenant's name.
func ControllerValue(t *v1alpha1.IngressTenant) string {
	return v1alpha1.GroupVersion.Group + "/" + t.Name
}

// WantsDefaultClass is whether the tenant asks to be the cluster's default.
func WantsDefaultClass(t *v1alpha1.IngressTenant) bool {
	return t.Spec.IngressClass != nil && t.Spec.IngressClass.Default == v1alpha1.Enabled
}

// BindingName is the name of the binding of a role to the tenant's controller.
// Role bindings cannot change their role, so the role is part of the name.
func BindingName(t *v1alpha1.IngressTenant, role string) string {
	return Name(t) + "-" + strings.TrimPrefix(role, RolePrefix)
}

// RolePrefix begins the name of every ClusterRole that the operator may bind.
const RolePrefix = "ingresstenant-"

func shorten(name string) string {
	if len(name) <= Verbatim {
		return name
	}

	sum := sha256.Sum256([]byte(name))
	hash := strings.ToLower(base32.StdEncoding.EncodeToString(sum[:]))[:hashLength]

	return name[:Verbatim] + "-" + hash
}
