// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Command prober asks URLs from where it is run, and prints one line of JSON
// for each. It is built static, so that it runs on any machine of a cluster.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"
)

// outcome is what came back from one URL.
type outcome struct {
	URL string `json:"url"`
	// Status is the status code; 0 if there was no answer.
	Status int `json:"status"`
	// Body is the beginning of the answer.
	Body string `json:"body"`
	// Error is why there was no answer.
	Error string `json:"error,omitempty"`
}

const bodyLimit = 16 << 10

func main() {
	host := flag.String("host", "", "The Host header; the URL's if empty.")
	from := flag.String("from", "", "The address to send from; the system's choice if empty.")
	timeout := flag.Duration("timeout", 5*time.Second, "How long each URL may take.")
	flag.Parse()

	if err := run(os.Stdout, flag.Args(), *host, *from, *timeout); err != nil {
		fmt.Fprintln(os.Stderr, "prober:", err)
		os.Exit(1)
	}
}

func run(out io.Writer, urls []string, host, from string, timeout time.Duration) error {
	dialer := &net.Dialer{Timeout: timeout}

	if from != "" {
		ip := net.ParseIP(from)
		if ip == nil {
			return fmt.Errorf("-from %s is not an address", from)
		}

		dialer.LocalAddr = &net.TCPAddr{IP: ip}
	}

	client := &http.Client{
		Timeout:       timeout,
		Transport:     &http.Transport{DialContext: dialer.DialContext, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	encoder := json.NewEncoder(out)

	var errs []error

	for _, url := range urls {
		result := outcome{URL: url}
		if err := ask(client, host, &result); err != nil {
			result.Error = err.Error()
		}

		errs = append(errs, encoder.Encode(result))
	}

	return errors.Join(errs...)
}

func ask(client *http.Client, host string, result *outcome) error {
	request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, result.URL, nil)
	if err != nil {
		return fmt.Errorf("making the request: %w", err)
	}

	request.Host = host

	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()

	result.Status = response.StatusCode

	body, err := io.ReadAll(io.LimitReader(response.Body, bodyLimit))
	if err != nil {
		return fmt.Errorf("reading the answer: %w", err)
	}

	result.Body = string(body)

	return nil
}
