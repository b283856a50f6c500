// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package probe looks at ingress controllers from outside, as their clients see
// them: which certificate they show, and whether two of them answer the same
// requests alike. It looks beside the reconciles and never holds one up, needs no
// right to read Secrets, and reports only what it saw.
package probe
