// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package isolate

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"

	"github.com/moby/sys/mountinfo"
	"golang.org/x/sys/unix"
)

// Bind shows one folder in the place of another.
type Bind struct {
	Source, Target string
}

// EnsureMountNamespace creates a mount namespace in which each target is its
// bind's source, unless path holds one. It is kept alive by mounting it on the
// file path, which must lie on a private mount. Nothing that is mounted inside
// is seen outside.
func EnsureMountNamespace(path string, binds []Bind) error {
	if mounted, err := IsMountPoint(path); err != nil || mounted {
		return err
	}
	for _, bind := range binds {
		for _, dir := range []string{bind.Source, bind.Target} {
			if err := os.MkdirAll(dir, 0o755); err != nil {
				return fmt.Errorf("preparing a mount: %w", err)
			}
		}
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDONLY, 0o600)
	if err != nil {
		return fmt.Errorf("creating the mount namespace's file: %w", err)
	}
	if err := file.Close(); err != nil {
		return err
	}

	// A copy of a mounted namespace, such as another cluster's network, would
	// keep that alive for as long as this one.
	namespaces, err := mountinfo.GetMounts(mountinfo.FSTypeFilter("nsfs"))
	if err != nil {
		return fmt.Errorf("listing the mounted namespaces: %w", err)
	}

	created := make(chan error, 1)
	thread := make(chan int, 1)
	kept := make(chan struct{})
	defer close(kept)
	go func() {
		runtime.LockOSThread()
		thread <- unix.Gettid()
		created <- errors.Join(unshareMounts(binds), forget(namespaces))
		// The namespace lives as long as this thread, until the file holds it.
		<-kept
	}()
	id := <-thread
	if err := <-created; err != nil {
		return err
	}
	source := fmt.Sprintf("/proc/self/task/%d/ns/mnt", id)
	if err := unix.Mount(source, path, "", unix.MS_BIND, ""); err != nil {
		return fmt.Errorf("keeping the mount namespace as %s: %w", path, err)
	}
	return nil
}

// EnsurePrivateTmpfs mounts an empty file system on dir, unless something is
// mounted there. No other mount namespace receives mounts from it.
func EnsurePrivateTmpfs(dir, name string) error {
	if mounted, err := IsMountPoint(dir); err != nil || mounted {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("creating %s: %w", dir, err)
	}
	if err := unix.Mount(name, dir, "tmpfs", unix.MS_NODEV|unix.MS_NOSUID, "mode=0700"); err != nil {
		return fmt.Errorf("mounting a tmpfs on %s: %w", dir, err)
	}
	if err := unix.Mount("", dir, "", unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("making %s private: %w", dir, err)
	}
	return nil
}

// forget takes mounts away from the calling thread's namespace. One that is not
// there was not copied.
func forget(mounts []*mountinfo.Info) error {
	for _, mount := range mounts {
		err := unix.Unmount(mount.Mountpoint, unix.MNT_DETACH)
		if err != nil && !errors.Is(err, unix.EINVAL) && !errors.Is(err, unix.ENOENT) {
			return fmt.Errorf("leaving %s behind: %w", mount.Mountpoint, err)
		}
	}
	return nil
}

func unshareMounts(binds []Bind) error {
	// Threads share the root and working folder, which a mount namespace of
	// one's own does not allow.
	if err := unix.Unshare(unix.CLONE_FS | unix.CLONE_NEWNS); err != nil {
		return fmt.Errorf("creating a mount namespace: %w", err)
	}
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("separating the mount namespace: %w", err)
	}
	for _, bind := range binds {
		if err := unix.Mount(bind.Source, bind.Target, "", unix.MS_BIND, ""); err != nil {
			return fmt.Errorf("mounting %s on %s: %w", bind.Source, bind.Target, err)
		}
	}
	// Containers may ask for mount propagation, which needs a shared parent.
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_SHARED, ""); err != nil {
		return fmt.Errorf("sharing mounts inside the namespace: %w", err)
	}
	return nil
}

// IsMountPoint tells whether something is mounted on path; it is false if path
// does not exist.
func IsMountPoint(path string) (bool, error) {
	mounted, err := mountinfo.Mounted(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("looking for a mount on %s: %w", path, err)
	}
	return mounted, nil
}

// Unmount takes away what is mounted on path, if anything is.
func Unmount(path string) error {
	for {
		mounted, err := IsMountPoint(path)
		if err != nil || !mounted {
			return err
		}
		if err := unix.Unmount(path, unix.MNT_DETACH); err != nil {
			return fmt.Errorf("unmounting %s: %w", path, err)
		}
	}
}
