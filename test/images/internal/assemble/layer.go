// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package assemble

import (
	"archive/tar"
	"fmt"
	"io"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// layer is an uncompressed image layer. Images that only travel from a build to
// a container runtime of the same machine gain nothing from compression, and it
// would take most of the time of a rebuild. Its content is streamed, so that a
// program of hundreds of megabytes is never held in memory.
type layer struct {
	files  []File
	digest v1.Hash
	size   int64
}

func newLayer(files []File) (*layer, error) {
	l := &layer{files: files}
	content, err := l.Uncompressed()
	if err != nil {
		return nil, err
	}
	defer func() { _ = content.Close() }()
	l.digest, l.size, err = v1.SHA256(content)
	if err != nil {
		return nil, err
	}
	return l, nil
}

// Digest implements v1.Layer.
func (l *layer) Digest() (v1.Hash, error) { return l.digest, nil }

// DiffID implements v1.Layer. Without compression it is the digest.
func (l *layer) DiffID() (v1.Hash, error) { return l.digest, nil }

// Size implements v1.Layer, in bytes.
func (l *layer) Size() (int64, error) { return l.size, nil }

// MediaType implements v1.Layer.
func (*layer) MediaType() (types.MediaType, error) { return types.DockerUncompressedLayer, nil }

// Compressed implements v1.Layer: the content as it is stored, which is plain.
func (l *layer) Compressed() (io.ReadCloser, error) { return l.Uncompressed() }

// Uncompressed implements v1.Layer. The reader must be closed.
func (l *layer) Uncompressed() (io.ReadCloser, error) {
	reader, writer := io.Pipe()
	go func() { writer.CloseWithError(l.write(writer)) }()
	return reader, nil
}

func (l *layer) write(to io.Writer) error {
	archive := tar.NewWriter(to)
	for _, f := range l.files {
		if err := f.write(archive); err != nil {
			return fmt.Errorf("write /%s: %w", f.Name, err)
		}
	}
	return archive.Close()
}
