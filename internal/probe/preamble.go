// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"context"
	"errors"
	"io"
	"net"
)

// unknownClient is a PROXY protocol header without an address: the server goes by
// the connection's own. It is tried where nothing is understood without it: servers
// that take the PROXY protocol from some addresses only take none from others.
//
// Source: "The PROXY protocol", section 2.1, human-readable header.
const unknownClient = "PROXY UNKNOWN\r\n"

// dial connects and sends a preamble before anything else.
func dial(ctx context.Context, address, preamble string) (net.Conn, error) {
	connection, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}

	if _, err := io.WriteString(connection, preamble); err != nil {
		return nil, errors.Join(err, connection.Close())
	}

	return connection, nil
}
