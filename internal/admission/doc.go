// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package admission is what keeps tenants apart before anything is stored: the
// ValidatingAdmissionPolicies that the operator installs, which hold while the
// operator is down.
//
// A policy can get objects as parameters, such as every IngressTenant. It is then
// evaluated once for each of them, so that admission costs in proportion to the fleet;
// and the API server converts such objects for each evaluation, or stops to follow
// them. So what tenants claim is part of the policies themselves, as literals: an
// evaluation costs some look-ups, whatever there is. One policy has what about three
// hundred tenants claim. All have to pass, so every rule
// says "no tenant of this page forbids it".
//
// It is pure: no client, clock or environment.
package admission
