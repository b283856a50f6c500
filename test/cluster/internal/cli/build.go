// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/build"
)

func newBuild() *cobra.Command {
	return &cobra.Command{
		Use:   "build [COMPONENT...]",
		Short: "Build the cluster's programs and start nothing",
		Long: "Build the cluster's programs, all or those named, into a folder of .cluster/bin that is\n" +
			"named after their versions. With a cold Go cache that takes a quarter of an hour or more.",
		RunE: func(command *cobra.Command, names []string) error {
			return buildPrograms(command, names, "every program asked for is in %s")
		},
	}
}

func newAssets() *cobra.Command {
	return &cobra.Command{
		Use:   "assets",
		Short: "Print the folder of etcd, kube-apiserver and kubectl, for KUBEBUILDER_ASSETS",
		Long: "Build etcd, kube-apiserver and kubectl if need be, and print the folder that holds them:\n" +
			"  export KUBEBUILDER_ASSETS=\"$(cluster assets)\"\n" +
			"It needs Go alone: neither root, nor Linux, nor Debian's packages.",
		Args: cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			return buildPrograms(command, build.Assets(), "")
		},
	}
}

// buildPrograms builds, and tells where by a sentence on stderr, or by the path
// alone on stdout if there is no sentence.
func buildPrograms(command *cobra.Command, names []string, sentence string) error {
	found, reporter, err := here(command)
	if err != nil {
		return err
	}
	builder, err := build.New(command.Context(), found, reporter)
	if err != nil {
		return err
	}
	if err := builder.Ensure(command.Context(), names...); err != nil {
		return err
	}
	if sentence != "" {
		reporter.Linef(sentence, builder.Folder())
		return nil
	}
	_, err = fmt.Fprintln(command.OutOrStdout(), builder.Folder())
	return err
}
