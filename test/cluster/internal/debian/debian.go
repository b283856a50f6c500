// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package debian installs what the cluster takes from Debian: the container
// runtime and the tools that set up a pod's network.
package debian

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// requirement is a file that must be found, and the package that brings it.
type requirement struct {
	pkg string
	// program is looked for on the PATH.
	program string
	// plugin is looked for in the folders of CNI plugins.
	plugin string
}

func requirements() []requirement {
	return []requirement{
		{pkg: "containerd", program: "containerd"},
		{pkg: "containerd", program: "ctr"},
		{pkg: "runc", program: "runc"},
		{pkg: "containernetworking-plugins", plugin: "ptp"},
		{pkg: "containernetworking-plugins", plugin: "host-local"},
		{pkg: "containernetworking-plugins", plugin: "portmap"},
		{pkg: "nftables", program: "nft"},
		{pkg: "iptables", program: "iptables"},
		{pkg: "conntrack", program: "conntrack"},
	}
}

func (r requirement) met() bool {
	if r.plugin != "" {
		return pluginFolder(r.plugin) != ""
	}
	_, err := exec.LookPath(r.program)
	return err == nil
}

// pluginFolders are where distributions put CNI plugins.
func pluginFolders() []string { return []string{"/usr/lib/cni", "/opt/cni/bin", "/usr/libexec/cni"} }

// Missing are the packages that must be installed, each once.
func Missing() []string {
	var missing []string
	for _, r := range requirements() {
		if !r.met() && !slices.Contains(missing, r.pkg) {
			missing = append(missing, r.pkg)
		}
	}
	return missing
}

// Plugins is the folder of CNI plugins.
func Plugins() (string, error) {
	folder := pluginFolder("ptp")
	if folder == "" {
		return "", fmt.Errorf("the CNI plugin ptp is in none of %s: install containernetworking-plugins", strings.Join(pluginFolders(), ", "))
	}
	return folder, nil
}

// Install installs the packages, and writes what apt-get says to out.
func Install(ctx context.Context, out io.Writer, packages []string) error {
	apt, err := exec.LookPath("apt-get")
	if errors.Is(err, exec.ErrNotFound) {
		return fmt.Errorf("this is not Debian or a system like it: install what Debian calls %s, then try again", strings.Join(packages, ", "))
	}
	if err != nil {
		return err
	}
	commands := [][]string{
		{"update", "--quiet"},
		append([]string{"install", "--quiet", "--yes", "--no-install-recommends"}, packages...),
	}
	for _, args := range commands {
		command := exec.CommandContext(ctx, apt, args...)
		command.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
		command.Stdout = out
		command.Stderr = out
		if err := command.Run(); err != nil {
			return fmt.Errorf("apt-get %s: %w", args[0], err)
		}
	}
	return nil
}

func pluginFolder(plugin string) string {
	for _, folder := range pluginFolders() {
		if info, err := os.Stat(filepath.Join(folder, plugin)); err == nil && info.Mode().IsRegular() {
			return folder
		}
	}
	return ""
}
