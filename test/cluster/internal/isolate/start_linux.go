// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package isolate

import (
	"fmt"
	"os/exec"
	"runtime"

	"golang.org/x/sys/unix"
)

// Namespaces are where a program runs; an empty path means where the caller is.
type Namespaces struct {
	Network Network `json:"network,omitempty"`
	Mount   string  `json:"mount,omitempty"`
}

// Start starts the command inside the namespaces. Its files, such as the log
// that it writes to, are those that the caller opened outside.
func (n Namespaces) Start(command *exec.Cmd) error {
	started := make(chan error, 1)
	go func() {
		// Not unlocked, see Network.Do.
		runtime.LockOSThread()
		if err := n.join(); err != nil {
			started <- err
			return
		}
		// The child is a copy of this thread, namespaces included.
		started <- command.Start()
	}()
	return <-started
}

func (n Namespaces) join() error {
	// The network first: its file is not there any more in the other mount namespace.
	if n.Network != "" {
		if err := enter(string(n.Network), unix.CLONE_NEWNET); err != nil {
			return err
		}
	}
	if n.Mount == "" {
		return nil
	}
	if err := unix.Unshare(unix.CLONE_FS); err != nil {
		return fmt.Errorf("separating a thread's folders: %w", err)
	}
	return enter(n.Mount, unix.CLONE_NEWNS)
}
