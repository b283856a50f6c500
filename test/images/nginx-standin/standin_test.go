// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// write writes a configuration as the controller does, with what follows the file
// for the process id, and returns both paths.
func write(t *testing.T, rest string) (conf, pid string) {
	t.Helper()
	folder := t.TempDir()
	conf, pid = filepath.Join(folder, "nginx.conf"), filepath.Join(folder, "run", "nginx.pid")
	if err := os.WriteFile(conf, []byte("pid "+pid+";\n"+rest), 0o600); err != nil {
		t.Fatal(err)
	}
	return conf, pid
}

// command runs the program until it ends by itself.
func command(t *testing.T, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	var out, log bytes.Buffer
	err = run(t.Context(), args, nil, &out, &log)
	return out.String(), log.String(), err
}

func TestSaysWhatItIs(t *testing.T) {
	for _, flag := range []string{"-v", "-V"} {
		if _, stderr, err := command(t, flag); err != nil || !strings.Contains(stderr, "not nginx") {
			t.Errorf("%s: %q, %v", flag, stderr, err)
		}
	}
}

func TestReadsConfigurations(t *testing.T) {
	conf, _ := write(t, "events {}\n")
	if _, stderr, err := command(t, "-c", conf, "-t"); err != nil || !strings.Contains(stderr, "nothing else was tested") {
		t.Errorf("a test of the configuration said %q, %v", stderr, err)
	}
	if stdout, _, err := command(t, "-c", conf, "show"); err != nil || !strings.HasSuffix(stdout, "events {}\n") {
		t.Errorf("show printed %q, %v", stdout, err)
	}
	if _, _, err := command(t, "-c", conf, "show", "backends"); err == nil {
		t.Error("backends were shown before the controller wrote anything")
	}
}

func TestRefusesWhatItCannotDo(t *testing.T) {
	conf, _ := write(t, "")
	empty := filepath.Join(t.TempDir(), "nginx.conf")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"-c", filepath.Join(t.TempDir(), "none"), "-t"},
		{"-c", empty, "-t"},
		{"-c", conf, "-s", "reopen"},
		{"-c", conf, "-s", "quit"},
		{"-c", conf, "show", "certificates"},
		{"-c", conf, "start"},
		{"--nowhere"},
	} {
		if _, _, err := command(t, args...); err == nil {
			t.Errorf("%q succeeded", args)
		}
	}
}

// port is a free port of this machine.
func port(t *testing.T) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().String()
}

func TestServesTheControllerFromTheFirstReloadUntilItIsToldToQuit(t *testing.T) {
	conf, pid := write(t, "")
	status, stream := port(t), port(t)

	signals, ended := make(chan os.Signal), make(chan error, 1)
	go func() { ended <- run(t.Context(), []string{"-c", conf}, signals, io.Discard, io.Discard) }()

	eventually(t, func() error { _, err := os.Stat(pid); return err })
	rest := fmt.Sprintf("http {\n server {\n  listen 127.0.0.1%s;\n }\n}\nstream {\n server {\n  listen %s;\n }\n}\n",
		strings.TrimPrefix(status, "127.0.0.1"), stream)
	if err := os.WriteFile(conf, []byte("pid "+pid+";\n"+rest), 0o600); err != nil {
		t.Fatal(err)
	}
	signals <- syscall.SIGHUP

	post := func(path, body string) error {
		response, err := http.Post("http://"+status+path, "application/json", strings.NewReader(body))
		if err != nil {
			return err
		}
		_ = response.Body.Close()
		if response.StatusCode != http.StatusCreated {
			return fmt.Errorf("%s answered %s", path, response.Status)
		}
		return nil
	}
	eventually(t, func() error { return post("/configuration/backends", `[{"name":"a"}]`) })
	if err := post("/configuration/servers", `{"certificates":{"1":"key"},"servers":{"_":"-1","a.example.com":"1"}}`); err != nil {
		t.Fatal(err)
	}
	for what, want := range map[string]string{
		"backends": `[{"name":"a"}]`,
		"servers":  `{"_":"-1","a.example.com":"1"}` + "\n",
	} {
		if stdout, _, err := command(t, "-c", conf, "show", what); err != nil || stdout != want {
			t.Errorf("show %s printed %q, %v; want %q", what, stdout, err, want)
		}
	}
	eventually(t, func() error {
		connection, err := net.Dial("tcp", stream)
		if err != nil {
			return err
		}
		defer func() { _ = connection.Close() }()
		_, err = io.WriteString(connection, "[]\r\n")
		return err
	})

	// What cannot be read changes nothing.
	if err := os.Truncate(conf, 0); err != nil {
		t.Fatal(err)
	}
	signals <- syscall.SIGHUP
	if err := post("/configuration/backends", `[]`); err != nil {
		t.Error(err)
	}

	signals <- syscall.SIGQUIT
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(pid); !os.IsNotExist(err) {
		t.Errorf("the file with the process id is left: %v", err)
	}
	if connection, err := net.Dial("tcp", status); err == nil {
		_ = connection.Close()
		t.Error("it still listens")
	}
}

// eventually tries for a few seconds.
func eventually(t *testing.T, try func() error) {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	end := time.After(10 * time.Second)
	for {
		err := try()
		if err == nil {
			return
		}
		select {
		case <-end:
			t.Fatal(err)
		case <-tick.C:
		}
	}
}

func TestIsReadyOnceItHasBackends(t *testing.T) {
	d := &dynamic{}
	ask := func(method, path, body string) int {
		response := httptest.NewRecorder()
		d.handler().ServeHTTP(response, httptest.NewRequest(method, path, strings.NewReader(body)))
		return response.Code
	}
	for _, step := range []struct {
		method, path, body string
		want               int
	}{
		{http.MethodGet, "/healthz", "", http.StatusOK},
		{http.MethodGet, "/is-dynamic-lb-initialized", "", http.StatusInternalServerError},
		{http.MethodGet, "/configuration/backends", "", http.StatusNotFound},
		{http.MethodGet, "/configuration/servers", "", http.StatusNotFound},
		{http.MethodPost, "/configuration/backends", "{", http.StatusBadRequest},
		{http.MethodPost, "/configuration/servers", "{", http.StatusBadRequest},
		{http.MethodGet, "/is-dynamic-lb-initialized", "", http.StatusInternalServerError},
		{http.MethodPost, "/configuration/backends", "[]", http.StatusCreated},
		{http.MethodGet, "/is-dynamic-lb-initialized", "", http.StatusOK},
		{http.MethodGet, "/", "", http.StatusNotFound},
		{http.MethodGet, "/nginx_status", "", http.StatusNotFound},
	} {
		if got := ask(step.method, step.path, step.body); got != step.want {
			t.Errorf("%s %s %s: %d, want %d", step.method, step.path, step.body, got, step.want)
		}
	}
}

func TestKeepsNoPrivateKey(t *testing.T) {
	d := &dynamic{}
	body := `{"certificates":{"1":"PRIVATE KEY"},"servers":{"a.example.com":"1"}}`
	d.handler().ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/configuration/servers", strings.NewReader(body)))
	kept, err := json.Marshal(d.servers)
	if err != nil || string(kept) != `{"a.example.com":"1"}` {
		t.Errorf("kept %s, %v", kept, err)
	}
}

func TestSignalsTheProcessOfTheFile(t *testing.T) {
	conf, pid := write(t, "")
	if err := os.MkdirAll(filepath.Dir(pid), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"none", "99999999"} {
		if err := os.WriteFile(pid, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, _, err := command(t, "-c", conf, "-s", "reload"); err == nil {
			t.Errorf("process id %q was signalled", text)
		}
	}
}
