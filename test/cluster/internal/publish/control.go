// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package publish

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"strings"
	"time"
)

// Serve publishes what the table holds, and takes orders on the Unix socket
// until ctx ends.
func (f *Forwarder) Serve(ctx context.Context, socket string) error {
	if err := f.Restore(ctx); err != nil {
		return err
	}
	// A socket that a killed forwarder left behind is in the way.
	if err := os.Remove(socket); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("removing an old socket: %w", err)
	}
	control, err := (&net.ListenConfig{}).Listen(ctx, "unix", socket)
	if err != nil {
		return fmt.Errorf("listening for orders: %w", err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("PUT /entries", f.handlePut)
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	context.AfterFunc(ctx, func() {
		server.Close() //nolint:errcheck // the process is about to end
	})
	err = server.Serve(control)
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	return errors.Join(err, f.Close())
}

func (f *Forwarder) handlePut(w http.ResponseWriter, r *http.Request) {
	var entry Entry
	if err := json.NewDecoder(r.Body).Decode(&entry); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	published, err := f.Publish(r.Context(), entry)
	if err != nil {
		http.Error(w, err.Error(), http.StatusConflict)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(published) //nolint:errcheck // the client sees a broken answer
}

// Client gives orders to a running forwarder.
type Client struct {
	http *http.Client
}

// NewClient returns a client of the forwarder that listens on the socket.
func NewClient(socket string) Client {
	return Client{http: &http.Client{
		Timeout: 10 * time.Second,
		Transport: &http.Transport{
			DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
				var dialer net.Dialer
				return dialer.DialContext(ctx, "unix", socket)
			},
		},
	}}
}

// Healthy tells whether the forwarder answers.
func (c Client) Healthy(ctx context.Context) error {
	_, err := c.do(ctx, http.MethodGet, "/healthz", nil)
	return err
}

// Publish publishes an entry, and returns it with its port.
func (c Client) Publish(ctx context.Context, entry Entry) (Entry, error) {
	body, err := json.Marshal(entry)
	if err != nil {
		return Entry{}, fmt.Errorf("publishing %s: %w", entry.Name, err)
	}
	answer, err := c.do(ctx, http.MethodPut, "/entries", body)
	if err != nil {
		return Entry{}, fmt.Errorf("publishing %s: %w", entry.Name, err)
	}
	if err := json.Unmarshal(answer, &entry); err != nil {
		return Entry{}, fmt.Errorf("publishing %s: %w", entry.Name, err)
	}
	return entry, nil
}

func (c Client) do(ctx context.Context, method, path string, body []byte) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, method, "http://forwarder"+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	response, err := c.http.Do(request)
	if err != nil {
		return nil, fmt.Errorf("asking the forwarder: %w", err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, fmt.Errorf("reading the forwarder's answer: %w", err)
	}
	if response.StatusCode != http.StatusOK {
		return nil, errors.New(strings.TrimSpace(string(answer)))
	}
	return answer, nil
}
