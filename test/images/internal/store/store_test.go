// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package store_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/validate"

	"github.com/ingresstenant/ingress-tenant-operator/test/images/internal/assemble"
	"github.com/ingresstenant/ingress-tenant-operator/test/images/internal/store"
)

func open(t *testing.T) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), t.TempDir(), func() { t.Error("nobody else holds the folder") })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func image(t *testing.T, content string) v1.Image {
	t.Helper()
	program := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(program, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	img, err := assemble.Image(assemble.Spec{Program: program, Entrypoint: "/echo", Architecture: "amd64"})
	if err != nil {
		t.Fatal(err)
	}
	return img
}

func tag(t *testing.T, reference string) name.Tag {
	t.Helper()
	parsed, err := name.NewTag(reference)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

func save(t *testing.T, s *store.Store, reference name.Tag, img v1.Image) bool {
	t.Helper()
	written, err := s.Save("echo", reference, img)
	if err != nil {
		t.Fatal(err)
	}
	return written
}

func TestSaveWritesWhatChanged(t *testing.T) {
	s := open(t)
	dev, next := tag(t, "example.com/echo:dev"), tag(t, "example.com/echo:next")
	for _, step := range []struct {
		name      string
		reference name.Tag
		content   string
		want      bool
	}{
		{"a new image", dev, "one", true},
		{"the same image", dev, "one", false},
		{"another program", dev, "two", true},
		{"another tag", next, "two", true},
		{"the same image and tag", next, "two", false},
	} {
		if got := save(t, s, step.reference, image(t, step.content)); got != step.want {
			t.Errorf("%s: written = %t, want %t", step.name, got, step.want)
		}
	}
}

func TestSaveReplacesADamagedArchive(t *testing.T) {
	s := open(t)
	if err := os.WriteFile(s.Archive("echo"), []byte("half an archive"), 0o644); err != nil {
		t.Fatal(err)
	}
	if !save(t, s, tag(t, "example.com/echo:dev"), image(t, "one")) {
		t.Error("a damaged archive was kept")
	}
}

func TestSavedArchiveHoldsTheImage(t *testing.T) {
	s := open(t)
	reference, img := tag(t, "example.com/echo:dev"), image(t, "one")
	save(t, s, reference, img)

	saved, err := tarball.ImageFromPath(s.Archive("echo"), &reference)
	if err != nil {
		t.Fatal(err)
	}
	if err := validate.Image(saved); err != nil {
		t.Errorf("the archive does not agree with its own digests: %v", err)
	}
	want, err := img.ConfigName()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := saved.ConfigName(); err != nil || got != want {
		t.Errorf("the archive's configuration is %s, %v; want %s", got, err, want)
	}
}

func TestSaveLeavesNothingBesideTheArchive(t *testing.T) {
	s := open(t)
	save(t, s, tag(t, "example.com/echo:dev"), image(t, "one"))
	left, err := filepath.Glob(filepath.Join(filepath.Dir(s.Archive("echo")), ".echo.tar.*"))
	if err != nil || len(left) != 0 {
		t.Errorf("temporary files left behind: %q, %v", left, err)
	}
}

func TestOpenWaitsForTheOtherProcess(t *testing.T) {
	dir := t.TempDir()
	first, err := store.Open(t.Context(), dir, func() {})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = first.Close() })

	waited := false
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := store.Open(ctx, dir, func() { waited = true }); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error = %v, want the end of the context", err)
	}
	if !waited {
		t.Error("waiting was not called")
	}

	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	second, err := store.Open(t.Context(), dir, func() { t.Error("the folder is free") })
	if err != nil {
		t.Fatal(err)
	}
	_ = second.Close()
}
