// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package ext stands in for github.com/traefik/traefik/dynamic/ext, the
// extension point of Traefik's dynamic configuration. Traefik keeps that
// package in a module of its own, replaced by a folder of its repository, so
// the module proxy has no version of it. The open source Traefik adds no fields
// there: two empty types are all that its code needs.
package ext

// HTTP extends the HTTP part of the dynamic configuration, here with nothing.
type HTTP struct{}

// Router extends an HTTP router, here with nothing.
type Router struct{}
