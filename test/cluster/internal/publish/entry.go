// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package publish makes addresses inside the cluster's network reachable from
// the computer, on ports of its loopback address, by a process that listens
// outside and dials inside.
package publish

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"slices"
	"strings"
)

// Entry is one published address.
type Entry struct {
	// Name identifies the entry; it keeps its port when its target changes.
	Name string `json:"name"`
	// Port is the local port, 0 for any free one.
	Port uint16 `json:"port"`
	// Target is the address inside.
	Target netip.AddrPort `json:"target"`
}

// Local is where the entry is reached on this computer.
func (e Entry) Local() netip.AddrPort {
	return netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), e.Port)
}

// ParseEntry reads NAME=IP:PORT.
func ParseEntry(argument string) (Entry, error) {
	name, address, found := strings.Cut(argument, "=")
	if !found || name == "" || strings.ContainsAny(name, "/ \t") {
		return Entry{}, fmt.Errorf("%q is not NAME=IP:PORT, as in blog-http=172.19.0.1:80", argument)
	}
	target, err := netip.ParseAddrPort(address)
	if err != nil {
		return Entry{}, fmt.Errorf("%q is not NAME=IP:PORT, as in blog-http=172.19.0.1:80: %w", argument, err)
	}
	return Entry{Name: name, Target: target}, nil
}

// ReadTable returns the entries that the file at path holds, sorted by name.
func ReadTable(path string) ([]Entry, error) {
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the published addresses: %w", err)
	}
	var entries []Entry
	if err := json.Unmarshal(content, &entries); err != nil {
		return nil, fmt.Errorf("reading the published addresses in %s: %w", path, err)
	}
	return entries, nil
}

// WriteTable replaces the file at path.
func WriteTable(path string, entries []Entry) error {
	slices.SortFunc(entries, func(a, b Entry) int { return strings.Compare(a.Name, b.Name) })
	content, err := json.MarshalIndent(entries, "", "  ")
	if err != nil {
		return fmt.Errorf("writing the published addresses: %w", err)
	}
	if err := os.WriteFile(path+".partial", content, 0o644); err != nil {
		return fmt.Errorf("writing the published addresses: %w", err)
	}
	return os.Rename(path+".partial", path)
}
