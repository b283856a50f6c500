// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package switchover

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"
)

const (
	// answerTimeout bounds one request.
	answerTimeout = 3 * time.Second
	// atOnce is how many requests are under way at once.
	atOnce = 8
)

// Endpoint is where one controller takes requests.
type Endpoint struct {
	// Address is an IP address.
	Address string
	// HTTP and HTTPS are the ports.
	HTTP, HTTPS int32
}

// Difference is a request that two controllers answer differently.
type Difference struct {
	// Request is the request, sent with method HEAD.
	Request Request
	// Old and New are what each answered, in words.
	Old, New string
}

// String says what differs.
func (d Difference) String() string {
	return fmt.Sprintf("%s: %s instead of %s", d.Request, d.New, d.Old)
}

// Compare sends every request to both controllers and returns those that they
// answer differently, in the order of the requests. Two answers are alike if
// their status is, or if both redirect, and if they came with the same
// certificate; what a backend says is not compared. The method is HEAD, which
// changes nothing.
func Compare(ctx context.Context, before, after Endpoint, requests []Request) []Difference {
	found := make([]*Difference, len(requests))

	group := &errgroup.Group{}
	group.SetLimit(atOnce)

	for i, request := range requests {
		group.Go(func() error {
			one, other := ask(ctx, before, request), ask(ctx, after, request)
			if !one.like(other) {
				found[i] = &Difference{Request: request, Old: one.String(), New: other.String()}
			}

			return nil
		})
	}

	_ = group.Wait() // No function of the group returns an error.

	var differences []Difference

	for _, difference := range found {
		if difference != nil {
			differences = append(differences, *difference)
		}
	}

	return differences
}

// answer is what one controller answered.
type answer struct {
	// status is 0 where there was no answer; err then says why.
	status int
	err    error
	// certificate is a fingerprint of what the connection was secured with.
	certificate [sha256.Size]byte
	subject     string
}

func (a answer) like(other answer) bool {
	if (a.err == nil) != (other.err == nil) || a.certificate != other.certificate {
		return false
	}

	return a.status == other.status || redirects(a.status) && redirects(other.status)
}

func redirects(status int) bool {
	return status >= 300 && status < 400
}

func (a answer) String() string {
	switch {
	case a.err != nil:
		return "no answer"
	case a.subject != "":
		return fmt.Sprintf("%d with certificate %s", a.status, a.subject)
	default:
		return strconv.Itoa(a.status)
	}
}

// ask sends one request to one controller.
func ask(ctx context.Context, endpoint Endpoint, request Request) answer {
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()

	port := endpoint.HTTP
	if request.TLS {
		port = endpoint.HTTPS
	}

	address := net.JoinHostPort(endpoint.Address, strconv.Itoa(int(port)))
	transport := &http.Transport{
		// The host is the tenant's, the address the pod's.
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, address)
		},
		TLSClientConfig: &tls.Config{
			ServerName: request.Host,
			// Whether clients trust the certificate is not asked, only whether
			// both controllers show the same one.
			InsecureSkipVerify: true, //nolint:gosec // Nothing is sent that a third party must not read.
		},
		DisableKeepAlives: true,
	}
	client := &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}

	sent, err := http.NewRequestWithContext(ctx, http.MethodHead, request.String(), http.NoBody)
	if err != nil {
		return answer{err: err}
	}

	sent.Header.Set("User-Agent", "ingress-tenant-operator")

	response, err := client.Do(sent)
	if err != nil {
		return answer{err: err}
	}
	defer response.Body.Close()

	got := answer{status: response.StatusCode}

	if response.TLS != nil && len(response.TLS.PeerCertificates) > 0 {
		shown := response.TLS.PeerCertificates[0]
		got.certificate = sha256.Sum256(shown.Raw)
		got.subject = shown.Subject.String()
	}

	return got
}
