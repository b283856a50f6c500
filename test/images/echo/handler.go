// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"time"
)

// identity says who answers.
type identity struct {
	// App is the application, from APP_NAME.
	App string `json:"app"`
	// Pod is the pod, from POD_NAME.
	Pod string `json:"pod"`
}

// answer is the request as this server saw it.
type answer struct {
	identity

	Method string `json:"method"`
	Host   string `json:"host"`
	// Path is the request target as it was on the wire, with the query.
	Path       string      `json:"path"`
	Headers    http.Header `json:"headers"`
	RemoteAddr string      `json:"remoteAddr"`
}

// handler answers /healthz by ready, and every other path with the request
// itself. The headers Echo-App and Echo-Pod are on every answer, so that a load
// test knows who answered without reading the body.
func handler(self identity, ready func() bool) http.Handler {
	// No http.ServeMux: it answers a path such as /a//b with a redirect, and
	// tests want to see the path that the ingress controller sent.
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path != "/healthz":
			echo(w, r, self)
		case ready():
			_, _ = io.WriteString(w, "ok\n")
		default:
			http.Error(w, "stopping", http.StatusServiceUnavailable)
		}
	})
}

// echo answers one request, after the sleep and with the size that it asks for.
func echo(w http.ResponseWriter, r *http.Request, self identity) {
	w.Header().Set("Echo-App", self.App)
	w.Header().Set("Echo-Pod", self.Pod)
	load, err := loadOf(r.URL.Query())
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	select {
	case <-time.After(load.sleep):
	case <-r.Context().Done():
		return
	}
	if load.sized {
		w.Header().Set("Content-Type", "application/octet-stream")
		w.Header().Set("Content-Length", strconv.FormatInt(load.bytes, 10))
		// An error here means that the client has gone.
		_, _ = io.CopyN(w, filler{}, load.bytes)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(answer{
		identity:   self,
		Method:     r.Method,
		Host:       r.Host,
		Path:       r.RequestURI,
		Headers:    r.Header,
		RemoteAddr: r.RemoteAddr,
	})
}
