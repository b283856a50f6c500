// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package handshake sees from outside which certificate servers show. It needs
// no right to read Secrets, and tells what clients get, not what somebody meant
// them to get.
package handshake

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
)

// unknownHost is a host that no certificate is for: names below .invalid never
// exist.
//
// Source: RFC 6761, section 6.4.
const unknownHost = "default-certificate.invalid"

// unknownClient is a PROXY protocol header that tells no address: the server goes
// by the connection's own.
//
// Source: "The PROXY protocol", section 2.1, human-readable header.
const unknownClient = "PROXY UNKNOWN\r\n"

// errNoCertificate is the answer of a server that encrypts without one.
var errNoCertificate = errors.New("the server shows no certificate")

// ReadFunc returns the certificate that the server at an address shows to a
// client that asks for an unknown host. proxyProtocol is whether the server may
// insist on the PROXY protocol.
type ReadFunc func(ctx context.Context, address string, proxyProtocol bool) (*x509.Certificate, error)

// Read is the ReadFunc that connects. It sends no request. Until when it waits is
// up to the context.
func Read(ctx context.Context, address string, proxyProtocol bool) (*x509.Certificate, error) {
	// Servers that take the PROXY protocol from some addresses only take none
	// from others.
	shown, err := read(ctx, address, "")
	if err != nil && proxyProtocol {
		shown, err = read(ctx, address, unknownClient)
	}

	if err != nil {
		return nil, fmt.Errorf("a TLS handshake with %s: %w", address, err)
	}

	return shown, nil
}

// read shakes hands after a preamble.
func read(ctx context.Context, address, preamble string) (*x509.Certificate, error) {
	plain, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	defer func() { _ = plain.Close() }() // What was to be seen was seen.

	if deadline, limited := ctx.Deadline(); limited {
		if err := plain.SetDeadline(deadline); err != nil {
			return nil, err
		}
	}

	if _, err := io.WriteString(plain, preamble); err != nil {
		return nil, err
	}

	var shown *x509.Certificate

	err = tls.Client(plain, &tls.Config{
		ServerName: unknownHost,
		MinVersion: tls.VersionTLS12,
		// Whether clients trust the certificate is not asked, only which it is.
		InsecureSkipVerify: true, //nolint:gosec // Nothing is sent.
		VerifyConnection: func(state tls.ConnectionState) error {
			if len(state.PeerCertificates) > 0 {
				shown = state.PeerCertificates[0]
			}

			return nil
		},
	}).HandshakeContext(ctx)

	// A server may show its certificate and then insist on one of the client's.
	switch {
	case shown != nil:
		return shown, nil
	case err != nil:
		return nil, err
	default:
		return nil, errNoCertificate
	}
}
