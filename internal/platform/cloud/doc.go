// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package cloud knows what the load balancers of clouds are asked for by: one
// file of data per cloud, and pure functions that turn what a tenant asks for
// into the annotations and the class of a Service, or refuse it, and that tell
// what of a live Service the cloud cannot change.
//
// The keys were checked against each cloud's documentation, which the profiles
// name; none was run on its cloud but MetalLB's. What the documentation does
// not say is refused, not guessed.
package cloud
