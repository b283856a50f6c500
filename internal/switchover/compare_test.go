// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package switchover_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ingresstenant/ingress-tenant-operator/internal/switchover"
)

// controller is a server that answers by host and path, with 404 for the rest.
func controller(t *testing.T, answers map[string]int) switchover.Endpoint {
	t.Helper()

	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		status, ok := answers[r.Host+r.URL.Path]
		if !ok || r.Method != http.MethodHead {
			status = http.StatusNotFound
		}

		if status >= 300 && status < 400 {
			w.Header().Set("Location", "https://elsewhere.example.com/")
		}

		w.WriteHeader(status)
	})
	plain, encrypted := httptest.NewServer(handler), httptest.NewTLSServer(handler)

	t.Cleanup(plain.Close)
	t.Cleanup(encrypted.Close)

	return switchover.Endpoint{Address: "127.0.0.1", HTTP: port(t, plain), HTTPS: port(t, encrypted)}
}

func port(t *testing.T, server *httptest.Server) int32 {
	t.Helper()

	_, text, err := net.SplitHostPort(server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}

	number, err := strconv.ParseInt(text, 10, 32)
	if err != nil {
		t.Fatal(err)
	}

	return int32(number)
}

func TestCompare(t *testing.T) {
	t.Parallel()

	before := controller(t, map[string]int{"a.example.com/": 200, "a.example.com/login": 308, "a.example.com/gone": 410, "a.example.com/x": 200})
	after := controller(t, map[string]int{"a.example.com/": 200, "a.example.com/login": 301, "a.example.com/x": 503})

	got := switchover.Compare(t.Context(), before, after, []switchover.Request{
		{Host: "a.example.com", Path: "/"},
		{Host: "a.example.com", Path: "/", TLS: true},
		{Host: "a.example.com", Path: "/gone"},
		{Host: "a.example.com", Path: "/login"},
		{Host: "a.example.com", Path: "/x", TLS: true},
		{Host: "nobody.example.com", Path: "/"},
	})
	want := []switchover.Difference{
		{Request: switchover.Request{Host: "a.example.com", Path: "/gone"}, Old: "410", New: "404"},
		{Request: switchover.Request{Host: "a.example.com", Path: "/x", TLS: true}, Old: "200 with certificate O=Acme Co", New: "503 with certificate O=Acme Co"},
	}

	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestCompareWithOneThatDoesNotAnswer(t *testing.T) {
	t.Parallel()

	before := controller(t, map[string]int{"a.example.com/": 200})

	closed := httptest.NewServer(http.NotFoundHandler())
	nobody := switchover.Endpoint{Address: "127.0.0.1", HTTP: port(t, closed), HTTPS: port(t, closed)}
	closed.Close()

	got := switchover.Compare(t.Context(), before, nobody, []switchover.Request{{Host: "a.example.com", Path: "/"}})
	if len(got) != 1 || got[0].String() != "http://a.example.com/: no answer instead of 200" {
		t.Errorf("got %v", got)
	}

	if silent := switchover.Compare(t.Context(), nobody, nobody, []switchover.Request{{Host: "a.example.com", Path: "/"}}); len(silent) > 0 {
		t.Errorf("two that do not answer differ: %v", silent)
	}
}
