// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package violation finds Ingresses that are there and break what the admission
// policies hold new ones to: they were there before a tenant claimed a hostname, stopped
// serving their namespace or forbade raw configuration, or before the policies were.
// They keep working, and their tenants' status lists them.
//
// It says in Go what package admission says in the language of policies. A test holds
// the two to the same answers.
//
// It is pure: no client, clock or environment.
package violation
