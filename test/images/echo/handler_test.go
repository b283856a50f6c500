// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func always() bool { return true }

func get(t *testing.T, h http.Handler, target string) *httptest.ResponseRecorder {
	t.Helper()
	recorder := httptest.NewRecorder()
	h.ServeHTTP(recorder, httptest.NewRequestWithContext(t.Context(), http.MethodGet, target, nil))
	return recorder
}

func TestEchoAnswersWithTheRequest(t *testing.T) {
	request := httptest.NewRequestWithContext(t.Context(), http.MethodPut, "/a%2Fb//c?x=1&y=%20", nil)
	request.Host = "blog.example.com"
	request.Header.Add("X-Forwarded-For", "192.0.2.1")
	request.Header.Add("X-Forwarded-For", "192.0.2.2")
	request.RemoteAddr = "198.51.100.7:4321"
	recorder := httptest.NewRecorder()
	handler(identity{App: "blog", Pod: "blog-0"}, always).ServeHTTP(recorder, request)

	var got struct {
		App, Pod, Method, Host, Path, RemoteAddr string
		Headers                                  map[string][]string
	}
	if err := json.NewDecoder(recorder.Body).Decode(&got); err != nil {
		t.Fatal(err)
	}
	for field, pair := range map[string][2]string{
		"app":        {got.App, "blog"},
		"pod":        {got.Pod, "blog-0"},
		"method":     {got.Method, "PUT"},
		"host":       {got.Host, "blog.example.com"},
		"path":       {got.Path, "/a%2Fb//c?x=1&y=%20"},
		"remoteAddr": {got.RemoteAddr, "198.51.100.7:4321"},
		"headers":    {strings.Join(got.Headers["X-Forwarded-For"], ","), "192.0.2.1,192.0.2.2"},
		"Echo-App":   {recorder.Header().Get("Echo-App"), "blog"},
		"Echo-Pod":   {recorder.Header().Get("Echo-Pod"), "blog-0"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s = %q, want %q", field, pair[0], pair[1])
		}
	}
}

func TestHealth(t *testing.T) {
	for ready, want := range map[bool]int{true: http.StatusOK, false: http.StatusServiceUnavailable} {
		if got := get(t, handler(identity{}, func() bool { return ready }), "/healthz").Code; got != want {
			t.Errorf("ready = %t: /healthz answered %d, want %d", ready, got, want)
		}
	}
}

func TestBytesGivesABodyOfThatSize(t *testing.T) {
	for target, want := range map[string]int{"/?bytes=0": 0, "/?bytes=100000": 100000} {
		got := get(t, handler(identity{App: "blog"}, always), target)
		if got.Code != http.StatusOK || got.Body.Len() != want {
			t.Errorf("%s answered %d with %d bytes, want 200 with %d", target, got.Code, got.Body.Len(), want)
		}
		if app := got.Header().Get("Echo-App"); app != "blog" {
			t.Errorf("%s was answered by %q, want blog", target, app)
		}
	}
}

func TestLoadHasBounds(t *testing.T) {
	for _, query := range []string{
		"sleep=31s", "sleep=-1s", "sleep=soon", "bytes=-1", "bytes=67108865", "bytes=many",
	} {
		if got := get(t, handler(identity{}, always), "/?"+query); got.Code != http.StatusBadRequest || !strings.Contains(got.Body.String(), query) {
			t.Errorf("%s answered %d %q, want 400 that names it", query, got.Code, got.Body)
		}
	}
}
