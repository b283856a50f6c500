// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package apiserver

import (
	"net/http"
	"slices"
	"strings"
	"sync"

	"k8s.io/client-go/rest"
)

// Request is one request to an API server.
type Request struct {
	// Verb is the verb that rights are about: get, list, watch, create, update,
	// patch, delete or deletecollection.
	Verb string
	// Resource is the resource, with a subresource as in "ingresstenants/status".
	// It is the path of a request that is not about a resource.
	Resource string
	// Namespace and Name are the object's, where the request is about one.
	Namespace, Name string
}

// String is the request as people write it: "patch services ingress-blog/blog".
func (r Request) String() string {
	object := r.Name
	if r.Namespace != "" {
		object = r.Namespace + "/" + r.Name
	}

	return strings.TrimSpace(r.Verb + " " + r.Resource + " " + object)
}

// Writes is whether the request changes something.
func (r Request) Writes() bool {
	return slices.Contains([]string{"create", "update", "patch", "delete", "deletecollection"}, r.Verb)
}

// Requests records the requests of a client, but for watches.
type Requests struct {
	mu   sync.Mutex
	seen []Request
}

// Record returns a copy of a configuration whose clients' requests are recorded.
func (r *Requests) Record(config *rest.Config) *rest.Config {
	config = rest.CopyConfig(config)
	config.Wrap(func(next http.RoundTripper) http.RoundTripper {
		return roundTripper(func(request *http.Request) (*http.Response, error) {
			if seen := parse(request); seen.Verb != "watch" {
				r.mu.Lock()
				r.seen = append(r.seen, seen)
				r.mu.Unlock()
			}

			return next.RoundTrip(request)
		})
	})

	return config
}

// Forget begins anew.
func (r *Requests) Forget() {
	r.mu.Lock()
	defer r.mu.Unlock()

	r.seen = nil
}

// All returns the requests so far, in order.
func (r *Requests) All() []Request {
	r.mu.Lock()
	defer r.mu.Unlock()

	return slices.Clone(r.seen)
}

// Writes returns the requests so far that change something, in order.
func (r *Requests) Writes() []Request {
	return slices.DeleteFunc(r.All(), func(request Request) bool { return !request.Writes() })
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(request *http.Request) (*http.Response, error) {
	return f(request)
}

// parse reads a request the way the API server does: /api/VERSION or
// /apis/GROUP/VERSION, then namespaces/NAMESPACE for what is in one, then
// RESOURCE, NAME and SUBRESOURCE.
func parse(request *http.Request) Request {
	parts := strings.Split(strings.Trim(request.URL.Path, "/"), "/")
	skip := map[string]int{"api": 2, "apis": 3}[parts[0]]

	if skip == 0 || len(parts) <= skip {
		return Request{Verb: "get", Resource: request.URL.Path}
	}

	parsed, parts := Request{}, parts[skip:]
	if parts[0] == "namespaces" && len(parts) > 2 && parts[2] != "finalize" && parts[2] != "status" {
		parsed.Namespace, parts = parts[1], parts[2:]
	}

	parsed.Resource = parts[0]
	if len(parts) > 1 {
		parsed.Name = parts[1]
	}

	if len(parts) > 2 {
		parsed.Resource += "/" + parts[2]
	}

	parsed.Verb = verb(request, parsed.Name != "")

	return parsed
}

func verb(request *http.Request, named bool) string {
	watch := request.URL.Query().Get("watch")

	switch {
	case request.Method == http.MethodPost:
		return "create"
	case request.Method == http.MethodPut:
		return "update"
	case request.Method == http.MethodPatch:
		return "patch"
	case request.Method == http.MethodDelete && named:
		return "delete"
	case request.Method == http.MethodDelete:
		return "deletecollection"
	case watch == "true" || watch == "1":
		return "watch"
	case named:
		return "get"
	default:
		return "list"
	}
}
