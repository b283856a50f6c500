// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package cli is the command line of the cluster program.
package cli

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/layout"
	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/progress"
)

// Run carries out one command and returns the exit code. Answers go to stdout,
// everything else, such as progress, goes to stderr.
func Run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root := newRoot()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	if err := root.ExecuteContext(ctx); err != nil {
		fmt.Fprintln(stderr, "cluster:", err)
		return 1
	}
	return 0
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "cluster",
		Short: "Run a Kubernetes cluster on this machine, built from Go modules",
		Long: "Run a Kubernetes cluster on this machine, built from Go modules: no container\n" +
			"registry, no downloaded binaries, no daemon. Everything it keeps is in .cluster.",
		SilenceUsage:      true,
		SilenceErrors:     true,
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: true},
	}
	root.AddCommand(newBuild(), newAssets())
	root.AddCommand(clusterCommands()...)
	return root
}

// here returns the layout of the clone that the working folder is in, and a
// reporter on the command's standard error.
func here(command *cobra.Command) (layout.Layout, *progress.Reporter, error) {
	dir, err := os.Getwd()
	if err != nil {
		return layout.Layout{}, nil, fmt.Errorf("finding the working folder: %w", err)
	}
	found, err := layout.Find(dir)
	return found, progress.New(command.ErrOrStderr()), err
}
