// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package audit reads the audit log of an API server.
package audit

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	auditv1 "k8s.io/apiserver/pkg/apis/audit/v1"
)

// Read hands each request that a log records to a function, from an offset in bytes
// on. A last line without an end is still being written, and is left out.
func Read(path string, offset int64, each func(event *auditv1.Event)) error {
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("reading the audit log: %w", err)
	}
	defer file.Close() //nolint:errcheck // What was read is read.

	if _, err := file.Seek(offset, io.SeekStart); err != nil {
		return fmt.Errorf("reading the audit log: %w", err)
	}

	for lines := bufio.NewReader(file); ; {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return nil
		}

		if err != nil {
			return fmt.Errorf("reading the audit log: %w", err)
		}

		event := &auditv1.Event{}
		if err := json.Unmarshal(line, event); err != nil {
			return fmt.Errorf("reading the audit log %s: %w", path, err)
		}

		each(event)
	}
}
