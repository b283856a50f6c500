// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/ingresstenant/ingress-tenant-operator/internal/switchover"
)

const (
	// compareTimeout bounds one comparison, and answerTimeout one request of it.
	compareTimeout = 30 * time.Second
	answerTimeout  = 3 * time.Second

	// atOnce is how many requests of one scheme are under way at once.
	atOnce = 12

	// pilots is how many requests of one scheme are asked first. Where a controller
	// answers none of them the others are not asked.
	pilots = 8
)

// Endpoint is where one controller takes requests.
type Endpoint struct {
	// Address is an IP address.
	Address string
	// HTTP and HTTPS are where requests of these schemes are sent. They may be one.
	HTTP, HTTPS Port
	// ProxyProtocol is whether it may insist on the PROXY protocol.
	ProxyProtocol bool
}

// Port is a port of an Endpoint.
type Port struct {
	// Number is the port.
	Number int32
	// TLS is whether connections to it are encrypted.
	TLS bool
}

// CompareFunc asks two controllers for the same and returns what came of it.
type CompareFunc func(ctx context.Context, before, after Endpoint, requests []switchover.Request) switchover.Comparison

// Compare is the CompareFunc that connects. Two answers are alike if their status
// is, or if both redirect, and if they came with the same certificate; what a
// backend says is not compared. The method is HEAD, which changes nothing. It takes
// half a minute at most.
func Compare(ctx context.Context, before, after Endpoint, requests []switchover.Request) switchover.Comparison {
	ctx, cancel := context.WithTimeout(ctx, compareTimeout)
	defer cancel()

	if before.HTTP == before.HTTPS {
		requests = switchover.Over(requests, before.HTTP.TLS)
	}

	var running sync.WaitGroup

	results := make([]result, len(requests))

	for _, encrypted := range []bool{false, true} {
		of := lane{before: before.server(encrypted), after: after.server(encrypted), requests: requests, results: results}

		for at, request := range requests {
			if request.TLS == encrypted {
				of.at = append(of.at, at)
			}
		}

		running.Go(func() { of.compare(ctx) })
	}

	running.Wait()

	return sum(requests, results)
}

// sum sorts requests by what came of them.
func sum(requests []switchover.Request, results []result) switchover.Comparison {
	var found switchover.Comparison

	for at, request := range requests {
		switch r := results[at]; {
		case !r.asked:
			found.Unasked = append(found.Unasked, request)
		case r.before.err != nil && r.after.err != nil:
			found.Silent = append(found.Silent, request)
		case r.before.like(r.after):
			found.Alike = append(found.Alike, request)
		default:
			found.Differences = append(found.Differences, switchover.Difference{
				Request: request, Old: r.before.String(), New: r.after.String(),
			})
		}
	}

	return found
}

// result is what both controllers answered to one request, if it was asked.
type result struct {
	asked         bool
	before, after answer
}

// lane is what both controllers are asked over one scheme.
type lane struct {
	before, after *server
	// requests are those of all schemes, at are the places of this one's, and
	// results, of which there is one for each request, get what comes of them.
	requests []switchover.Request
	at       []int
	results  []result
}

// compare asks for some first, and for the others once both have answered.
func (l lane) compare(ctx context.Context) {
	first, others := l.split()

	for _, at := range []struct {
		places []int
		ask    func(*server, []switchover.Request) []answer
	}{
		{first, func(s *server, requests []switchover.Request) []answer { return s.meet(ctx, requests) }},
		{others, func(s *server, requests []switchover.Request) []answer { return s.askAll(ctx, requests) }},
	} {
		before, after := l.both(at.places, at.ask)

		for i, place := range at.places {
			// One that was cut short did not have its time to answer.
			cut := ctx.Err() != nil && (before[i].err != nil || after[i].err != nil)
			l.results[place] = result{asked: !cut, before: before[i], after: after[i]}
		}

		if !answered(before) || !answered(after) {
			return
		}
	}
}

// split returns the places of the requests to ask first, from all of the list, and
// of the others. The one for which no backend is needed is among the first.
func (l lane) split() (first, others []int) {
	step := max(1, (len(l.at)+pilots-1)/pilots)

	for i, at := range l.at {
		if i%step == 0 || l.requests[at].Host == switchover.UnknownHost {
			first = append(first, at)
		} else {
			others = append(others, at)
		}
	}

	return first, others
}

// both asks both controllers at the same time.
func (l lane) both(places []int, ask func(*server, []switchover.Request) []answer) (before, after []answer) {
	requests := make([]switchover.Request, 0, len(places))
	for _, at := range places {
		requests = append(requests, l.requests[at])
	}

	var running sync.WaitGroup

	running.Go(func() { before = ask(l.before, requests) })
	running.Go(func() { after = ask(l.after, requests) })
	running.Wait()

	return before, after
}

// server is one port of a controller.
type server struct {
	address string
	tls     bool
	// mayInsist is whether it may insist on the PROXY protocol, and preamble is what
	// connections to it begin with.
	mayInsist bool
	preamble  string
}

func (e Endpoint) server(encrypted bool) *server {
	port := e.HTTP
	if encrypted {
		port = e.HTTPS
	}

	return &server{
		address:   net.JoinHostPort(e.Address, strconv.Itoa(int(port.Number))),
		tls:       port.TLS,
		mayInsist: e.ProxyProtocol,
	}
}

// meet asks for the first requests, and thereby finds out what connections have to
// begin with: once, for all that follow.
func (s *server) meet(ctx context.Context, requests []switchover.Request) []answer {
	plain := s.askAll(ctx, requests)

	// Whoever does not expect the PROXY protocol takes it for a broken request, and
	// whoever does so takes a request without it for one.
	understood := func(a answer) bool { return a.err == nil && a.status != http.StatusBadRequest }
	if !s.mayInsist || slices.ContainsFunc(plain, understood) {
		return plain
	}

	s.preamble = unknownClient
	if preceded := s.askAll(ctx, requests); slices.ContainsFunc(preceded, understood) {
		return preceded
	}

	s.preamble = ""

	return plain
}

// askAll sends requests, several at once, and returns the answers in their order.
func (s *server) askAll(ctx context.Context, requests []switchover.Request) []answer {
	answers := make([]answer, len(requests))

	group := &errgroup.Group{}
	group.SetLimit(atOnce)

	for at, request := range requests {
		group.Go(func() error {
			answers[at] = s.ask(ctx, request)

			return nil
		})
	}

	_ = group.Wait() // No function of the group returns an error.

	return answers
}

// ask sends one request.
func (s *server) ask(ctx context.Context, request switchover.Request) answer {
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()

	client := &http.Client{
		Transport: &http.Transport{
			// The host is the tenant's, the address the pod's.
			DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
				return dial(ctx, s.address, s.preamble)
			},
			TLSClientConfig: &tls.Config{
				ServerName: request.Host,
				// Whether clients trust the certificate is not asked, only whether
				// both controllers show the same one.
				InsecureSkipVerify: true, //nolint:gosec // Nothing is sent that a third party must not read.
			},
			DisableKeepAlives: true,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}

	sent := (&http.Request{
		Method: http.MethodHead,
		URL:    request.URL(s.scheme()),
		Host:   request.Host,
		Header: http.Header{"User-Agent": {"ingress-tenant-operator"}},
	}).WithContext(ctx)

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

func (s *server) scheme() string {
	if s.tls {
		return "https"
	}

	return "http"
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

// answered is whether there is an answer to any of several requests, or nothing was
// asked.
func answered(answers []answer) bool {
	return len(answers) == 0 || slices.ContainsFunc(answers, func(a answer) bool { return a.err == nil })
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
