// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build linux

package lab

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strings"

	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/cri"
	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/isolate"
)

// answers checks that a GET of url, from inside the namespace, is answered with
// 200. authority is the file of the certificate that TLS is verified with.
func answers(from isolate.Network, url, authority string) health {
	return func(ctx context.Context) error {
		transport := &http.Transport{DialContext: from.DialContext, DisableKeepAlives: true}
		if strings.HasPrefix(url, "https:") {
			roots := x509.NewCertPool()
			content, err := os.ReadFile(authority)
			if err != nil {
				return fmt.Errorf("reading the authority: %w", err)
			}
			roots.AppendCertsFromPEM(content)
			transport.TLSClientConfig = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
		}
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return err
		}
		response, err := (&http.Client{Transport: transport}).Do(request)
		if err != nil {
			return err
		}
		defer response.Body.Close()
		if response.StatusCode == http.StatusOK {
			return nil
		}
		body, err := io.ReadAll(io.LimitReader(response.Body, 512))
		if err != nil {
			return fmt.Errorf("GET %s: %s", url, response.Status)
		}
		return fmt.Errorf("GET %s: %s: %s", url, response.Status, strings.TrimSpace(string(body)))
	}
}

// resolves checks that the DNS server, asked from inside the namespace, knows the name.
func resolves(from isolate.Network, server netip.AddrPort, name string) health {
	resolver := net.Resolver{
		PreferGo: true,
		Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return from.DialContext(ctx, network, server.String())
		},
	}
	return func(ctx context.Context) error {
		_, err := resolver.LookupHost(ctx, name)
		return err
	}
}

// runtimeReady checks the container runtime that listens on the socket.
func runtimeReady(socket string) health {
	return func(ctx context.Context) error {
		client, err := cri.Connect(socket)
		if err != nil {
			return err
		}
		defer client.Close() //nolint:errcheck // the connection ends with the process in any case
		return client.Ready(ctx)
	}
}
