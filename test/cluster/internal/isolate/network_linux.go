// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package isolate runs functions and programs inside Linux namespaces.
//
// A namespace belongs to a thread, and Go moves goroutines between threads, so
// every entry happens on a thread that is locked, and thrown away when it cannot
// be brought back. Network namespaces are entered without touching /sys: the
// kubelet finds no cgroups once /sys was mounted anew, as `ip netns exec` does.
package isolate

import (
	"context"
	"fmt"
	"net"
	"runtime"

	"golang.org/x/sys/unix"
)

// Network is the path of a network namespace's file.
type Network string

// Do calls do on a thread inside the namespace. Sockets that do creates stay in
// the namespace; goroutines that it starts do not run there.
func (n Network) Do(do func() error) error {
	result := make(chan error, 1)
	go func() {
		// Not unlocked: the thread ends with this goroutine, so that no other
		// goroutine ever runs in the namespace by accident.
		runtime.LockOSThread()
		if err := enter(string(n), unix.CLONE_NEWNET); err != nil {
			result <- err
			return
		}
		result <- do()
	}()
	return <-result
}

// DialContext connects from inside the namespace. address must hold an IP
// address, not a name: names would be resolved outside.
func (n Network) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	var connection net.Conn
	err := n.Do(func() error {
		var dialer net.Dialer
		var err error
		connection, err = dialer.DialContext(ctx, network, address)
		return err
	})
	return connection, err
}

// enter moves the calling thread into the namespace that path names.
func enter(path string, kind int) error {
	file, err := unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("opening the namespace %s: %w", path, err)
	}
	defer unix.Close(file) //nolint:errcheck // nothing was written
	if err := unix.Setns(file, kind); err != nil {
		return fmt.Errorf("entering the namespace %s: %w", path, err)
	}
	return nil
}
