// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package cri speaks to a node's container runtime by the interface that the
// kubelet uses.
package cri

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	runtimeapi "k8s.io/cri-api/pkg/apis/runtime/v1"
)

// parallel is how many pods are removed at once.
const parallel = 8

// Client is a connection to one container runtime.
type Client struct {
	connection *grpc.ClientConn
	runtime    runtimeapi.RuntimeServiceClient
	images     runtimeapi.ImageServiceClient
}

// Connect returns a client for the runtime that listens on the socket. It does
// not wait: the first call fails if nothing listens.
func Connect(socket string) (*Client, error) {
	connection, err := grpc.NewClient("unix://"+socket, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return nil, fmt.Errorf("connecting to the container runtime at %s: %w", socket, err)
	}
	return &Client{
		connection: connection,
		runtime:    runtimeapi.NewRuntimeServiceClient(connection),
		images:     runtimeapi.NewImageServiceClient(connection),
	}, nil
}

// Close ends the connection.
func (c *Client) Close() error { return c.connection.Close() }

// Ready tells whether the runtime can run containers. Whether pods have a
// network yet is the kubelet's to say.
func (c *Client) Ready(ctx context.Context) error {
	response, err := c.runtime.Status(ctx, &runtimeapi.StatusRequest{})
	if err != nil {
		return fmt.Errorf("asking the container runtime for its status: %w", err)
	}
	for _, condition := range response.GetStatus().GetConditions() {
		if condition.GetType() == runtimeapi.RuntimeReady && !condition.GetStatus() {
			return fmt.Errorf("the container runtime is not ready: %s: %s", condition.GetReason(), condition.GetMessage())
		}
	}
	return nil
}

// ImageID returns the digest of the configuration of the image that has the
// reference, or an empty string if there is none.
func (c *Client) ImageID(ctx context.Context, reference string) (string, error) {
	response, err := c.images.ImageStatus(ctx, &runtimeapi.ImageStatusRequest{
		Image: &runtimeapi.ImageSpec{Image: reference},
	})
	if err != nil {
		return "", fmt.Errorf("looking for the image %s: %w", reference, err)
	}
	return response.GetImage().GetId(), nil
}

// RemovePods kills and removes all pods, and with them their containers,
// network interfaces and mounts.
func (c *Client) RemovePods(ctx context.Context) error {
	response, err := c.runtime.ListPodSandbox(ctx, &runtimeapi.ListPodSandboxRequest{})
	if err != nil {
		return fmt.Errorf("listing the pods: %w", err)
	}
	var group errgroup.Group
	group.SetLimit(parallel)
	problems := make([]error, len(response.GetItems()))
	for i, pod := range response.GetItems() {
		group.Go(func() error {
			problems[i] = c.removePod(ctx, pod)
			return nil
		})
	}
	group.Wait() //nolint:errcheck // every error is in problems
	return errors.Join(problems...)
}

func (c *Client) removePod(ctx context.Context, pod *runtimeapi.PodSandbox) error {
	name := pod.GetMetadata().GetNamespace() + "/" + pod.GetMetadata().GetName()
	if _, err := c.runtime.StopPodSandbox(ctx, &runtimeapi.StopPodSandboxRequest{PodSandboxId: pod.GetId()}); err != nil {
		return fmt.Errorf("stopping the pod %s: %w", name, err)
	}
	if _, err := c.runtime.RemovePodSandbox(ctx, &runtimeapi.RemovePodSandboxRequest{PodSandboxId: pod.GetId()}); err != nil {
		return fmt.Errorf("removing the pod %s: %w", name, err)
	}
	return nil
}
