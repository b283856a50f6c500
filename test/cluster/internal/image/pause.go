// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package image makes and loads container images without a registry.
package image

import (
	"archive/tar"
	"bytes"
	"fmt"
	"io"
	"os"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// PauseReference is the name of the image of every pod's sandbox. Its registry
// does not exist, so that nothing is ever pulled in its place.
const PauseReference = "localhost/pause:built-here"

// WritePause writes an image archive to path that holds nothing but the program
// at binary, for this architecture.
func WritePause(binary, architecture, path string) error {
	program, err := os.ReadFile(binary)
	if err != nil {
		return fmt.Errorf("building the pause image: %w", err)
	}
	built, err := singleFile("pause", program, architecture)
	if err != nil {
		return fmt.Errorf("building the pause image: %w", err)
	}
	tag, err := name.NewTag(PauseReference, name.StrictValidation)
	if err != nil {
		return fmt.Errorf("building the pause image: %w", err)
	}
	if err := tarball.WriteToFile(path, tag, built); err != nil {
		return fmt.Errorf("writing the pause image: %w", err)
	}
	return nil
}

// singleFile returns an image whose only file is its entry point, run as nobody.
func singleFile(fileName string, program []byte, architecture string) (v1.Image, error) {
	var archive bytes.Buffer
	writer := tar.NewWriter(&archive)
	if err := writer.WriteHeader(&tar.Header{Name: fileName, Mode: 0o755, Size: int64(len(program))}); err != nil {
		return nil, err
	}
	if _, err := writer.Write(program); err != nil {
		return nil, err
	}
	if err := writer.Close(); err != nil {
		return nil, err
	}
	layer, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(archive.Bytes())), nil
	})
	if err != nil {
		return nil, err
	}
	withLayer, err := mutate.AppendLayers(empty.Image, layer)
	if err != nil {
		return nil, err
	}
	file, err := withLayer.ConfigFile()
	if err != nil {
		return nil, err
	}
	file = file.DeepCopy()
	file.OS = "linux"
	file.Architecture = architecture
	file.Config.Entrypoint = []string{"/" + fileName}
	file.Config.User = "65535:65535"
	return mutate.ConfigFile(withLayer, file)
}
