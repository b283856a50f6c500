// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package switchover

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	networkingv1 "k8s.io/api/networking/v1"
)

// Request is a request that both controllers are asked to answer.
type Request struct {
	// Host is the host that is asked for.
	Host string
	// Path is the path that is asked for.
	Path string
	// TLS is whether the connection is encrypted.
	TLS bool
}

// String is the request as a URL.
func (r Request) String() string {
	scheme := "http"
	if r.TLS {
		scheme = "https"
	}

	return scheme + "://" + r.Host + r.Path
}

// URL is the request as a URL, by the scheme that it is sent with. A path that is no
// part of a URL, such as "/%zz", is asked for by what it spells.
func (r Request) URL(scheme string) *url.URL {
	asked := &url.URL{Scheme: scheme, Host: r.Host, Path: r.Path}

	if path, err := url.PathUnescape(r.Path); err == nil {
		asked.Path, asked.RawPath = path, r.Path
	}

	return asked
}

// Over are requests as they are sent where there is one way for all of them: each
// once, encrypted or not.
func Over(requests []Request, tls bool) []Request {
	sent := make([]Request, 0, len(requests))

	for _, request := range requests {
		request.TLS = tls
		if !slices.Contains(sent, request) {
			sent = append(sent, request)
		}
	}

	return sent
}

// anyHost is asked for where a rule is for all hosts, or for all below one.
const anyHost = "switchover-check"

// UnknownHost is a host that no rule names: controllers answer for it themselves,
// without any backend.
//
// Source: RFC 6761, section 6.4.
const UnknownHost = anyHost + ".invalid"

// Requests are the requests by which controllers of the given Ingresses are
// compared: one for each path of each rule, and one for a host that no rule
// names; sorted, each once, and at most limit of them. Cut short, every Ingress
// keeps some before any has all.
func Requests(ingresses []networkingv1.Ingress, limit int) []Request {
	queues := make([][]Request, 0, len(ingresses)+1)
	queues = append(queues, []Request{{Host: UnknownHost, Path: "/"}})

	for i := range ingresses {
		queues = append(queues, requestsOf(&ingresses[i]))
	}

	var requests []Request

	seen := map[Request]bool{}

	for round := 0; len(seen) < limit; round++ {
		left := false

		for _, queue := range queues {
			if round >= len(queue) || len(seen) == limit {
				continue
			}

			left = true

			if request := queue[round]; !seen[request] {
				seen[request] = true
				requests = append(requests, request)
			}
		}

		if !left {
			break
		}
	}

	slices.SortFunc(requests, func(a, b Request) int { return cmp.Compare(a.String(), b.String()) })

	return requests
}

func requestsOf(ingress *networkingv1.Ingress) []Request {
	var requests []Request

	for _, rule := range ingress.Spec.Rules {
		host := concrete(rule.Host)
		encrypted := slices.ContainsFunc(ingress.Spec.TLS, func(tls networkingv1.IngressTLS) bool {
			return slices.Contains(tls.Hosts, rule.Host)
		})

		if rule.HTTP == nil {
			requests = append(requests, Request{Host: host, Path: "/", TLS: encrypted})

			continue
		}

		for _, path := range rule.HTTP.Paths {
			requests = append(requests, Request{Host: host, Path: literal(path.Path), TLS: encrypted})
		}
	}

	if ingress.Spec.DefaultBackend != nil && len(ingress.Spec.Rules) == 0 {
		requests = append(requests, Request{Host: anyHost + ".example", Path: "/"})
	}

	return requests
}

// concrete is a host that a rule's host matches.
func concrete(host string) string {
	switch rest, wildcard := strings.CutPrefix(host, "*."); {
	case host == "":
		return anyHost + ".example"
	case wildcard:
		return anyHost + "." + rest
	default:
		return host
	}
}

// literal is the part of a path before anything that a regular expression gives
// a meaning.
func literal(path string) string {
	if at := strings.IndexAny(path, `^$()[]{}|*+?\ `); at >= 0 {
		path = path[:at]
	}

	if !strings.HasPrefix(path, "/") {
		return "/" + path
	}

	return path
}
