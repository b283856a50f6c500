// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package probe_test

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"math/big"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/ingresstenant/ingress-tenant-operator/internal/probe"
)

// issue makes a certificate that is its own authority.
func issue(t *testing.T, host string) tls.Certificate {
	t.Helper()

	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}

	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{CommonName: host},
		DNSNames:     []string{host},
		NotBefore:    time.Date(2026, time.May, 1, 8, 0, 0, 0, time.UTC),
		NotAfter:     time.Date(2026, time.June, 1, 8, 0, 0, 0, time.UTC),
	}

	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}

	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}

	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}

// serve listens until the test ends, and serves every connection.
func serve(t *testing.T, connected func(net.Conn)) string {
	t.Helper()

	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(func() { _ = listener.Close() })

	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}

			go func() {
				defer func() { _ = connection.Close() }()

				connected(connection)
			}()
		}
	}()

	return listener.Addr().String()
}

// preceded is a connection of which a line was read already.
type preceded struct {
	net.Conn

	rest *bufio.Reader
}

// Read implements net.Conn.
func (p preceded) Read(b []byte) (int, error) { return p.rest.Read(b) }

func TestReadCertificate(t *testing.T) {
	t.Parallel()

	fallback, other := issue(t, "fallback.example.com"), issue(t, "other.example.com")
	config := &tls.Config{
		MinVersion: tls.VersionTLS12,
		GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
			if strings.HasSuffix(hello.ServerName, ".example.com") {
				return &other, nil
			}

			return &fallback, nil
		},
	}

	// speak shakes hands and waits for the client to go.
	speak := func(config *tls.Config) func(net.Conn) {
		return func(connection net.Conn) { _, _ = io.Copy(io.Discard, tls.Server(connection, config)) }
	}
	old, strict := config.Clone(), config.Clone()
	old.MaxVersion = tls.VersionTLS12
	strict.ClientAuth, strict.MaxVersion = tls.RequireAnyClientCert, tls.VersionTLS12

	// insist closes a connection that does not begin with the PROXY protocol.
	insist := func(connection net.Conn) {
		reader := bufio.NewReader(connection)
		if begin, err := reader.Peek(6); err != nil || string(begin) != "PROXY " {
			return
		}

		if line, err := reader.ReadString('\n'); err != nil || line != "PROXY UNKNOWN\r\n" {
			return
		}

		speak(config)(preceded{Conn: connection, rest: reader})
	}

	for name, test := range map[string]struct {
		server        func(net.Conn)
		proxyProtocol bool
		fails         bool
	}{
		"a server of several certificates":                        {server: speak(config)},
		"one that knows TLS 1.2 only":                             {server: speak(old)},
		"one that insists on a certificate of the client's":       {server: speak(strict)},
		"one that insists on the PROXY protocol":                  {server: insist, proxyProtocol: true},
		"one that does so unexpectedly":                           {server: insist, fails: true},
		"one that takes the PROXY protocol from other clients":    {server: speak(config), proxyProtocol: true},
		"one that does not encrypt":                               {server: func(c net.Conn) { _, _ = io.WriteString(c, "HTTP/1.1 400 Bad Request\r\n\r\n") }, fails: true},
		"one that hangs up":                                       {server: func(net.Conn) {}, fails: true},
		"one that says nothing":                                   {server: func(c net.Conn) { _, _ = io.Copy(io.Discard, c) }, fails: true},
		"one that says nothing and may take the PROXY protocol":   {server: func(c net.Conn) { _, _ = io.Copy(io.Discard, c) }, proxyProtocol: true, fails: true},
		"one that has no certificate for what it does not expect": {server: speak(&tls.Config{MinVersion: tls.VersionTLS12}), fails: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
			defer cancel()

			address := serve(t, test.server)
			shown, err := probe.ReadCertificate(ctx, address, test.proxyProtocol)

			switch {
			case test.fails && (err == nil || !strings.HasPrefix(err.Error(), "a TLS handshake with "+address+": ")):
				t.Errorf("got %v, want an error that names the address", err)
			case !test.fails && err != nil:
				t.Error(err)
			case !test.fails && !shown.Equal(fallback.Leaf):
				t.Errorf("it shows %s, want the one for unknown hosts", shown.Subject)
			}
		})
	}
}

func TestReadCertificateOfNobody(t *testing.T) {
	t.Parallel()

	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}

	address := listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}

	if shown, err := probe.ReadCertificate(t.Context(), address, true); err == nil {
		t.Errorf("where nobody listens it shows %s", shown.Subject)
	}
}
