// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// show prints what the controller wrote, or what it sent to the running process.
func show(ctx context.Context, conf configuration, what []string, stdout io.Writer) error {
	switch strings.Join(what, " ") {
	case "":
		_, err := io.WriteString(stdout, conf.text)
		return err
	case "backends", "servers":
		return fetch(ctx, conf, "/configuration/"+what[0], stdout)
	default:
		return fmt.Errorf("there is no %q to show: choose from backends, servers", what)
	}
}

// fetch prints what the running process answers.
func fetch(ctx context.Context, conf configuration, path string, stdout io.Writer) error {
	if conf.status == "" {
		return errors.New("the controller has written no configuration yet")
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+conf.status+path, nil)
	if err != nil {
		return fmt.Errorf("ask the running process: %w", err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("ask the running process: %w", err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("the running process answered %s", response.Status)
	}
	if _, err := io.Copy(stdout, response.Body); err != nil {
		return fmt.Errorf("read what the running process answered: %w", err)
	}
	return nil
}
