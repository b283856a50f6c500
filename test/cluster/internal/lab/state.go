// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build linux

package lab

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

var errNotRunning = errors.New("no cluster runs here: start one with `cluster up`")

// State is what must be known of a running cluster to find it again.
type State struct {
	// Boot is the id of the boot during which the cluster was started.
	Boot string `json:"boot"`
	// Nodes is how many nodes it has.
	Nodes int `json:"nodes"`
	// Port is where the API server listens: on the control-plane node, and
	// published on this computer's loopback, so that one kubeconfig serves both.
	Port uint16 `json:"port"`
	// Binaries is the folder of the programs that it runs.
	Binaries string `json:"binaries"`
	// Applied is a digest of the objects that were applied.
	Applied string `json:"applied,omitempty"`
}

func readState(path string) (state State, found bool, err error) {
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return State{}, false, nil
	}
	if err != nil {
		return State{}, false, fmt.Errorf("reading the cluster's state: %w", err)
	}
	if err := json.Unmarshal(content, &state); err != nil {
		return State{}, false, fmt.Errorf("reading the cluster's state in %s (`cluster down` clears it): %w", path, err)
	}
	return state, true, nil
}

func (s State) write(path string) error {
	content, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return fmt.Errorf("writing the cluster's state: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("writing the cluster's state: %w", err)
	}
	if err := os.WriteFile(path+".partial", content, 0o644); err != nil {
		return fmt.Errorf("writing the cluster's state: %w", err)
	}
	return os.Rename(path+".partial", path)
}

// bootID is different after every restart of the computer.
func bootID() (string, error) {
	content, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return "", fmt.Errorf("reading the boot's id: %w", err)
	}
	return strings.TrimSpace(string(content)), nil
}

// The API server's port is taken from a range that lies below the ports of
// outgoing connections and of NodePort Services.
const (
	firstPort = 20000
	portCount = 10000
)

// choosePort returns a port that free accepts. Where it starts to look depends on
// the key, so that a clone tends to keep its port, and two clones differ.
func choosePort(key string, free func(port uint16) bool) (uint16, error) {
	_, digits, _ := strings.Cut(key, "-")
	offset, err := strconv.ParseUint(digits, 16, 64)
	if err != nil {
		return 0, fmt.Errorf("choosing a port for %q: %w", key, err)
	}
	for i := range uint64(portCount) {
		port := uint16(firstPort + (offset+i)%portCount)
		if free(port) {
			return port, nil
		}
	}
	return 0, fmt.Errorf("no port from %d to %d is free on this computer's loopback", firstPort, firstPort+portCount-1)
}

func portIsFree(ctx context.Context, port uint16) bool {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(int(port))))
	if err != nil {
		return false
	}
	return listener.Close() == nil
}
