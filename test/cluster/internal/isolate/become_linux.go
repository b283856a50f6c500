// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package isolate

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"runtime"

	"golang.org/x/sys/unix"
)

const resolverFile = "/etc/resolv.conf"

// Become replaces this process by the program args[0], run inside the network
// namespace with resolver in the place of /etc/resolv.conf. The program keeps
// the standard streams, the working folder and the process id, so that signals
// and the exit code are its own. Become returns only if it fails.
func (n Network) Become(resolver string, args []string) error {
	path, err := exec.LookPath(args[0])
	if err != nil {
		return fmt.Errorf("finding the command: %w", err)
	}
	failed := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		failed <- n.become(resolver, path, args)
	}()
	return <-failed
}

func (n Network) become(resolver, path string, args []string) error {
	dir, err := os.Getwd()
	if err != nil {
		return fmt.Errorf("finding the working folder: %w", err)
	}
	if err := unshareMounts(nil); err != nil {
		return err
	}
	err = unix.Mount(resolver, resolverFile, "", unix.MS_BIND, "")
	// A machine without that file resolves no names, inside or outside.
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("mounting %s on %s: %w", resolver, resolverFile, err)
	}
	if err := unix.Chdir(dir); err != nil {
		return fmt.Errorf("returning to %s: %w", dir, err)
	}
	if err := enter(string(n), unix.CLONE_NEWNET); err != nil {
		return err
	}
	return fmt.Errorf("running %s: %w", path, unix.Exec(path, args, os.Environ()))
}
