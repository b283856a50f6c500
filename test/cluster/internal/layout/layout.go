// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package layout names every file and folder that the cluster uses, once.
//
// Everything lies below .cluster in the repository, except what must have a
// short path (sockets) or vanish with a reboot: that lies below /run in a
// folder keyed by the repository's path, so that two clones never meet.
package layout

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Layout holds the two roots that every path of one clone's cluster hangs on.
type Layout struct {
	// Repository is the absolute path of the repository, symlinks resolved.
	Repository string
	// Key is short, unique for the repository's path, and part of every name
	// that the cluster gives to something outside the repository.
	Key string
}

// Find walks up from dir to the folder that holds PROJECT or .git.
func Find(dir string) (Layout, error) {
	start, err := filepath.Abs(dir)
	if err != nil {
		return Layout{}, fmt.Errorf("finding the repository: %w", err)
	}
	for current := start; ; current = filepath.Dir(current) {
		found, err := isRoot(current)
		if err != nil {
			return Layout{}, fmt.Errorf("finding the repository: %w", err)
		}
		if found {
			return At(current)
		}
		if current == filepath.Dir(current) {
			return Layout{}, fmt.Errorf("no folder at or above %s holds PROJECT or .git: run the command inside the repository", start)
		}
	}
}

// At returns the layout of the repository at root.
func At(root string) (Layout, error) {
	resolved, err := filepath.EvalSymlinks(root)
	if err != nil {
		return Layout{}, fmt.Errorf("resolving the repository's path: %w", err)
	}
	sum := sha256.Sum256([]byte(resolved))
	return Layout{Repository: resolved, Key: "igt-" + hex.EncodeToString(sum[:3])}, nil
}

func isRoot(dir string) (bool, error) {
	for _, mark := range []string{"PROJECT", ".git"} {
		_, err := os.Stat(filepath.Join(dir, mark))
		if err == nil {
			return true, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return false, err
		}
	}
	return false, nil
}

// Module is the folder of this program's own Go module.
func (l Layout) Module() string { return filepath.Join(l.Repository, "test", "cluster") }

// Cluster is the folder that holds everything else, ignored by git.
func (l Layout) Cluster() string { return filepath.Join(l.Repository, ".cluster") }

// Binaries holds one folder of built binaries for each set of versions.
func (l Layout) Binaries() string { return filepath.Join(l.Cluster(), "bin") }

// Kubeconfig is the administrator's, for use on this machine.
func (l Layout) Kubeconfig() string { return filepath.Join(l.Cluster(), "kubeconfig") }

// Logs holds one file for each process; it outlives the cluster until the next one starts.
func (l Layout) Logs() string { return filepath.Join(l.Cluster(), "logs") }

// Log is the log file of one process.
func (l Layout) Log(process string) string { return filepath.Join(l.Logs(), process+".log") }

// AuditLog is where the API server records every request.
func (l Layout) AuditLog() string { return filepath.Join(l.Logs(), "audit.log") }

// PackageLog is what apt-get said when it last installed something.
func (l Layout) PackageLog() string { return filepath.Join(l.Cluster(), "apt-get.log") }

// PodLogs holds the logs of one node's containers.
func (l Layout) PodLogs(node string) string { return filepath.Join(l.Logs(), "pods", node) }

// Lock serialises the commands that change the cluster.
func (l Layout) Lock() string { return filepath.Join(l.Cluster(), "lock") }

// Run holds the running cluster's state; down removes it.
func (l Layout) Run() string { return filepath.Join(l.Cluster(), "run") }

// State records what runs: the boot, the nodes, the API server's port.
func (l Layout) State() string { return filepath.Join(l.Run(), "state.json") }

// Processes holds one record for each process that was started.
func (l Layout) Processes() string { return filepath.Join(l.Run(), "processes") }

// PKI holds the certificate authorities, certificates and keys.
func (l Layout) PKI() string { return filepath.Join(l.Run(), "pki") }

// Config holds the rendered configuration files and kubeconfigs.
func (l Layout) Config() string { return filepath.Join(l.Run(), "config") }

// EtcdData is etcd's data folder.
func (l Layout) EtcdData() string { return filepath.Join(l.Run(), "etcd") }

// Published is the table of addresses published on this machine's loopback.
func (l Layout) Published() string { return filepath.Join(l.Run(), "published.json") }

// Node is the persistent folder of one node: images, containers, volumes.
func (l Layout) Node(node string) string { return filepath.Join(l.Run(), node) }

// Runtime holds sockets and what must not outlive a reboot.
func (l Layout) Runtime() string { return filepath.Join("/run", l.Key) }

// NodeRuntime is one node's folder below Runtime.
func (l Layout) NodeRuntime(node string) string { return filepath.Join(l.Runtime(), node) }

// MountNamespace is the file that keeps one node's mount namespace alive.
func (l Layout) MountNamespace(node string) string { return filepath.Join(l.Runtime(), node+".mnt") }

// ContainerdSocket is where one node's containerd listens.
func (l Layout) ContainerdSocket(node string) string {
	return filepath.Join(l.NodeRuntime(node), "containerd.sock")
}

// ForwarderSocket is where the publishing process takes its orders.
func (l Layout) ForwarderSocket() string { return filepath.Join(l.Runtime(), "forwarder.sock") }

// NetworkNamespace is the name of the network namespace of a node, a client or the switch.
func (l Layout) NetworkNamespace(name string) string { return l.Key + "-" + name }

// Cgroup is the path of the cluster's cgroup, relative to each hierarchy's root.
func (l Layout) Cgroup() string { return "/" + l.Key }

// PodCgroup is the parent of one node's pods.
func (l Layout) PodCgroup(node string) string { return l.Cgroup() + "/" + node }

// ShimCgroup holds the container shims of one node.
func (l Layout) ShimCgroup(node string) string { return l.Cgroup() + "/" + node + "-shims" }
