// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build linux

package lab

import (
	"fmt"
	"os/exec"
	"path/filepath"

	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/config"
	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/debian"
	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/image"
	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/isolate"
	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/network"
	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/pki"
)

// binds are the folders that the kubelet, containerd and CNI look for at fixed
// places of the computer: each node sees its own there, and another cluster, or
// an ordinary containerd of this computer, never notices.
func (r *running) binds(node network.Node) []isolate.Bind {
	own := func(name string) string { return filepath.Join(r.layout.Node(node.Name), name) }
	return []isolate.Bind{
		{Source: own("kubelet"), Target: "/var/lib/kubelet"},
		{Source: own("cni"), Target: "/var/lib/cni"},
		{Source: own("container-logs"), Target: "/var/log/containers"},
		{Source: filepath.Join(r.layout.NodeRuntime(node.Name), "shims"), Target: "/run/containerd"},
	}
}

func (r *running) containerd(node network.Node) (component, error) {
	program, err := exec.LookPath("containerd")
	if err != nil {
		return component{}, fmt.Errorf("finding containerd: %w", err)
	}
	plugins, err := debian.Plugins()
	if err != nil {
		return component{}, err
	}
	networkDir := r.configPath("cni-" + node.Name)
	pods, err := config.PodNetwork{Pods: node.Pods}.Render()
	if err != nil {
		return component{}, err
	}
	name := "containerd-" + node.Name
	socket := r.layout.ContainerdSocket(node.Name)
	rendered, err := config.Containerd{
		Root:           filepath.Join(r.layout.Node(node.Name), "containerd"),
		State:          filepath.Join(r.layout.NodeRuntime(node.Name), "containerd"),
		Socket:         socket,
		PauseImage:     image.PauseReference,
		NetworkPlugins: plugins,
		NetworkConfig:  networkDir,
		ShimCgroup:     r.layout.ShimCgroup(node.Name),
	}.Render()
	if err != nil {
		return component{}, err
	}
	path := r.configPath(name + ".toml")
	spec := r.spec(name, node.Name, program, "--config", path, "--log-level", "warn")
	spec.Namespaces.Mount = r.layout.MountNamespace(node.Name)
	return component{
		Spec:  spec,
		files: map[string]string{path: rendered, filepath.Join(networkDir, "10-pods.conflist"): pods},
		check: runtimeReady(socket),
	}, nil
}

func (r *running) kubelet(store *pki.Store, node network.Node) (component, error) {
	name := kubelet(node)
	kubeconfig := r.configPath(name + ".kubeconfig")
	access, err := r.kubeconfig(store, name, r.plan.ControlPlane().Address)
	if err != nil {
		return component{}, err
	}
	rendered, err := config.Kubelet{
		Address:     node.Address,
		DNS:         r.plan.DNS,
		CA:          store.Certificate(clusterCA),
		Certificate: store.Certificate(name),
		Key:         store.Key(name),
		Resolver:    r.resolverPath(),
		Socket:      r.layout.ContainerdSocket(node.Name),
		PodLogs:     r.layout.PodLogs(node.Name),
		Cgroup:      r.layout.PodCgroup(node.Name),
	}.Render()
	if err != nil {
		return component{}, err
	}
	path := r.configPath(name + ".yaml")
	spec := r.spec(name, node.Name,
		r.binary("kubelet"),
		"--config="+path,
		"--kubeconfig="+kubeconfig,
		"--hostname-override="+node.Name,
		"--node-ip="+node.Address.String(),
	)
	spec.Namespaces.Mount = r.layout.MountNamespace(node.Name)
	return component{
		Spec:  spec,
		files: map[string]string{kubeconfig: access, path: rendered},
		check: answers(r.inside(node.Name), "http://127.0.0.1:10248/healthz", ""),
	}, nil
}

func (r *running) kubeProxy(store *pki.Store, node network.Node) (component, error) {
	name := kubeProxy + "-" + node.Name
	kubeconfig := r.configPath(kubeProxy + ".kubeconfig")
	access, err := r.kubeconfig(store, kubeProxy, r.plan.ControlPlane().Address)
	if err != nil {
		return component{}, err
	}
	rendered, err := config.KubeProxy{
		Kubeconfig: kubeconfig,
		Node:       node.Name,
		Address:    node.Address,
		Pods:       r.plan.Pods,
	}.Render()
	if err != nil {
		return component{}, err
	}
	path := r.configPath(name + ".yaml")
	return component{
		Spec:  r.spec(name, node.Name, r.binary("kube-proxy"), "--config="+path),
		files: map[string]string{kubeconfig: access, path: rendered},
		check: answers(r.inside(node.Name), "http://127.0.0.1:10256/healthz", ""),
	}, nil
}

// resolverPath is a resolv.conf that asks cluster DNS, for commands that `exec`
// runs and for pods that take their node's.
func (r *running) resolverPath() string { return r.configPath("resolv.conf") }
