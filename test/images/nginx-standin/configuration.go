// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"syscall"
)

// configuration is what matters here in a configuration of nginx.
type configuration struct {
	// text is all of it.
	text string
	// pid is the file for the process id.
	pid string
	// status is the address on which the controller speaks HTTP to its nginx, and
	// stream the one to which it sends backends of TCP and UDP. Both are empty in
	// the configuration that the image comes with.
	status, stream string
}

var (
	pidFile  = regexp.MustCompile(`(?m)^\s*pid\s+(\S+);`)
	internal = regexp.MustCompile(`(?m)^\s*listen\s+(127\.0\.0\.1:\d+);`)
)

// readConfiguration reads a configuration. One without a file for the process id is
// an error: it is none of the controller's.
func readConfiguration(path string) (configuration, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return configuration{}, fmt.Errorf("read the configuration: %w", err)
	}
	conf := configuration{text: string(text)}

	pid := pidFile.FindStringSubmatch(conf.text)
	if pid == nil {
		return configuration{}, fmt.Errorf("%s names no file for the process id", path)
	}
	conf.pid = pid[1]

	// The controller's template has two such addresses, in this order.
	found := internal.FindAllStringSubmatch(conf.text, -1)
	if len(found) > 0 {
		conf.status = found[0][1]
	}
	if len(found) > 1 {
		conf.stream = found[1][1]
	}

	return conf, nil
}

// tell sends the running process of a configuration a signal, by nginx's name for
// it.
func tell(conf configuration, name string) error {
	signals := map[string]syscall.Signal{"quit": syscall.SIGQUIT, "stop": syscall.SIGTERM, "reload": syscall.SIGHUP}
	signal, known := signals[name]
	if !known {
		return fmt.Errorf("there is no signal %q: choose from quit, stop, reload", name)
	}
	text, err := os.ReadFile(conf.pid)
	if err != nil {
		return fmt.Errorf("find the running process: %w", err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return fmt.Errorf("find the running process in %s: %w", conf.pid, err)
	}
	if err := syscall.Kill(pid, signal); err != nil {
		return fmt.Errorf("send %s to process %d: %w", signal, pid, err)
	}
	return nil
}
