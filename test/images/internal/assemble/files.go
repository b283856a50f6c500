// Copyright The ingress-tenant-operator Authors.
// SPDX-License-Identifier: Apache-2.0

package assemble

import (
	"archive/tar"
	"fmt"
	"io"
	"os"
	"strings"
)

// The accounts of every image: root owns the files, nonroot runs the program,
// nobody is there for programs that look it up.
const (
	passwd = "root:x:0:0:root:/root:/sbin/nologin\n" +
		"nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin\n" +
		"nonroot:x:65532:65532:nonroot:/nonexistent:/sbin/nologin\n"
	group = "root:x:0:\nnobody:x:65534:\nnonroot:x:65532:\n"
)

// file is one entry of a layer. It belongs to root: a program must not be able
// to change its own image.
type file struct {
	// name is the path in the image, without the leading slash.
	name string
	// mode holds the permissions, in octal as chmod takes them: tar's own
	// encoding of the sticky bit, not Go's.
	mode int64
	// open returns the content and its size in bytes; nil makes a folder.
	open func() (io.ReadCloser, int64, error)
}

// files lists what an image holds, parents before children.
func files(spec Spec) []file {
	all := []file{
		{name: "etc", mode: 0o755},
		{name: "etc/group", mode: 0o644, open: text(group)},
		{name: "etc/passwd", mode: 0o644, open: text(passwd)},
	}
	if spec.Certificates {
		all = append(all,
			file{name: "etc/ssl", mode: 0o755},
			file{name: "etc/ssl/certs", mode: 0o755},
			file{name: certificatesPath, mode: 0o644, open: text(certificates())},
		)
	}
	return append(all,
		file{name: "tmp", mode: 0o1777},
		file{name: strings.TrimPrefix(spec.Entrypoint, "/"), mode: 0o755, open: disk(spec.Program)},
	)
}

// write adds the entry to an archive.
func (f file) write(to *tar.Writer) error {
	header := &tar.Header{
		Typeflag: tar.TypeDir,
		Name:     f.name + "/",
		Mode:     f.mode,
		ModTime:  created(),
		Format:   tar.FormatUSTAR,
	}
	if f.open == nil {
		return to.WriteHeader(header)
	}
	content, size, err := f.open()
	if err != nil {
		return err
	}
	defer func() { _ = content.Close() }()
	header.Typeflag, header.Name, header.Size = tar.TypeReg, f.name, size
	if err := to.WriteHeader(header); err != nil {
		return err
	}
	if _, err := io.Copy(to, content); err != nil {
		return fmt.Errorf("copy %s: %w", f.name, err)
	}
	return nil
}

// text is content held in memory.
func text(content string) func() (io.ReadCloser, int64, error) {
	return func() (io.ReadCloser, int64, error) {
		return io.NopCloser(strings.NewReader(content)), int64(len(content)), nil
	}
}

// disk is the content of a file of this machine.
func disk(name string) func() (io.ReadCloser, int64, error) {
	return func() (io.ReadCloser, int64, error) {
		opened, err := os.Open(name)
		if err != nil {
			return nil, 0, err
		}
		info, err := opened.Stat()
		if err != nil {
			_ = opened.Close()
			return nil, 0, err
		}
		return opened, info.Size(), nil
	}
}
