// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build linux

package lab

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/build"
	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/config"
	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/pki"
)

func localhost() netip.Addr { return netip.AddrFrom4([4]byte{127, 0, 0, 1}) }

// apply gives the cluster the objects that it needs beyond what the API server
// makes itself. It does nothing if the same objects were applied before.
func (r *running) apply(ctx context.Context, store *pki.Store, builder *build.Builder) error {
	authority, err := os.ReadFile(store.Certificate(clusterCA))
	if err != nil {
		return fmt.Errorf("reading the cluster's authority: %w", err)
	}
	manifests := config.Manifests{
		DNS:           r.plan.DNS,
		Address:       r.plan.ControlPlane().Address,
		LoadBalancers: r.plan.LoadBalancers,
		MetricsPort:   metricsPort,
		CA:            authority,
	}
	base, err := manifests.Base()
	if err != nil {
		return err
	}
	pool, err := manifests.Pool()
	if err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(builder.Folder() + base + pool))
	digest := hex.EncodeToString(sum[:8])
	if r.state.Applied == digest {
		return nil
	}
	basePath, poolPath := r.configPath("base.yaml"), r.configPath("pool.yaml")
	if err := writeFile(basePath, base); err != nil {
		return err
	}
	if err := writeFile(poolPath, pool); err != nil {
		return err
	}
	for _, args := range [][]string{
		{"apply", "--server-side", "--filename", basePath, "--filename", builder.CustomResources()},
		{"wait", "--for=condition=Established", "--timeout=60s", "crd/ipaddresspools.metallb.io"},
		{"apply", "--server-side", "--filename", poolPath},
	} {
		if _, err := r.kubectl(ctx, args...); err != nil {
			return err
		}
	}
	r.progress.Linef("applied cluster DNS, metrics, the load balancers' addresses and access rules")
	r.state.Applied = digest
	return r.state.write(r.layout.State())
}

// awaitNodes waits until every node meets the condition, as `kubectl wait` names it.
func (r *running) awaitNodes(ctx context.Context, condition string) error {
	args := []string{"wait", "--for=" + condition, "--timeout=180s"}
	for _, node := range r.plan.Nodes {
		args = append(args, "node/"+node.Name)
	}
	stop := r.progress.During(func() string { return "waiting for the nodes" })
	defer stop()
	_, err := r.kubectl(ctx, args...)
	return err
}

// kubectl runs the cluster's own kubectl as its administrator.
func (r *running) kubectl(ctx context.Context, args ...string) ([]byte, error) {
	args = append([]string{
		"--kubeconfig", r.layout.Kubeconfig(),
		"--cache-dir", filepath.Join(r.layout.Run(), "kubectl-cache"),
	}, args...)
	command := exec.CommandContext(ctx, r.binary("kubectl"), args...)
	command.Env = append(environment(), "TMPDIR="+os.TempDir())
	var stderr strings.Builder
	command.Stderr = &stderr
	out, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("kubectl %s: %w\n%s", strings.Join(args[4:], " "), err, strings.TrimSpace(stderr.String()))
	}
	return out, nil
}
