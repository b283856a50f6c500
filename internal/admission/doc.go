// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package admission is what keeps tenants apart before anything is stored: the
// ValidatingAdmissionPolicies that the operator installs, and the claims that they
// look up, so that they hold while the operator is down.
//
// A policy is evaluated once for each object that it gets as a parameter, and the
// API server converts that object each time. With each tenant as a parameter,
// admission would cost in proportion to the fleet. So the operator writes what
// policies need to know of about two hundred tenants into one ConfigMap, as a hash
// table of few keys: an evaluation costs some look-ups, whatever the table holds.
// Each evaluation knows a part of the fleet, and all have to pass; so every rule says
// "no tenant of this part forbids it".
//
// It is pure: no client, clock or environment.
package admission
