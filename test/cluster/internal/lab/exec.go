// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build linux

package lab

import (
	"fmt"
	"slices"
	"strings"
)

// Exec replaces this process by a command that runs in the network of a node or
// a client, where every address of the cluster is reached and cluster DNS
// resolves names. An empty machine means the control-plane node. It returns only
// if it fails.
func (l *Lab) Exec(machine string, command []string) error {
	r, err := l.open()
	if err != nil {
		return err
	}
	if machine == "" {
		machine = r.plan.ControlPlane().Name
	}
	if !slices.Contains(r.plan.Names(), machine) {
		return fmt.Errorf("there is no node or client %q; there are: %s", machine, strings.Join(r.plan.Names(), ", "))
	}
	return r.inside(machine).Become(r.resolverPath(), command)
}
