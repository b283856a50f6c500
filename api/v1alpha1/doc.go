// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package v1alpha1 holds the ingresstenant.io/v1alpha1 API: the IngressTenant
// kind, its condition types and their reasons. It holds no logic.
//
// +kubebuilder:object:generate=true
// +groupName=ingresstenant.io
package v1alpha1
