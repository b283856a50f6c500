// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package process

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestParseStat(t *testing.T) {
	content := []byte("42 (odd) name (x)) S 1 42 42 0 -1 4194560 100 0 0 0 1 2 0 0 20 0 7 0 98765 1000 5 more\n")
	state, started, err := parseStat(content)
	if err != nil {
		t.Fatal(err)
	}
	if state != 'S' || started != 98765 {
		t.Errorf("got state %c, started %d; want S, 98765", state, started)
	}
	for _, bad := range []string{"", "1 (x", "1 (x) S 1"} {
		if _, _, err := parseStat([]byte(bad)); err == nil {
			t.Errorf("parseStat(%q) found no fault", bad)
		}
	}
}

func TestAReusedIdIsAnotherProcess(t *testing.T) {
	self, ok, err := identify(os.Getpid())
	if err != nil || !ok {
		t.Fatalf("identify: %v, %v", ok, err)
	}
	if alive, err := self.Alive(); err != nil || !alive {
		t.Errorf("this process is alive, got %v, %v", alive, err)
	}
	other := Identity{PID: self.PID, Started: self.Started - 1}
	if alive, err := other.Alive(); err != nil || alive {
		t.Errorf("an earlier process with this id is not alive, got %v, %v", alive, err)
	}
	if sent, err := other.signal(0); err != nil || sent {
		t.Errorf("nothing must be sent to a later process, got %v, %v", sent, err)
	}
}

func TestLifeOfAProgram(t *testing.T) {
	dir := t.TempDir()
	table := Open(filepath.Join(dir, "processes"))
	spec := Spec{
		Name: "sleeper",
		Args: []string{"/bin/sh", "-c", "echo started; exec sleep 600"},
		Log:  filepath.Join(dir, "sleeper.log"),
	}
	ensure := func(want bool) Record {
		t.Helper()
		started, err := table.Ensure(t.Context(), spec)
		if err != nil {
			t.Fatal(err)
		}
		if started != want {
			t.Errorf("started = %v, want %v", started, want)
		}
		record, found, err := table.Find("sleeper")
		if err != nil || !found {
			t.Fatalf("no record: %v", err)
		}
		return record
	}
	t.Cleanup(func() {
		if err := table.Stop(t.Context(), "sleeper", time.Second); err != nil {
			t.Log(err)
		}
	})

	first := ensure(true)
	if again := ensure(false); again.Identity != first.Identity {
		t.Error("a running program was replaced")
	}

	spec.Configuration = "changed"
	second := ensure(true)
	if alive, err := first.Alive(); err != nil || alive {
		t.Errorf("the program of the old spec still runs: %v, %v", alive, err)
	}

	if _, err := second.signal(9); err != nil {
		t.Fatal(err)
	}
	if ended, err := second.await(t.Context(), 5*time.Second); err != nil || !ended {
		t.Fatalf("a killed program did not end: %v", err)
	}
	third := ensure(true)

	if err := table.Stop(t.Context(), "sleeper", time.Second); err != nil {
		t.Fatal(err)
	}
	if alive, err := third.Alive(); err != nil || alive {
		t.Errorf("a stopped program still runs: %v, %v", alive, err)
	}
	if err := table.Stop(t.Context(), "sleeper", time.Second); err != nil {
		t.Errorf("stopping twice: %v", err)
	}
}
