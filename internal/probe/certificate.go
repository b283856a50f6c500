// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"time"
)

const (
	// CertificateInterval is how often a server's certificate is looked at where
	// nothing changes.
	CertificateInterval = 5 * time.Minute

	// retry is when a server is looked at again that did not answer, and tries is
	// how often it may not answer before that is reported: pods come and go.
	retry = 30 * time.Second
	tries = 3

	// handshakeTimeout bounds one look at one address.
	handshakeTimeout = 5 * time.Second
)

// unknownHost is a host that no certificate is for: names below .invalid never
// exist.
//
// Source: RFC 6761, section 6.4.
const unknownHost = "default-certificate.invalid"

var (
	// errNoAddress is why nothing is seen of a server without addresses.
	errNoAddress = errors.New("no pod is ready")
	// errNoCertificate is the answer of a server that encrypts without one.
	errNoCertificate = errors.New("the server shows no certificate")
)

// ReadFunc returns the certificate that the server at an address shows to a
// client that asks for an unknown host. proxyProtocol is whether the server may
// insist on the PROXY protocol.
type ReadFunc func(ctx context.Context, address string, proxyProtocol bool) (*x509.Certificate, error)

// Server is a server that may run several times.
type Server struct {
	// Addresses are where it listens, as host:port; the first that answers
	// counts. Without any it is unreachable.
	Addresses []string
	// ProxyProtocol is whether it may insist on the PROXY protocol.
	ProxyProtocol bool
}

// Seen is what is known of a server's certificate.
type Seen struct {
	// Certificate is the last that it showed; nil if it was never seen.
	Certificate *x509.Certificate
	// UnreachableSince is since when it does not answer; zero while it does.
	UnreachableSince time.Time
	// Err is why it does not.
	Err error

	// failures counts the looks in a row that failed, the first of them at
	// failing.
	failures int
	failing  time.Time
}

// Certificates looks at servers' certificates.
type Certificates = Prober[Server, Seen]

// NewCertificates returns a prober that reads certificates by a function, at an
// interval, and calls another whenever it sees something else than before.
func NewCertificates(read ReadFunc, interval time.Duration, changed func(ctx context.Context, name string, seen Seen)) *Certificates {
	return New(certificates{read: read, interval: interval}, changed)
}

// certificates is the Question.
type certificates struct {
	read     ReadFunc
	interval time.Duration
}

// Delay implements Question.
func (c certificates) Delay() time.Duration { return 0 }

// Same implements Question.
func (c certificates) Same(one, other Server) bool {
	return one.ProxyProtocol == other.ProxyProtocol && slices.Equal(one.Addresses, other.Addresses)
}

// Keep implements Question. Other pods of a server show what it showed until they
// are seen to show something else.
func (c certificates) Keep(known Seen) Seen { return known }

// Ask implements Question.
func (c certificates) Ask(ctx context.Context, target Server, known Seen) Answer[Seen] {
	shown, err := c.look(ctx, target)
	if err == nil {
		return Answer[Seen]{
			Known: Seen{Certificate: shown},
			News:  !shown.Equal(known.Certificate) || known.Err != nil,
			Again: c.interval,
		}
	}

	known.failures++
	if known.failures == 1 {
		known.failing = time.Now()
	}

	if known.failures < tries {
		return Answer[Seen]{Known: known, Again: retry}
	}

	news := known.Err == nil
	known.UnreachableSince, known.Err = known.failing, err

	return Answer[Seen]{Known: known, News: news, Again: c.interval}
}

// look returns the certificate at the first address that answers.
func (c certificates) look(ctx context.Context, target Server) (*x509.Certificate, error) {
	failed := errNoAddress

	for _, address := range target.Addresses {
		limited, cancel := context.WithTimeout(ctx, handshakeTimeout)
		shown, err := c.read(limited, address, target.ProxyProtocol)

		cancel()

		if err == nil {
			return shown, nil
		}

		failed = err
	}

	return nil, failed
}

// ReadCertificate is the ReadFunc that connects. It sends no request. Until when it
// waits is up to the context.
func ReadCertificate(ctx context.Context, address string, proxyProtocol bool) (*x509.Certificate, error) {
	shown, err := readCertificate(ctx, address, "")
	if err != nil && proxyProtocol {
		shown, err = readCertificate(ctx, address, unknownClient)
	}

	if err != nil {
		return nil, fmt.Errorf("a TLS handshake with %s: %w", address, err)
	}

	return shown, nil
}

// readCertificate shakes hands after a preamble.
func readCertificate(ctx context.Context, address, preamble string) (*x509.Certificate, error) {
	plain, err := dial(ctx, address, preamble)
	if err != nil {
		return nil, err
	}
	defer func() { _ = plain.Close() }() // What was to be seen was seen.

	if deadline, limited := ctx.Deadline(); limited {
		if err := plain.SetDeadline(deadline); err != nil {
			return nil, err
		}
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
