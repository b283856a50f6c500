// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// ticksPerSecond is the unit of times in /proc, the same on every Linux.
const ticksPerSecond = 100

// processorTime is how long processes have used a processor, in seconds.
type processorTime struct {
	// Machine is that of all processes.
	Machine float64 `json:"machine"`
	// Program is that of the operator or the baseline.
	Program float64 `json:"program"`
	// APIServer and Etcd are those of the children with these names.
	APIServer float64 `json:"apiServer"`
	Etcd      float64 `json:"etcd"`
	// Bench is the benchmark's own.
	Bench float64 `json:"bench"`
}

// minus is the time used since another moment.
func (t processorTime) minus(before processorTime) processorTime {
	return processorTime{
		Machine:   t.Machine - before.Machine,
		Program:   t.Program - before.Program,
		APIServer: t.APIServer - before.APIServer,
		Etcd:      t.Etcd - before.Etcd,
		Bench:     t.Bench - before.Bench,
	}
}

// others is the time of processes that have no part in the benchmark.
func (t processorTime) others() float64 {
	return t.Machine - t.Program - t.APIServer - t.Etcd - t.Bench
}

// processorTimes reads how long the benchmark, a program and the API server
// have used a processor so far.
func processorTimes(p *program) (processorTime, error) {
	var times processorTime

	machine, err := machineTime()
	if err != nil {
		return times, err
	}

	times.Machine = machine

	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return times, err
	}

	for _, path := range stats {
		process, err := readProcess(path)
		if err != nil {
			// It has ended since the folder was read, and is none of ours.
			continue
		}

		switch {
		case process.pid == os.Getpid():
			times.Bench = process.seconds
		case process.parent != os.Getpid():
		case process.pid == p.pid:
			times.Program = process.seconds
		case process.name == "kube-apiserver":
			times.APIServer = process.seconds
		case process.name == "etcd":
			times.Etcd = process.seconds
		}
	}

	return times, nil
}

type process struct {
	pid, parent int
	name        string
	seconds     float64
}

// readProcess reads a /proc/PID/stat: the process's id, its name in
// parentheses, and numbers.
func readProcess(path string) (process, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return process{}, err
	}

	opening, closing := bytes.IndexByte(text, '('), bytes.LastIndexByte(text, ')')
	if opening < 0 || closing < opening {
		return process{}, fmt.Errorf("%s: no name in parentheses", path)
	}

	id, err := strconv.Atoi(strings.TrimSpace(string(text[:opening])))
	if err != nil {
		return process{}, fmt.Errorf("%s: %w", path, err)
	}

	// From the third field on: state, parent, and the times of user and system
	// as the fourteenth and fifteenth.
	fields := strings.Fields(string(text[closing+1:]))
	if len(fields) < 13 {
		return process{}, fmt.Errorf("%s: %d fields after the name, want 13 or more", path, len(fields))
	}

	parent, err := strconv.Atoi(fields[1])
	if err != nil {
		return process{}, fmt.Errorf("%s: %w", path, err)
	}

	ticks, err := addUp(fields[11:13])
	if err != nil {
		return process{}, fmt.Errorf("%s: %w", path, err)
	}

	return process{pid: id, parent: parent, name: string(text[opening+1 : closing]), seconds: ticks / ticksPerSecond}, nil
}

// machineTime is how long the processors were not idle: user, nice, system,
// then idle and iowait, then irq, softirq and steal.
func machineTime() (float64, error) {
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0, err
	}

	line, _, _ := strings.Cut(string(text), "\n")

	fields := strings.Fields(line)
	if len(fields) < 9 {
		return 0, fmt.Errorf("/proc/stat: %q has too few fields", line)
	}

	ticks, err := addUp(append(fields[1:4:4], fields[6:9]...))
	if err != nil {
		return 0, fmt.Errorf("/proc/stat: %w", err)
	}

	return ticks / ticksPerSecond, nil
}

func addUp(fields []string) (float64, error) {
	total := 0.0

	for _, field := range fields {
		value, err := strconv.ParseFloat(field, 64)
		if err != nil {
			return 0, err
		}

		total += value
	}

	return total, nil
}

// residentMemory returns what a process has in memory, and the most that it
// ever had, in bytes.
func residentMemory(pid int) (now, peak int64, err error) {
	path := fmt.Sprintf("/proc/%d/status", pid)

	text, err := os.ReadFile(path)
	if err != nil {
		return 0, 0, err
	}

	for line := range strings.Lines(string(text)) {
		var kib int64

		switch name, value, _ := strings.Cut(line, ":"); name {
		case "VmRSS":
			_, err = fmt.Sscan(value, &kib)
			now = kib << 10
		case "VmHWM":
			_, err = fmt.Sscan(value, &kib)
			peak = kib << 10
		}

		if err != nil {
			return 0, 0, fmt.Errorf("%s: %w", path, err)
		}
	}

	return now, peak, nil
}

// loadAverage is the machine's load over the last minute.
func loadAverage() (float64, error) {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return 0, err
	}

	minute, _, _ := strings.Cut(string(text), " ")

	return strconv.ParseFloat(minute, 64)
}
