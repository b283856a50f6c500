// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ingresstenant/ingress-tenant-operator/test/load"
)

// requestTimeout bounds one request.
const requestTimeout = 5 * time.Second

// echo is what an application says about the request that it saw.
type echo struct {
	// App is the application that answered; empty if none did.
	App string
	// Path is the request target as the application saw it.
	Path string
	// Headers are the request's.
	Headers http.Header
}

// Client is the address that the controller gave for the client's.
func (e echo) Client() string {
	addresses := strings.Split(strings.Join(e.Headers.Values("X-Forwarded-For"), ","), ",")

	return strings.TrimSpace(addresses[len(addresses)-1])
}

// answer is what came back for one request.
type answer struct {
	echo

	// Status is the status code; 0 if there was no answer.
	Status int
	// Error is why there was no answer.
	Error string
	// Location is where a redirect leads to.
	Location string
	// Certificate is the server's, where there was one.
	Certificate *x509.Certificate
}

// answeredBy is the answer of an application.
func answeredBy(app string) OmegaMatcher {
	return And(HaveField("Status", http.StatusOK), HaveField("App", app))
}

// notRouted is a controller's own answer for what it does not serve.
func notRouted() OmegaMatcher {
	return And(HaveField("Status", http.StatusNotFound), HaveField("App", BeEmpty()))
}

// ask sends a request to an endpoint of this machine, for a host.
func ask(ctx context.Context, endpoint, host, path string) answer {
	return send(ctx, &http.Transport{}, http.MethodGet, "http://"+endpoint+path, host, nil)
}

// post sends a request with a body of some size.
func post(ctx context.Context, endpoint, host, path string, size int) answer {
	GinkgoHelper()

	return send(ctx, &http.Transport{}, http.MethodPost, "http://"+endpoint+path, host, bytes.NewReader(make([]byte, size)))
}

// askTLS sends a request to an endpoint of this machine over TLS, and trusts the
// roots alone.
func askTLS(ctx context.Context, endpoint, host, path string, roots *x509.CertPool) answer {
	return send(ctx, &http.Transport{
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, endpoint)
		},
		TLSClientConfig: &tls.Config{RootCAs: roots, ServerName: host, MinVersion: tls.VersionTLS12},
	}, http.MethodGet, "https://"+host+path, host, nil)
}

func send(ctx context.Context, transport *http.Transport, method, url, host string, content io.Reader) answer {
	GinkgoHelper()

	transport.DisableKeepAlives = true
	client := &http.Client{
		Timeout:       requestTimeout,
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}

	request, err := http.NewRequestWithContext(ctx, method, url, content)
	Expect(err).NotTo(HaveOccurred())

	request.Host = host

	response, err := client.Do(request)
	if err != nil {
		return answer{Error: err.Error()}
	}
	defer response.Body.Close()

	body, err := io.ReadAll(response.Body)
	if err != nil {
		return answer{Error: err.Error()}
	}

	got := answer{Status: response.StatusCode, Location: response.Header.Get("Location"), echo: readEcho(body)}
	if response.TLS != nil && len(response.TLS.PeerCertificates) > 0 {
		got.Certificate = response.TLS.PeerCertificates[0]
	}

	return got
}

// httpText is an answer in a few words.
func httpText(got answer) string {
	if got.Status == 0 {
		return "no answer"
	}

	return fmt.Sprintf("%d %s", got.Status, http.StatusText(got.Status))
}

// readEcho reads an application's answer. A controller's own answers are text,
// and leave it empty.
func readEcho(body []byte) echo {
	var seen echo
	if json.Unmarshal(body, &seen) != nil {
		return echo{}
	}

	return seen
}

// constantly puts an application under a load of 20 requests a second, each with
// a connection of its own, until the spec ends or the load is stopped.
func constantly(ctx context.Context, endpoint, host string) *load.Run {
	return load.Start(ctx, load.Target{Endpoint: endpoint, Host: host}, load.Options{})
}

// expectNoFailures stops a load, and returns its figure.
func expectNoFailures(run *load.Run, who string) string {
	GinkgoHelper()

	result := run.Stop()
	Expect(result.Failed).To(BeZero(), "%s: %s", who, result)
	Expect(result.Sent).To(BeNumerically(">", 0))

	return who + ": " + result.String()
}
