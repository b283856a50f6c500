// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package cgroup owns the cgroup below which a cluster's pods run, in the one
// hierarchy of cgroup v2 or in all of cgroup v1.
package cgroup

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

const mountPoint = "/sys/fs/cgroup"

// Tree is a cgroup of that path in every hierarchy of this computer.
type Tree struct {
	path        string
	hierarchies []string
	unified     bool
	// remains is a hierarchy that programs leave empty cgroups in: cgroup v1
	// often has an additional one of v2, without controllers.
	remains []string
}

// Open returns the tree at path, which begins with a slash and need not exist.
func Open(path string) (Tree, error) {
	var stat unix.Statfs_t
	if err := unix.Statfs(mountPoint, &stat); err != nil {
		return Tree{}, fmt.Errorf("looking at %s: %w", mountPoint, err)
	}
	if stat.Type == unix.CGROUP2_SUPER_MAGIC {
		return Tree{path: path, hierarchies: []string{mountPoint}, unified: true}, nil
	}
	entries, err := os.ReadDir(mountPoint)
	if err != nil {
		return Tree{}, fmt.Errorf("listing the cgroup hierarchies: %w", err)
	}
	tree := Tree{path: path}
	for _, entry := range entries {
		// "cpu" may be a link to "cpu,cpuacct".
		if !entry.IsDir() {
			continue
		}
		hierarchy := filepath.Join(mountPoint, entry.Name())
		if entry.Name() == "unified" {
			tree.remains = append(tree.remains, hierarchy)
			continue
		}
		tree.hierarchies = append(tree.hierarchies, hierarchy)
	}
	if len(tree.hierarchies) == 0 {
		return Tree{}, fmt.Errorf("%s holds no cgroup hierarchy: mount cgroup2 there", mountPoint)
	}
	return tree, nil
}

// Create makes the cgroup in every hierarchy, and below it those of children.
func (t Tree) Create(children ...string) error {
	for _, hierarchy := range t.hierarchies {
		if t.unified {
			if err := delegate(hierarchy); err != nil {
				return err
			}
		}
		own := filepath.Join(hierarchy, t.path)
		if err := create(own); err != nil {
			return err
		}
		if t.unified {
			if err := delegate(own); err != nil {
				return err
			}
		}
		for _, child := range children {
			if err := create(filepath.Join(own, child)); err != nil {
				return err
			}
		}
	}
	return nil
}

// create makes one folder of one hierarchy fit to hold processes.
func create(dir string) error {
	if err := os.Mkdir(dir, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("creating the cgroup %s: %w", dir, err)
	}
	// In cgroup v1 a new cpuset is empty, and refuses processes until it is filled.
	for _, name := range []string{"cpuset.cpus", "cpuset.mems"} {
		if err := inherit(dir, name); err != nil {
			return fmt.Errorf("filling the cgroup %s: %w", dir, err)
		}
	}
	return nil
}

// inherit copies a setting from the parent, if the hierarchy is one of cgroup v1
// that has it and it is empty.
func inherit(dir, name string) error {
	parent, err := os.ReadFile(filepath.Join(filepath.Dir(dir), name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	own, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil || strings.TrimSpace(string(own)) != "" {
		return err
	}
	return os.WriteFile(filepath.Join(dir, name), parent, 0o644)
}

// delegate lets the children of a cgroup v2 folder use all its controllers.
func delegate(dir string) error {
	content, err := os.ReadFile(filepath.Join(dir, "cgroup.controllers"))
	if err != nil {
		return fmt.Errorf("reading the controllers of %s: %w", dir, err)
	}
	var enable []string
	for controller := range strings.FieldsSeq(string(content)) {
		enable = append(enable, "+"+controller)
	}
	err = os.WriteFile(filepath.Join(dir, "cgroup.subtree_control"), []byte(strings.Join(enable, " ")), 0o644)
	if err != nil {
		return fmt.Errorf("enabling the controllers below %s (does the cgroup itself hold processes, as in a container?): %w", dir, err)
	}
	return nil
}

// Processes are the ids of all processes in the tree, each once.
func (t Tree) Processes() ([]int, error) {
	found := map[int]bool{}
	for _, hierarchy := range slices.Concat(t.hierarchies, t.remains) {
		err := walk(filepath.Join(hierarchy, t.path), func(dir string) error {
			content, err := os.ReadFile(filepath.Join(dir, "cgroup.procs"))
			if err != nil {
				return err
			}
			for field := range strings.FieldsSeq(string(content)) {
				if pid, err := strconv.Atoi(field); err == nil && pid > 0 {
					found[pid] = true
				}
			}
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("listing the processes of the cgroup %s: %w", t.path, err)
		}
	}
	var pids []int
	for pid := range found {
		pids = append(pids, pid)
	}
	slices.Sort(pids)
	return pids, nil
}

// Remove kills every process in the tree and removes it, retrying until ctx ends:
// the kernel lets go of a cgroup some time after its last process.
func (t Tree) Remove(ctx context.Context) error {
	for {
		err := t.removeOnce()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func (t Tree) removeOnce() error {
	pids, err := t.Processes()
	if err != nil {
		return err
	}
	for _, pid := range pids {
		// The list was read a moment ago from a cgroup that only the cluster uses.
		if err := unix.Kill(pid, unix.SIGKILL); err != nil && !errors.Is(err, unix.ESRCH) {
			return fmt.Errorf("killing process %d of the cgroup %s: %w", pid, t.path, err)
		}
	}
	for _, hierarchy := range slices.Concat(t.hierarchies, t.remains) {
		var dirs []string
		err := walk(filepath.Join(hierarchy, t.path), func(dir string) error {
			dirs = append(dirs, dir)
			return nil
		})
		if err != nil {
			return fmt.Errorf("listing the cgroup %s: %w", t.path, err)
		}
		for _, dir := range slices.Backward(dirs) {
			if err := unix.Rmdir(dir); err != nil && !errors.Is(err, unix.ENOENT) {
				return fmt.Errorf("removing the cgroup %s: %w", dir, err)
			}
		}
	}
	return nil
}

// walk calls visit for root and each folder below, parents first. What vanishes
// meanwhile is skipped.
func walk(root string, visit func(dir string) error) error {
	return filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if gone(err) {
			return nil
		}
		if err != nil || !entry.IsDir() {
			return err
		}
		if err := visit(path); err != nil && !gone(err) {
			return err
		}
		return nil
	})
}

func gone(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, unix.ENODEV)
}
