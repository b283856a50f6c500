// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package switchover decides how a live tenant moves from one ingress
// controller implementation to another without losing requests: the new one
// runs beside the old, answers the same requests, and only then gets the
// tenant's Service. It is pure: what asks the controllers is package probe.
package switchover
