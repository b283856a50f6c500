// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package build

import (
	"bytes"
	"strings"
	"sync"
)

// packageCounter reads what `go build -v` says: it counts the lines that name a
// package, and keeps the others, which are messages. It is safe for concurrent use.
type packageCounter struct {
	mutex    sync.Mutex
	partial  []byte
	count    int
	messages strings.Builder
}

// Write takes any piece of the output.
func (c *packageCounter) Write(piece []byte) (int, error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.partial = append(c.partial, piece...)
	for {
		line, rest, whole := bytes.Cut(c.partial, []byte("\n"))
		if !whole {
			return len(piece), nil
		}
		c.partial = rest
		// An import path holds no space; every message of go does.
		if bytes.ContainsAny(line, " \t") {
			c.messages.Write(line)
			c.messages.WriteByte('\n')
			continue
		}
		c.count++
	}
}

// Count is how many packages were compiled so far.
func (c *packageCounter) Count() int {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.count
}

// Messages is everything that was not a package, such as compiler errors.
func (c *packageCounter) Messages() string {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.messages.String() + string(c.partial)
}
