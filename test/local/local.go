// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package local connects to the local cluster that test/cluster runs.
package local

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/internal/manager"
)

// Cluster is the local cluster, and an administrator's connection to it.
type Cluster struct {
	client.Client

	// Config connects as an administrator.
	Config *rest.Config

	program string
}

// Connect connects as the environment says that the Makefile's targets set. The field
// manager is who changes are by.
func Connect(fieldManager string) (*Cluster, error) {
	kubeconfig, program := os.Getenv("KUBECONFIG"), os.Getenv("CLUSTER_BIN")
	if kubeconfig == "" || program == "" {
		return nil, errors.New("KUBECONFIG and CLUSTER_BIN must name the local cluster's kubeconfig and its program: run one of the Makefile's targets")
	}

	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return nil, fmt.Errorf("reading kubeconfig %s: %w", kubeconfig, err)
	}

	// Tests ask about many objects at once, and would only slow themselves down.
	config.QPS = -1

	scheme, err := manager.Scheme()
	if err != nil {
		return nil, err
	}

	connected, err := client.New(config, client.Options{Scheme: scheme, FieldOwner: fieldManager})
	if err != nil {
		return nil, fmt.Errorf("connecting to the cluster: %w", err)
	}

	return &Cluster{Client: connected, Config: config, program: program}, nil
}

// Run runs the program of the cluster, and returns what it printed.
func (c *Cluster) Run(ctx context.Context, args ...string) (string, error) {
	var out, complaints bytes.Buffer

	command := exec.CommandContext(ctx, c.program, args...)
	command.Stdout, command.Stderr = &out, &complaints

	if err := command.Run(); err != nil {
		return "", fmt.Errorf("cluster %s: %w: %s", strings.Join(args, " "), err, &complaints)
	}

	return out.String(), nil
}

// Publish makes an address of the cluster reachable from here, and returns where, as
// host:port. A name keeps its place when it is published again.
func (c *Cluster) Publish(ctx context.Context, name, address string, port int) (string, error) {
	out, err := c.Run(ctx, "publish", fmt.Sprintf("%s=%s:%d", name, address, port))
	if err != nil {
		return "", err
	}

	fields := strings.Fields(out)
	if len(fields) != 2 {
		return "", fmt.Errorf("cluster publish printed %q", out)
	}

	return fields[1], nil
}
