// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package image_test

import (
	"archive/tar"
	"os"
	"path/filepath"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/tarball"

	"github.com/ingresstenant/ingress-tenant-operator/test/cluster/internal/image"
)

func TestInspectDockerArchive(t *testing.T) {
	archive, id := pauseArchive(t)
	images, err := image.Inspect(archive)
	if err != nil {
		t.Fatal(err)
	}
	if len(images) != 1 || images[0].Reference != image.PauseReference || images[0].ID != id {
		t.Errorf("got %+v, want %s %s", images, image.PauseReference, id)
	}
}

func TestInspectLayout(t *testing.T) {
	docker, id := pauseArchive(t)
	img, err := tarball.ImageFromPath(docker, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name        string
		annotations map[string]string
		wantErr     string
	}{
		{name: "named", annotations: map[string]string{"io.containerd.image.name": "example.com/a:1"}},
		{name: "nameless", wantErr: "has no name"},
	} {
		t.Run(test.name, func(t *testing.T) {
			images, err := image.Inspect(layoutArchive(t, img, test.annotations))
			if test.wantErr != "" {
				if err == nil || !strings.Contains(err.Error(), test.wantErr) {
					t.Errorf("got %v, want an error with %q", err, test.wantErr)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if len(images) != 1 || images[0].Reference != "example.com/a:1" || images[0].ID != id {
				t.Errorf("got %+v, want example.com/a:1 %s", images, id)
			}
		})
	}
}

func TestInspectRefusesAnythingElse(t *testing.T) {
	file := filepath.Join(t.TempDir(), "empty.tar")
	archive, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := tar.NewWriter(archive).Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := image.Inspect(file); err == nil || !strings.Contains(err.Error(), "no image archive") {
		t.Errorf("got %v", err)
	}
}

func pauseArchive(t *testing.T) (file, id string) {
	t.Helper()
	dir := t.TempDir()
	binary := filepath.Join(dir, "pause")
	if err := os.WriteFile(binary, []byte("program"), 0o600); err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(dir, "pause.tar")
	if err := image.WritePause(binary, "amd64", file); err != nil {
		t.Fatal(err)
	}
	img, err := tarball.ImageFromPath(file, nil)
	if err != nil {
		t.Fatal(err)
	}
	digest, err := img.ConfigName()
	if err != nil {
		t.Fatal(err)
	}
	return file, digest.String()
}

func layoutArchive(t *testing.T, img v1.Image, annotations map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	path, err := layout.Write(dir, empty.Index)
	if err != nil {
		t.Fatal(err)
	}
	if err := path.AppendImage(img, layout.WithAnnotations(annotations)); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "layout.tar")
	out, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	writer := tar.NewWriter(out)
	if err := writer.AddFS(os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	return file
}
