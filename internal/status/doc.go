// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package status computes the status of an IngressTenant from what a reconcile
// observed. It is pure: it asks no clock and no API server, and the same input
// always gives the same status. Each condition has a file of its own.
package status
