// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// readHeaders bounds how long a request's headers may take.
const readHeaders = 10 * time.Second

// server is the running process.
type server struct {
	dynamic dynamic
	log     *slog.Logger
	// open are the addresses that it listens on, for the controller alone.
	open map[string]net.Listener
}

// serve stays until a signal says to go. A configuration that cannot be read on
// reload changes nothing, as with nginx.
func serve(ctx context.Context, path string, signals <-chan os.Signal, log *slog.Logger) (err error) {
	conf, err := readConfiguration(path)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(conf.pid), 0o755); err != nil {
		return fmt.Errorf("folder for the process id: %w", err)
	}
	if err := os.WriteFile(conf.pid, []byte(strconv.Itoa(os.Getpid())+"\n"), 0o644); err != nil {
		return fmt.Errorf("write the process id: %w", err)
	}
	defer func() { err = errors.Join(err, os.Remove(conf.pid)) }()

	s := &server{log: log, open: map[string]net.Listener{}}
	defer s.close()

	log.Info(about)
	for s.listen(ctx, conf); ; {
		select {
		case <-ctx.Done():
			return nil
		case signal := <-signals:
			log.Info("Signalled", "signal", signal.String())
			if signal != syscall.SIGHUP {
				return nil
			}
		}
		next, err := readConfiguration(path)
		if err != nil {
			log.Error("Going on as before", "error", err)
			continue
		}
		s.listen(ctx, next)
	}
}

// listen opens what a configuration names and is not open yet.
func (s *server) listen(ctx context.Context, conf configuration) {
	for address, attend := range map[string]func(net.Listener) error{conf.status: s.status, conf.stream: s.stream} {
		if address == "" || s.open[address] != nil {
			continue
		}
		listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
		if err != nil {
			s.log.Error("Not listening to the controller", "address", address, "error", err)
			continue
		}
		s.open[address] = listener
		go func() {
			if err := attend(listener); !errors.Is(err, net.ErrClosed) {
				s.log.Error("Stopped listening to the controller", "address", address, "error", err)
			}
		}()
	}
}

// status speaks HTTP to the controller.
func (s *server) status(listener net.Listener) error {
	return (&http.Server{Handler: s.dynamic.handler(), ReadHeaderTimeout: readHeaders}).Serve(listener)
}

// stream takes the backends of TCP and UDP, and forgets them: tenants have none.
func (s *server) stream(listener net.Listener) error {
	for {
		connection, err := listener.Accept()
		if err != nil {
			return err
		}
		go func() {
			_, _ = io.Copy(io.Discard, connection)
			_ = connection.Close()
		}()
	}
}

func (s *server) close() {
	for _, listener := range s.open {
		_ = listener.Close()
	}
}
