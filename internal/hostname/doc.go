// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package hostname decides which tenant of a fleet owns which hostnames.
//
//   - A wildcard owns every name below its domain, at any depth, but not the domain.
//   - Two claims conflict if some hostname belongs to both and their tenants differ.
//   - Claims are decided in one order: recorded holders, holders of this process,
//     all others; among those by when the claim was first seen, by the tenant's age,
//     and by its name.
//   - A claim holds unless it conflicts with one before it that holds. What lost
//     takes nothing from others.
//   - So a holder keeps a hostname until it gives it up, whoever else asks for it,
//     and then the first in order gets it.
//   - Once a tenant is known, the index remembers what it holds; the record is
//     believed only of tenants that the index does not know, as after a restart.
//
// It is pure: no client, clock or environment.
package hostname
