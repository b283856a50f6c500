// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package process starts long-lived programs that outlive the command that
// started them, finds them again, and stops only them: a process is known by its
// id and the time it started, which no later process shares.
package process

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// Identity tells one process from every other until the next boot.
type Identity struct {
	PID int `json:"pid"`
	// Started is the time since boot at which the process started, in clock ticks.
	Started uint64 `json:"started"`
}

// identify returns the identity of the process that has the id now.
// ok is false if there is none, or only its remains (a zombie).
func identify(pid int) (identity Identity, ok bool, err error) {
	content, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, unix.ESRCH) {
		return Identity{}, false, nil
	}
	if err != nil {
		return Identity{}, false, fmt.Errorf("looking at process %d: %w", pid, err)
	}
	state, started, err := parseStat(content)
	if err != nil {
		return Identity{}, false, fmt.Errorf("looking at process %d: %w", pid, err)
	}
	if state == 'Z' || state == 'X' {
		return Identity{}, false, nil
	}
	return Identity{PID: pid, Started: started}, true, nil
}

// Alive tells whether the process still runs.
func (i Identity) Alive() (bool, error) {
	current, ok, err := identify(i.PID)
	return ok && current == i, err
}

// signal sends a signal to exactly this process. It reports false if the
// process has ended.
func (i Identity) signal(signal unix.Signal) (bool, error) {
	// The descriptor is taken first and the identity checked after: from then
	// on the id cannot be reused behind our back.
	descriptor, err := unix.PidfdOpen(i.PID, 0)
	if errors.Is(err, unix.ESRCH) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("opening process %d: %w", i.PID, err)
	}
	defer unix.Close(descriptor) //nolint:errcheck // nothing was written
	if alive, err := i.Alive(); err != nil || !alive {
		return false, err
	}
	err = unix.PidfdSendSignal(descriptor, signal, nil, 0)
	if errors.Is(err, unix.ESRCH) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("sending %v to process %d: %w", signal, i.PID, err)
	}
	return true, nil
}

// parseStat reads the state and the start time out of /proc/PID/stat. The
// second field, the name, is in parentheses and may itself hold any character.
func parseStat(content []byte) (state byte, started uint64, err error) {
	const stateField, startField = 3, 22
	end := bytes.LastIndexByte(content, ')')
	if end < 0 {
		return 0, 0, fmt.Errorf("no name in %q", content)
	}
	fields := strings.Fields(string(content[end+1:]))
	if len(fields) <= startField-stateField {
		return 0, 0, fmt.Errorf("too few fields in %q", content)
	}
	started, err = strconv.ParseUint(fields[startField-stateField], 10, 64)
	if err != nil {
		return 0, 0, fmt.Errorf("reading the start time: %w", err)
	}
	return fields[0][0], started, nil
}
