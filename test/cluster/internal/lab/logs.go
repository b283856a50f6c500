// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build linux

package lab

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// followEvery is how often a followed log is read.
const followEvery = 300 * time.Millisecond

// ListLogs writes the names of all logs and where they are. Logs outlive the
// cluster that wrote them, until the next one starts.
func (l *Lab) ListLogs(out io.Writer) error {
	names, err := l.logNames()
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "COMPONENT\tLOG")
	for _, name := range names {
		fmt.Fprintf(table, "%s\t%s\n", name, l.layout.Log(name))
	}
	return table.Flush()
}

// Logs writes one log; with follow it goes on until ctx ends.
func (l *Lab) Logs(ctx context.Context, out io.Writer, name string, follow bool) error {
	names, err := l.logNames()
	if err != nil {
		return err
	}
	if !slices.Contains(names, name) {
		return fmt.Errorf("there is no log %q; there are: %s", name, strings.Join(names, ", "))
	}
	log, err := os.Open(l.layout.Log(name))
	if err != nil {
		return fmt.Errorf("opening the log of %s: %w", name, err)
	}
	defer log.Close() //nolint:errcheck // nothing was written
	for {
		if _, err := io.Copy(out, log); err != nil {
			return fmt.Errorf("reading the log of %s: %w", name, err)
		}
		if !follow {
			return nil
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(followEvery):
		}
	}
}

func (l *Lab) logNames() ([]string, error) {
	entries, err := os.ReadDir(l.layout.Logs())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there are no logs in %s: %w", l.layout.Logs(), errNotRunning)
	}
	if err != nil {
		return nil, fmt.Errorf("listing the logs: %w", err)
	}
	var names []string
	for _, entry := range entries {
		if name, isLog := strings.CutSuffix(entry.Name(), ".log"); isLog && !entry.IsDir() && filepath.Ext(name) == "" {
			names = append(names, name)
		}
	}
	return names, nil
}
