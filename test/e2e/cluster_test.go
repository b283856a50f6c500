// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/ingresstenant/ingress-tenant-operator/test/local"
)

// fieldManager is the suite's field manager.
const fieldManager = "e2e"

// cluster is the cluster under test, with the operator installed.
type cluster struct {
	*local.Cluster

	// clientset is for what the other client cannot do: tokens and reviews.
	clientset kubernetes.Interface
	// nodes is the number of nodes.
	nodes int
	// images is the folder with the archives of its images.
	images string
	// verdicts is the folder in which runs keep their verdicts.
	verdicts string
	// dialects are the implementations that the cluster has images of.
	dialects []dialect
}

// connect reads the environment that `make e2e` sets.
func connect(ctx context.Context) (*cluster, error) {
	images, verdicts := os.Getenv("IMAGES"), os.Getenv("VERDICTS")
	if images == "" || verdicts == "" || os.Getenv("KUBECTL") == "" {
		return nil, errors.New("KUBECTL, IMAGES and VERDICTS must name the local cluster's kubectl, the folder with its images, and one to keep verdicts in: run `make e2e`, or `make e2e-run NODES=1` for a cluster that is there")
	}

	nodes, err := strconv.Atoi(os.Getenv("NODES"))
	if err != nil {
		return nil, fmt.Errorf("NODES must be the number of nodes of the cluster: %w", err)
	}

	connected, err := local.Connect(fieldManager)
	if err != nil {
		return nil, err
	}

	clientset, err := kubernetes.NewForConfig(connected.Config)
	if err != nil {
		return nil, fmt.Errorf("connecting to the cluster: %w", err)
	}

	implementations, err := findDialects(ctx, connected)
	if err != nil {
		return nil, err
	}

	return &cluster{Cluster: connected, clientset: clientset, nodes: nodes, images: images, verdicts: verdicts, dialects: implementations}, nil
}

// apply applies objects, as somebody who is not the operator.
func (c *cluster) apply(ctx context.Context, objects ...runtime.ApplyConfiguration) {
	GinkgoHelper()

	for _, object := range objects {
		Expect(c.Apply(ctx, object, client.ForceOwnership)).To(Succeed())
	}
}

// run runs the program of the cluster and returns what it printed.
func (c *cluster) run(ctx context.Context, args ...string) string {
	GinkgoHelper()

	out, err := c.Run(ctx, args...)
	Expect(err).NotTo(HaveOccurred())

	return out
}

// publish makes an address of the cluster reachable from here, and returns
// where, as host:port. A name keeps its place when it is published again.
func (c *cluster) publish(ctx context.Context, name, address string, port int) string {
	GinkgoHelper()

	endpoint, err := c.Publish(ctx, fmt.Sprintf("e2e-%s-%d", name, port), address, port)
	Expect(err).NotTo(HaveOccurred())

	return endpoint
}

// auditLog is the file in which the API server records requests.
func (c *cluster) auditLog(ctx context.Context) string {
	GinkgoHelper()

	for line := range strings.Lines(c.run(ctx, "status")) {
		if path, found := strings.CutPrefix(line, "audit log"); found {
			return strings.TrimSpace(path)
		}
	}

	Fail("cluster status names no audit log")

	return ""
}

// nodeAddresses are the nodes' addresses by name.
func (c *cluster) nodeAddresses(ctx context.Context) map[string]string {
	GinkgoHelper()

	list := &corev1.NodeList{}
	Expect(c.List(ctx, list)).To(Succeed())
	Expect(list.Items).To(HaveLen(c.nodes))

	addresses := map[string]string{}

	for i := range list.Items {
		for _, address := range list.Items[i].Status.Addresses {
			if address.Type == corev1.NodeInternalIP {
				addresses[list.Items[i].Name] = address.Address
			}
		}
	}

	Expect(addresses).To(HaveLen(c.nodes), "every node has an internal address")

	return addresses
}
