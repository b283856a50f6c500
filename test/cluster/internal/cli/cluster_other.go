// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build !linux

package cli

import (
	"errors"
	"runtime"

	"github.com/spf13/cobra"
)

var errNotLinux = errors.New("a cluster out of namespaces needs Linux, and this is " + runtime.GOOS +
	": where Docker runs, use kind instead: make demo CLUSTER=kind")

// clusterCommands are those of Linux by name: each says what to do instead.
func clusterCommands() []*cobra.Command {
	var commands []*cobra.Command
	for _, name := range []string{"up", "down", "status", "exec", "load-image", "logs", "publish"} {
		commands = append(commands, &cobra.Command{
			Use:                name,
			Short:              "Only on Linux",
			DisableFlagParsing: true,
			RunE:               func(*cobra.Command, []string) error { return errNotLinux },
		})
	}
	return commands
}
