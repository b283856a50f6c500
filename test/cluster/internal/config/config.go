// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package config renders the configuration files of the cluster's parts.
package config

import (
	"bytes"
	"embed"
	"encoding/base64"
	"fmt"
	"net/netip"
	"strings"
	"text/template"
)

//go:embed templates manifests
var files embed.FS

// Containerd configures one node's container runtime.
type Containerd struct {
	// Root and State are containerd's persistent and volatile folders.
	Root, State, Socket string
	// PauseImage is the reference of the image of every pod's sandbox.
	PauseImage string
	// NetworkPlugins and NetworkConfig are the folders of CNI.
	NetworkPlugins, NetworkConfig string
	ShimCgroup                    string
}

// Render returns containerd's configuration file.
func (c Containerd) Render() (string, error) { return render("templates/containerd.toml", c) }

// PodNetwork configures how one node's pods are connected.
type PodNetwork struct {
	// Pods is the range of the node's pod addresses.
	Pods netip.Prefix
}

// Render returns the list of CNI plugins. Each pod hangs on a cable of its own
// and is routed, not bridged: a packet between two pods of a node then passes
// connection tracking in both directions, on any kernel.
func (c PodNetwork) Render() (string, error) { return render("templates/pods.conflist", c) }

// Kubelet configures one node's kubelet.
type Kubelet struct {
	Address              netip.Addr
	DNS                  netip.Addr
	CA, Certificate, Key string
	// Resolver is the resolv.conf of pods that do not use cluster DNS.
	Resolver string
	Socket   string
	PodLogs  string
	// Cgroup is the parent of the node's pods.
	Cgroup string
}

// Render returns the kubelet's configuration file.
func (c Kubelet) Render() (string, error) { return render("templates/kubelet.yaml", c) }

// KubeProxy configures one node's kube-proxy.
type KubeProxy struct {
	Kubeconfig string
	Node       string
	Address    netip.Addr
	// Pods is the range of all pods: what comes from elsewhere is not the cluster's.
	Pods netip.Prefix
}

// Render returns kube-proxy's configuration file.
func (c KubeProxy) Render() (string, error) { return render("templates/kube-proxy.yaml", c) }

// DNS configures cluster DNS.
type DNS struct {
	// Address is where CoreDNS listens.
	Address    netip.Addr
	Kubeconfig string
}

// Render returns CoreDNS' configuration file.
func (c DNS) Render() (string, error) { return render("templates/Corefile", c) }

// Resolver is a resolv.conf that asks cluster DNS.
type Resolver struct {
	// Address is where CoreDNS listens, which clients reach too.
	Address netip.Addr
}

// Render returns the resolv.conf.
func (c Resolver) Render() (string, error) { return render("templates/resolv.conf", c) }

// Kubeconfig tells a client where the API server is, and proves who the client is.
type Kubeconfig struct {
	Cluster, Server, User string
	// CA, Certificate and Key are PEM.
	CA, Certificate, Key []byte
}

// Render returns the kubeconfig, which refers to no other file.
func (c Kubeconfig) Render() (string, error) { return render("templates/kubeconfig.yaml", c) }

// AuditPolicy returns what the API server records.
func AuditPolicy() (string, error) { return render("templates/audit-policy.yaml", nil) }

// Manifests are the objects that make a bare API server a cluster.
type Manifests struct {
	// DNS is the address of cluster DNS' Service, Address of its process.
	DNS, Address  netip.Addr
	LoadBalancers netip.Prefix
	// MetricsPort is where the server of resource metrics listens; CA verifies it, as PEM.
	MetricsPort uint16
	CA          []byte
}

// Base returns what can be applied at once.
func (c Manifests) Base() (string, error) {
	var parts []string
	for _, name := range []string{"access", "dns", "metrics"} {
		part, err := render("manifests/"+name+".yaml", c)
		if err != nil {
			return "", err
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "---\n"), nil
}

// Pool returns what needs MetalLB's resource definitions.
func (c Manifests) Pool() (string, error) { return render("manifests/pool.yaml", c) }

func render(path string, data any) (string, error) {
	functions := template.FuncMap{"base64": base64.StdEncoding.EncodeToString}
	content, err := files.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("rendering %s: %w", path, err)
	}
	parsed, err := template.New(path).Option("missingkey=error").Funcs(functions).Parse(string(content))
	if err != nil {
		return "", fmt.Errorf("rendering %s: %w", path, err)
	}
	var out bytes.Buffer
	if err := parsed.Execute(&out, data); err != nil {
		return "", fmt.Errorf("rendering %s: %w", path, err)
	}
	return out.String(), nil
}
