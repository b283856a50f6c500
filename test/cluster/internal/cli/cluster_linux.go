// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/lab"
	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/publish"
)

var errNotRoot = errors.New("a cluster out of namespaces needs root: run this command as root, or, " +
	"where Docker runs, use kind instead: make demo CLUSTER=kind")

func clusterCommands() []*cobra.Command {
	return []*cobra.Command{
		newUp(), newDown(), newStatus(), newExec(), newLoadImage(), newLogs(), newPublish(), newForward(),
	}
}

// action is what a command does with the cluster of the clone that it is run in.
type action func(command *cobra.Command, cluster *lab.Lab, args []string) error

// asRoot makes an action into what cobra runs.
func asRoot(do action) func(*cobra.Command, []string) error {
	return func(command *cobra.Command, args []string) error {
		if os.Geteuid() != 0 {
			return errNotRoot
		}
		found, reporter, err := here(command)
		if err != nil {
			return err
		}
		return do(command, lab.New(found, reporter), args)
	}
}

func newUp() *cobra.Command {
	var nodes int
	command := &cobra.Command{
		Use:   "up",
		Short: "Start the cluster, or repair it; do nothing if it runs",
		Args:  cobra.NoArgs,
		RunE: asRoot(func(command *cobra.Command, cluster *lab.Lab, _ []string) error {
			return cluster.Up(command.Context(), nodes)
		}),
	}
	command.Flags().IntVar(&nodes, "nodes", 0, "how many nodes, 1 or 2 (default: as many as there are, or 1)")
	return command
}

func newDown() *cobra.Command {
	return &cobra.Command{
		Use:   "down",
		Short: "End the cluster; the built programs and the logs stay",
		Args:  cobra.NoArgs,
		RunE: asRoot(func(command *cobra.Command, cluster *lab.Lab, _ []string) error {
			return cluster.Down(command.Context())
		}),
	}
}

func newStatus() *cobra.Command {
	return &cobra.Command{
		Use:   "status",
		Short: "Show what runs; the exit code is 0 only if all of it is healthy",
		Args:  cobra.NoArgs,
		RunE: asRoot(func(command *cobra.Command, cluster *lab.Lab, _ []string) error {
			return cluster.Status(command.Context(), command.OutOrStdout())
		}),
	}
}

func newExec() *cobra.Command {
	var node string
	command := &cobra.Command{
		Use:   "exec [--node NAME] -- COMMAND [ARGUMENT...]",
		Short: "Run a command inside the network of a node, or of a client outside the cluster",
		Long: "Run a command inside the network of node-1, node-2, client-1 or client-2. On a node every\n" +
			"address of the cluster is reached. client-N is a machine outside the cluster that sends to\n" +
			"load-balancer addresses through node-N. Names are resolved by cluster DNS.",
		Args: cobra.MinimumNArgs(1),
		RunE: asRoot(func(_ *cobra.Command, cluster *lab.Lab, args []string) error {
			return cluster.Exec(node, args)
		}),
	}
	command.Flags().StringVar(&node, "node", "", "the node or client (default: the control-plane node)")
	// Flags after the command's name are the command's own, even without "--".
	command.Flags().SetInterspersed(false)
	return command
}

func newLoadImage() *cobra.Command {
	return &cobra.Command{
		Use:   "load-image FILE...",
		Short: "Import image archives (docker-archive or OCI layout, as tar files) into every node",
		Args:  cobra.MinimumNArgs(1),
		RunE: asRoot(func(command *cobra.Command, cluster *lab.Lab, files []string) error {
			return cluster.LoadImages(command.Context(), files)
		}),
	}
}

func newLogs() *cobra.Command {
	var follow bool
	command := &cobra.Command{
		Use:   "logs [COMPONENT]",
		Short: "Show a component's log, or list the logs",
		Args:  cobra.MaximumNArgs(1),
		RunE: asRoot(func(command *cobra.Command, cluster *lab.Lab, args []string) error {
			if len(args) == 0 {
				return cluster.ListLogs(command.OutOrStdout())
			}
			return cluster.Logs(command.Context(), command.OutOrStdout(), args[0], follow)
		}),
	}
	command.Flags().BoolVarP(&follow, "follow", "f", false, "go on as the log grows")
	return command
}

func newPublish() *cobra.Command {
	return &cobra.Command{
		Use:   "publish NAME=IP:PORT...",
		Short: "Make addresses of the cluster's network reachable on 127.0.0.1",
		Long: "Make addresses of the cluster's network reachable on free ports of 127.0.0.1, and print them.\n" +
			"A NAME keeps its port: publishing it again with another address points the port there.",
		Args: cobra.MinimumNArgs(1),
		RunE: asRoot(func(command *cobra.Command, cluster *lab.Lab, args []string) error {
			var entries []publish.Entry
			for _, arg := range args {
				entry, err := publish.ParseEntry(arg)
				if err != nil {
					return err
				}
				entries = append(entries, entry)
			}
			published, err := cluster.Publish(command.Context(), entries)
			if err != nil {
				return err
			}
			for _, entry := range published {
				fmt.Fprintln(command.OutOrStdout(), entry.Name, entry.Local())
			}
			return nil
		}),
	}
}

func newForward() *cobra.Command {
	return &cobra.Command{
		Use:    lab.ForwardCommand + " SOCKET TABLE NAMESPACE",
		Short:  "Be the process that publishes addresses",
		Hidden: true,
		Args:   cobra.ExactArgs(3),
		RunE: func(command *cobra.Command, args []string) error {
			return lab.Forward(command.Context(), args[0], args[1], args[2])
		},
	}
}
