// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package image

import (
	"archive/tar"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// Image is what an archive says of one image in it.
type Image struct {
	// Reference is the image's full name, registry and tag included.
	Reference string
	// ID is the digest of its configuration, which is what container runtimes
	// call the image's id. It is empty if the archive holds a choice of platforms.
	ID string
}

// Annotations of an OCI index that name an image.
const (
	containerdName = "io.containerd.image.name"
	ociName        = "org.opencontainers.image.ref.name"
)

// Inspect lists the images of an archive, made by `docker save` or an OCI layout
// in a tar file.
func Inspect(file string) ([]Image, error) {
	small, err := readSmall(file)
	if err != nil {
		return nil, fmt.Errorf("reading the image archive %s: %w", file, err)
	}
	if index, isLayout := small["index.json"]; isLayout {
		images, err := inspectLayout(index, small)
		if err != nil {
			return nil, fmt.Errorf("reading the OCI layout %s: %w", file, err)
		}
		return images, nil
	}
	if _, isDocker := small["manifest.json"]; isDocker {
		images, err := inspectDocker(file)
		if err != nil {
			return nil, fmt.Errorf("reading the docker archive %s: %w", file, err)
		}
		return images, nil
	}
	return nil, fmt.Errorf("%s holds neither index.json nor manifest.json: it is no image archive", file)
}

func inspectDocker(file string) ([]Image, error) {
	opener := func() (io.ReadCloser, error) { return os.Open(file) }
	manifest, err := tarball.LoadManifest(opener)
	if err != nil {
		return nil, err
	}
	var images []Image
	for _, descriptor := range manifest {
		for _, tagged := range descriptor.RepoTags {
			tag, err := name.NewTag(tagged)
			if err != nil {
				return nil, err
			}
			img, err := tarball.Image(opener, &tag)
			if err != nil {
				return nil, err
			}
			id, err := img.ConfigName()
			if err != nil {
				return nil, err
			}
			images = append(images, Image{Reference: tag.Name(), ID: id.String()})
		}
	}
	return images, nil
}

func inspectLayout(index []byte, blobs map[string][]byte) ([]Image, error) {
	var manifest v1.IndexManifest
	if err := json.Unmarshal(index, &manifest); err != nil {
		return nil, fmt.Errorf("reading index.json: %w", err)
	}
	var images []Image
	for _, descriptor := range manifest.Manifests {
		named := descriptor.Annotations[containerdName]
		if named == "" {
			named = descriptor.Annotations[ociName]
		}
		if named == "" {
			return nil, fmt.Errorf("the image %s has no name: annotate it with %s", descriptor.Digest, containerdName)
		}
		image := Image{Reference: named}
		if descriptor.MediaType.IsImage() {
			var content v1.Manifest
			blob := blobs[path.Join("blobs", descriptor.Digest.Algorithm, descriptor.Digest.Hex)]
			if err := json.Unmarshal(blob, &content); err != nil {
				return nil, fmt.Errorf("reading the manifest of %s: %w", named, err)
			}
			image.ID = content.Config.Digest.String()
		}
		images = append(images, image)
	}
	return images, nil
}

// smallest is more than any index or manifest holds, and less than most layers.
const smallest = 1 << 20

// readSmall returns the small files of an archive by name.
func readSmall(file string) (map[string][]byte, error) {
	opened, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer opened.Close() //nolint:errcheck // nothing was written
	contents := map[string][]byte{}
	reader := tar.NewReader(opened)
	for {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return contents, nil
		}
		if err != nil {
			return nil, err
		}
		if header.Typeflag != tar.TypeReg || header.Size > smallest {
			continue
		}
		content, err := io.ReadAll(reader)
		if err != nil {
			return nil, err
		}
		contents[strings.TrimPrefix(path.Clean(header.Name), "/")] = content
	}
}
