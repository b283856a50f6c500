// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package traefik

import (
	"fmt"
)

const (
	// configDir is where Traefik's file provider reads from.
	configDir = "/etc/traefik/dynamic"

	// readyFile is the file in it that has the readiness route.
	readyFile = "ready.yaml"

	// healthPath is Traefik's own health check. It succeeds from the moment the
	// ports are open, and fails once the process has been told to stop.
	healthPath = "/ping"

	// readyPath is the operator's: it leads to healthPath, but exists only once
	// Traefik has read its Ingresses. A pod that became ready before would
	// answer 404 for all of them.
	readyPath = "/ready"

	// firstService is a service that the Ingress provider always has, from its
	// first configuration on. Traefik makes no router whose service does not
	// exist.
	//
	// Source: unavailableServiceName in Traefik's pkg/provider/kubernetes/ingress-nginx,
	// the same in all versions of the descriptor up to v3.7.13. Later ones could not be
	// read; pods of one that names it otherwise would never become ready.
	firstService = "unavailable-service@kubernetesingressnginx"
)

// readyRoute is a dynamic configuration with the readiness route. Its service is
// never called: the redirect answers first, and the kubelet follows it.
func readyRoute() string {
	return fmt.Sprintf(`http:
  routers:
    ready:
      entryPoints: [traefik]
      rule: Path(%q)
      middlewares: [ready]
      service: %s
  middlewares:
    ready:
      redirectRegex:
        regex: ^(.*)%s$
        replacement: ${1}%s
`, readyPath, firstService, readyPath, healthPath)
}
