// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package lab

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/layout"
	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/progress"
)

func TestChoosePort(t *testing.T) {
	never := func(uint16) bool { return false }
	if _, err := choosePort("igt-0000ff", never); err == nil {
		t.Error("a port was found although none is free")
	}
	if _, err := choosePort("no key", never); err == nil {
		t.Error("a key without a number was accepted")
	}
	first, err := choosePort("igt-0000ff", func(uint16) bool { return true })
	if err != nil || first != firstPort+255 {
		t.Errorf("got %d, %v; want %d", first, err, firstPort+255)
	}
	next, err := choosePort("igt-0000ff", func(port uint16) bool { return port != first })
	if err != nil || next != first+1 {
		t.Errorf("got %d, %v; want the port after the one that is taken", next, err)
	}
	last := uint16(firstPort + portCount - 1)
	wrapped, err := choosePort("igt-00270f", func(port uint16) bool { return port != last })
	if err != nil || wrapped != firstPort {
		t.Errorf("got %d, %v; want the search to go on at %d", wrapped, err, firstPort)
	}
}

func TestStateIsReadBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run", "state.json")
	if _, found, err := readState(path); found || err != nil {
		t.Fatalf("before writing: found %v, %v", found, err)
	}
	want := State{Boot: "b", Nodes: 2, Port: 20000, Binaries: "/bin", Applied: "d"}
	if err := want.write(path); err != nil {
		t.Fatal(err)
	}
	got, found, err := readState(path)
	if err != nil || !found || got != want {
		t.Errorf("got %+v, %v, %v; want %+v", got, found, err, want)
	}
	if err := os.WriteFile(path, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := readState(path); err == nil || !strings.Contains(err.Error(), "cluster down") {
		t.Errorf("a broken state gives %v, want a way out", err)
	}
}

func TestOpenTellsAnEarlierBootFromThisOne(t *testing.T) {
	l := Lab{layout: layout.Layout{Repository: t.TempDir(), Key: "igt-0000ff"}, progress: progress.New(os.Stderr)}
	if _, err := l.open(); !errors.Is(err, errNotRunning) {
		t.Errorf("without a state: %v", err)
	}
	if err := (State{Boot: "another", Nodes: 1}).write(l.layout.State()); err != nil {
		t.Fatal(err)
	}
	if _, err := l.open(); !errors.Is(err, errNotRunning) || !strings.Contains(err.Error(), "restart") {
		t.Errorf("with the state of another boot: %v", err)
	}
	boot, err := bootID()
	if err != nil {
		t.Fatal(err)
	}
	if err := (State{Boot: boot, Nodes: 2}).write(l.layout.State()); err != nil {
		t.Fatal(err)
	}
	r, err := l.open()
	if err != nil {
		t.Fatal(err)
	}
	if len(r.plan.Nodes) != 2 {
		t.Errorf("the plan has %d nodes, want 2", len(r.plan.Nodes))
	}
}

func TestRemoveStateIsSafeToRepeat(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	if err := os.MkdirAll(filepath.Join(dir, "etcd", "member"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := (State{}).write(filepath.Join(dir, "state.json")); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := removeState(dir, "state.json"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the folder is still there: %v", err)
	}
}
