// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"net/http"
	"sync"
)

// dynamic is what the controller gives its nginx beside the configuration file.
type dynamic struct {
	mutex sync.Mutex
	// backends is the JSON of them, nil until there are some.
	backends json.RawMessage
	// servers maps each name to the id of its certificate.
	servers map[string]string
}

// handler answers as the Lua code of ingress-nginx does, as far as the controller
// asks. It also answers GET for the servers, which Lua does not.
func (d *dynamic) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("GET /is-dynamic-lb-initialized", d.initialized)
	mux.HandleFunc("POST /configuration/backends", d.takeBackends)
	mux.HandleFunc("GET /configuration/backends", d.giveBackends)
	mux.HandleFunc("POST /configuration/servers", d.takeServers)
	mux.HandleFunc("GET /configuration/servers", d.giveServers)
	return mux
}

func (d *dynamic) initialized(response http.ResponseWriter, _ *http.Request) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	if d.backends == nil {
		http.Error(response, "no backends yet", http.StatusInternalServerError)
	}
}

func (d *dynamic) takeBackends(response http.ResponseWriter, request *http.Request) {
	var backends json.RawMessage
	if err := json.NewDecoder(request.Body).Decode(&backends); err != nil {
		http.Error(response, "backends: "+err.Error(), http.StatusBadRequest)
		return
	}
	d.mutex.Lock()
	defer d.mutex.Unlock()
	d.backends = backends
	response.WriteHeader(http.StatusCreated)
}

func (d *dynamic) giveBackends(response http.ResponseWriter, _ *http.Request) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	if d.backends == nil {
		http.Error(response, "no backends yet", http.StatusNotFound)
		return
	}
	_, _ = response.Write(d.backends)
}

func (d *dynamic) takeServers(response http.ResponseWriter, request *http.Request) {
	// The certificates beside them stay out.
	var given struct {
		Servers map[string]string `json:"servers"`
	}
	if err := json.NewDecoder(request.Body).Decode(&given); err != nil {
		http.Error(response, "servers: "+err.Error(), http.StatusBadRequest)
		return
	}
	d.mutex.Lock()
	defer d.mutex.Unlock()
	d.servers = given.Servers
	response.WriteHeader(http.StatusCreated)
}

func (d *dynamic) giveServers(response http.ResponseWriter, _ *http.Request) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	if d.servers == nil {
		http.Error(response, "no servers yet", http.StatusNotFound)
		return
	}
	// What was decoded can be encoded; a reader that is gone needs nothing.
	_ = json.NewEncoder(response).Encode(d.servers)
}
